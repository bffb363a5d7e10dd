/*  butler_dispatch_worker.c - what becomes of a worker's message
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_dispatch.h"
#include "broker/butler_enlist.h"
#include "broker/butler_lifecycle.h"
#include "broker/butler_owners.h"
#include <errno.h>

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
    ||  (butler_owners_known (self, view) && !butler_owners_may_relay (self, view, target->service))) {
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
    if (butler_owners_known (self, view) && !butler_owners_vouch (self, view, &worker))
        return;
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
        butler_enlist (self, worker, view, verdict);
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
