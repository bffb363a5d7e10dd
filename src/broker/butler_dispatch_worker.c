/*  butler_dispatch_worker.c - what becomes of a worker's message
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_dispatch.h"
#include "broker/butler_lifecycle.h"
#include "broker/butler_owners.h"
#include "broker/butler_properties.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

//  ---- READY

//  Make room for a name by forgetting the oldest that nobody has any longer
static bool
s_forget_a_name (butler_dispatch_t *self)
{
    for (butler_service_entry_t *service = self->registry.services; service; service = service->hh.next)
        if (!service->members && !service->queue.depth && !service->ready && !service->leaving) {
            butler_wheel_take (&self->wheel, &service->timed);
            butler_registry_remove_service (&self->registry, service);
            return true;
        }
    return false;
}

//  Whether one more would be too many: of workers, or of names
static const char *
s_crowded (butler_dispatch_t *self, const butler_view_t *view)
{
    const int64_t workers = (int64_t) HASH_COUNT (self->registry.workers)
                          - (int64_t) self->registry.refused_count;
    const int64_t services = (int64_t) HASH_COUNT (self->registry.services);
    if (workers >= self->settings->workers && !butler_registry_worker (&self->registry, view->peer))
        return "this router has as many workers as it may";
    if (services >= self->settings->services
    &&  !butler_registry_service (&self->registry, view->service) && !s_forget_a_name (self))
        return "this router knows as many services as it may";
    return NULL;
}

//  Why a worker that may serve this may not register, or NULL
static const char *
s_fault (butler_dispatch_t *self, const butler_view_t *view, butler_properties_t *properties,
         char *fault, size_t fault_size)
{
    *properties = (butler_properties_t) { .capacity = 1, .threads = 1 };
    if (butler_span_begins (view->service, "mmi.") || butler_span_begins (view->service, "butler.")) {
        snprintf (fault, fault_size, "'%.*s' is a reserved name",
                  (int) view->service.size, (const char *) view->service.data);
        return fault;
    }
    const char *crowded = s_crowded (self, view);
    if (crowded || view->properties.size == 0)
        return crowded;
    if ((int64_t) view->properties.size > self->settings->worker_properties) {
        snprintf (fault, fault_size, "properties have %zu bytes; this router takes %lld",
                  view->properties.size, (long long) self->settings->worker_properties);
        return fault;
    }
    const uint32_t limit = (uint32_t) self->settings->worker_capacity;
    if (butler_properties_parse (properties, view->properties, limit, fault, fault_size) == -1)
        return fault;
    if (properties->heartbeat <= self->settings->worker_heartbeat)
        return NULL;
    snprintf (fault, fault_size, "a heartbeat each %lld ms is too rare; this router takes %lld",
              (long long) properties->heartbeat, (long long) self->settings->worker_heartbeat);
    return fault;
}

static void
s_arm (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    butler_pulse_init (
        &worker->pulse, self->settings->heartbeat, self->settings->liveness, self->now.mono);
    worker->untold = false;         //  what an earlier registration of it wanted is over
    butler_wheel_put (&self->wheel, &worker->timed, butler_pulse_next (&worker->pulse));
}

//  Told once, and ignored from then on, so that it does not loop
static void
s_refuse (butler_dispatch_t *self, butler_worker_entry_t *worker, const char *fault,
          butler_verdict_t *verdict)
{
    self->counters.registrations_refused++;
    butler_lifecycle_observe (self, "refused", worker, fault);
    s_arm (self, worker);
    butler_registry_refuse (&self->registry, worker);
    butler_worker_entry_t *oldest = butler_registry_surplus (&self->registry);
    if (oldest)
        butler_lifecycle_bury (self, oldest);
    butler_lifecycle_tell_refused (verdict, fault);
}

static void
s_enlist (butler_dispatch_t *self, butler_worker_entry_t *worker, const butler_view_t *view,
          const butler_properties_t *properties, butler_verdict_t *verdict)
{
    self->counters.registrations++;
    worker->doomed = false;
    worker->modern = view->properties.size > 0;
    worker->capacity = properties->capacity;
    worker->threads = properties->threads;
    butler_pace_init (&worker->pace, properties->paced? worker->threads: worker->capacity, worker->capacity);
    worker->retry = properties->retry;
    worker->relative = properties->relative;
    worker->either = properties->packed;
    worker->extra = properties->extra && !properties->packed;   //  a packed request says it anyway
    worker->envelope = properties->packed? BUTLER_ENVELOPE_PACKED: BUTLER_ENVELOPE_FRAMES;
    worker->since = self->now.mono;
    butler_registry_set_properties (&self->registry, worker, view->properties);
    butler_service_entry_t *service = butler_registry_require_service (
        &self->registry, view->service,
        butler_settings_service (self->settings, view->service.data, view->service.size));
    butler_wheel_take (&self->wheel, &service->timed);
    butler_registry_join (worker, service);
    s_arm (self, worker);
    worker->pulse.peer = properties->heartbeat;
    if (worker->pulse.peer)
        butler_lifecycle_tell_pulse (worker, verdict);
    butler_lifecycle_observe (self, "ready", worker, NULL);
    butler_lifecycle_wake (self, service);
}

static butler_worker_entry_t *
s_add (butler_dispatch_t *self, const butler_view_t *view)
{
    butler_worker_entry_t *worker = butler_registry_add_worker (&self->registry, view->peer);
    worker->identity = self->sender;
    if (worker->identity)
        worker->identity->holders++;
    return worker;
}

//  Whoever may not serve learns nothing else
static void
s_ready (butler_dispatch_t *self, butler_worker_entry_t *worker, const butler_view_t *view,
         butler_verdict_t *verdict)
{
    butler_properties_t properties;
    char buffer [BUTLER_OWNERS_TEXT];
    const char *fault = butler_owners_fault (self->sender, view->service, buffer);
    const bool barred = fault != NULL;
    if (!barred)
        fault = s_fault (self, view, &properties, buffer, sizeof buffer);
    if (worker)
        butler_lifecycle_unload (self, worker);     //  a second READY registers anew
    else
        worker = s_add (self, view);
    worker->barred = barred;
    if (fault)
        s_refuse (self, worker, fault, verdict);
    else
        s_enlist (self, worker, view, &properties, verdict);
}

//  ---- REPLY

//  How much it is given may change with each answer
static void
s_pace (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    if (!worker->service->queue.depth)
        butler_pace_rest (&worker->pace);
    else
    if (butler_pace_answered (&worker->pace, worker->holds, self->now.mono)) {
        butler_registry_place (worker);
        butler_lifecycle_wake (self, worker->service);
    }
}

//  The job is what its token names, or NULL
static void
s_reply (butler_dispatch_t *self, butler_worker_entry_t *worker, butler_job_t *job,
         const butler_view_t *view, butler_verdict_t *verdict)
{
    if (!job || butler_job_worker (job) != worker
    ||  !butler_span_equal (butler_job_api_id (job), view->api_id)) {
        self->counters.stray_replies++;
        return;
    }
    const bool late = job->state == BUTLER_JOB_ENDED;
    butler_lifecycle_recall (self, job);
    if (butler_pace_matters (&worker->pace))
        s_pace (self, worker);
    if (late)
        self->counters.late_replies++;
    else {
        self->counters.answered++;
        worker->answered++;
        verdict->kind = BUTLER_VERDICT_FORWARD;
        verdict->envelope = job->envelope;
        verdict->peer = butler_client_entry_id (job->client);
        if (verdict->peer.size > BUTLER_CLIENT_ID_INLINE) {     //  its block may go with its entry
            memcpy (verdict->bytes, verdict->peer.data, verdict->peer.size);
            verdict->peer.data = verdict->bytes;
        }
    }
    butler_lifecycle_forget (self, job);
}

//  ---- the rest

//  A worker without properties never answers some requests: its next heartbeat after such a request's
//  time says that it is free. One that was cancelled before that it may be at work on.
static void
s_heartbeat (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    butler_job_t *job = worker->held;
    if (worker->modern || !job || job->state != BUTLER_JOB_ENDED || job->timed.due > self->now.mono)
        return;
    butler_lifecycle_recall (self, job);
    butler_lifecycle_forget (self, job);
}

static void
s_leave (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    butler_registry_leave (worker);
    butler_lifecycle_observe (self, "leaving", worker, NULL);
    butler_service_entry_t *service = worker->service;
    if (!service->workers)
        butler_wheel_put (&self->wheel, &service->timed, self->now.mono + service->settings.ttl);
}

static void
s_relay (butler_dispatch_t *self, const butler_view_t *view, butler_verdict_t *verdict)
{
    const butler_worker_entry_t *target = butler_registry_worker (&self->registry, view->token);
    if (!self->settings->relay || !target || !target->service
    ||  (self->admit && !butler_owners_may_relay (self, view, target->service))) {
        self->counters.malformed++;
        return;
    }
    verdict->kind = BUTLER_VERDICT_RELAY;
    verdict->peer = view->token;
    verdict->code = view->notice;
}

//  Its heartbeats, replies and leave; it is registered
static void
s_serve (butler_dispatch_t *self, butler_worker_entry_t *worker, butler_job_t *job,
         const butler_view_t *view, butler_verdict_t *verdict)
{
    switch (view->kind) {
        case BUTLER_MSG_REPLY:
            s_reply (self, worker, job, view, verdict);
            return;
        case BUTLER_MSG_HEARTBEAT:
            s_heartbeat (self, worker);
            return;
        case BUTLER_MSG_LEAVE:
            s_leave (self, worker);
            verdict->kind = BUTLER_VERDICT_LEAVE;
            return;
        default:
            return;
    }
}

//  One that the router doesn't know may leave; all else it is told to register first
static void
s_stranger (butler_dispatch_t *self, const butler_view_t *view, butler_verdict_t *verdict)
{
    if (view->kind == BUTLER_MSG_LEAVE) {
        verdict->kind = BUTLER_VERDICT_LEAVE;
        return;
    }
    self->counters.reconnects++;
    verdict->kind = BUTLER_VERDICT_RECONNECT;
}

//  The token of a reply names its request, and that its worker, without a look into any table
static butler_worker_entry_t *
s_sender (const butler_dispatch_t *self, const butler_job_t *job, const butler_view_t *view)
{
    butler_worker_entry_t *worker = job? butler_job_worker (job): NULL;
    return worker && butler_span_equal (butler_worker_entry_id (worker), view->peer)
        ? worker: butler_registry_worker (&self->registry, view->peer);
}

void
butler_dispatch_worker (butler_dispatch_t *self, const butler_view_t *view,
                        const butler_now_t *now, butler_verdict_t *verdict)
{
    self->now = *now;
    verdict->kind = BUTLER_VERDICT_NONE;
    verdict->peer = view->peer;
    if (view->kind == BUTLER_MSG_RELAY) {
        s_relay (self, view, verdict);
        return;
    }
    butler_job_t *job = view->kind == BUTLER_MSG_REPLY? butler_jobs_find (&self->jobs, view->token): NULL;
    butler_worker_entry_t *worker = s_sender (self, job, view);
    if (self->admit) {
        butler_worker_entry_t *vouched = worker;
        if (!butler_owners_vouch (self, view, &vouched))
            return;
        worker = vouched;
    }
    if (worker) {
        butler_pulse_heard (&worker->pulse, now->mono);
        if (!worker->service)
            return;                 //  refused
        if (worker->clogged) {
            worker->clogged = false;
            butler_registry_place (worker);
            butler_lifecycle_wake (self, worker->service);
        }
    }
    if (view->kind == BUTLER_MSG_READY)
        s_ready (self, worker, view, verdict);
    else
    if (worker)
        s_serve (self, worker, job, view, verdict);
    else
        s_stranger (self, view, verdict);
}

void
butler_dispatch_unsent (butler_dispatch_t *self, const butler_verdict_t *verdict, int error,
                        const butler_now_t *now)
{
    self->now = *now;
    if (verdict->kind == BUTLER_VERDICT_FORWARD) {
        self->counters.answered--;
        self->counters.undeliverable++;
        return;
    }
    self->counters.unsent++;
    butler_worker_entry_t *worker = verdict->kind >= BUTLER_VERDICT_HEARTBEAT
        ? butler_registry_worker (&self->registry, verdict->peer): NULL;
    if (!worker)
        return;
    if (error == EHOSTUNREACH)
        butler_lifecycle_bury (self, worker);
    else                            //  it may have been that which did not go out
        worker->untold = worker->pulse.peer > 0;
}

void
butler_dispatch_doom (butler_dispatch_t *self, butler_span_t peer)
{
    butler_worker_entry_t *worker = butler_registry_worker (&self->registry, peer);
    if (worker)
        worker->doomed = true;
}

void
butler_dispatch_bury (butler_dispatch_t *self, butler_span_t peer, const butler_now_t *now)
{
    self->now = *now;
    butler_worker_entry_t *worker = butler_registry_worker (&self->registry, peer);
    if (worker && worker->doomed)
        butler_lifecycle_bury (self, worker);
}

void
butler_dispatch_excuse (const butler_view_t *reply, butler_verdict_t *verdict)
{
    verdict->api_id = reply->api_id;
    const butler_where_t where = { .request = reply->api_id };
    butler_lifecycle_refuse (
        verdict, reply->dialect, &where, 503, "unavailable", "Unread",
        "there is an answer, but this client, or all of them, have too much unread for it");
}
