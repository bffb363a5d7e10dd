/*  butler_dispatch_next.c - what time and free places bring: refills, expiries, deaths, heartbeats
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_dispatch.h"
#include "broker/butler_lifecycle.h"
#include "broker/butler_owners.h"
#include "broker/butler_queue.h"
#include <stddef.h>
#include <stdlib.h>

#define OWNER(timed, type) ((type *) (void *) ((char *) (timed) - offsetof (type, timed)))

//  ---- requests that end without a worker's answer

static const struct {
    int code;
    const char *kind, *name, *message;
} s_ends [] = {
    [BUTLER_END_EXPIRED] = { 504, "expired", "Expired", "no answer within the request's time" },
    [BUTLER_END_LOST] = { 502, "lost", "WorkerLost", "the worker died or left before it answered" },
    [BUTLER_END_CROWDED] = { 503, "unavailable", "QueueFull",
        "the queue of this service is full, and this client has most waiting there" },
    [BUTLER_END_FORGOTTEN] = { 404, "service", "ServiceNotFound",
        "no worker has served this name for too long" },
    [BUTLER_END_ABANDONED] = { 503, "unavailable", "Abandoned",
        "the router stops, and the worker that has the request did not answer in time" },
    [BUTLER_END_UNBEGUN] = { 503, "unavailable", "Draining",
        "the router stops, and no worker was given the request" },
};

//  Its client is told, and has no more to do with it
static void
s_tell (butler_dispatch_t *self, butler_job_t *job, butler_end_t end, butler_verdict_t *verdict)
{
    const butler_span_t peer = butler_client_entry_id (job->client);
    const butler_span_t api_id = butler_job_api_id (job);
    memcpy (verdict->bytes, peer.data, peer.size);
    memcpy (verdict->bytes + peer.size, api_id.data, api_id.size);
    verdict->peer = butler_span (verdict->bytes, peer.size);
    verdict->api_id = butler_span (verdict->bytes + peer.size, api_id.size);
    verdict->envelope = job->envelope;
    const bool named = end == BUTLER_END_LOST && job->block;
    const butler_where_t where = {
        .service = butler_service_entry_name (job->service), .request = verdict->api_id,
        .worker = butler_span_string (named? (const char *) job->block: ""),
    };
    butler_lifecycle_refuse (
        verdict, job->dialect, &where, s_ends [end].code, s_ends [end].kind, s_ends [end].name,
        s_ends [end].message);
    butler_lifecycle_close (self, job);
}

static bool
s_next_leaving (butler_dispatch_t *self, butler_verdict_t *verdict)
{
    butler_job_t *job = self->leaving;
    if (!job)
        return false;
    self->leaving = job->next;
    if (job->client)                //  its connection is there still
        s_tell (self, job, (butler_end_t) job->end, verdict);
    butler_lifecycle_told (self, job);
    return true;
}

//  ---- free places

static bool
s_next_refill (butler_dispatch_t *self, butler_verdict_t *verdict)
{
    while (self->ready) {
        butler_service_entry_t *service = self->ready;
        butler_worker_entry_t *worker = butler_registry_next (service);
        if (worker && service->queue.depth) {
            butler_job_t *job = butler_queue_first (&service->queue);
            if (job->timed.due > self->now.mono)
                butler_lifecycle_assign (self, butler_lifecycle_next (self, service), worker, NULL, verdict);
            else {                  //  its client keeps its turn
                butler_lifecycle_unqueue (self, job);
                butler_lifecycle_end (self, job, BUTLER_END_EXPIRED);
            }
            return true;
        }
        self->ready = service->next_ready;
        service->ready = false;
    }
    return false;
}

//  ---- time

static void
s_job_due (butler_dispatch_t *self, butler_job_t *job, butler_verdict_t *verdict)
{
    if (job->state == BUTLER_JOB_WAITING) {
        butler_lifecycle_unqueue (self, job);
        butler_lifecycle_end (self, job, BUTLER_END_EXPIRED);
        return;
    }
    //  Its worker holds it still, and keeps its place until REPLY or death
    self->counters.expired++;
    butler_lifecycle_outlive (self, job);
    s_tell (self, job, BUTLER_END_EXPIRED, verdict);
}

//  A worker without properties can't beat while it works: it has until its request's expiration,
//  and liveness from there
static int64_t
s_death (const butler_worker_entry_t *worker)
{
    const int64_t death = butler_pulse_death (&worker->pulse);
    if (worker->modern || !worker->held)
        return death;
    const int64_t grace = worker->held->timed.due + butler_pulse_patience (&worker->pulse);
    return grace > death? grace: death;
}

//  No answer may ever come that would change how much it is given
static void
s_pace (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    const bool waited_for = worker->service->queue.depth && worker->holds >= worker->pace.limit;
    if (worker->pace.limit < worker->capacity && butler_pace_stuck (&worker->pace, waited_for, self->now.mono)) {
        butler_registry_place (worker);
        butler_lifecycle_wake (self, worker->service);
    }
}

static void
s_worker_due (butler_dispatch_t *self, butler_worker_entry_t *worker, butler_verdict_t *verdict)
{
    const int64_t now = self->now.mono;
    if (now >= s_death (worker)) {
        butler_lifecycle_bury (self, worker);
        return;
    }
    if (!worker->service) {             //  refused: ignored until it is silent
        if (worker->unaware) {
            verdict->peer = butler_worker_entry_id (worker);
            butler_owners_tell (worker, verdict);
        }
        butler_wheel_put (&self->wheel, &worker->timed, s_death (worker));
        return;
    }
    s_pace (self, worker);
    if (worker->untold || butler_pulse_beat_due (&worker->pulse, now)) {
        butler_pulse_sent (&worker->pulse, now);
        verdict->kind = BUTLER_VERDICT_HEARTBEAT;
        verdict->peer = butler_worker_entry_id (worker);
        if (worker->untold)
            butler_lifecycle_tell_pulse (worker, verdict);
    }
    const int64_t beat = worker->pulse.sent + worker->pulse.interval;
    const int64_t death = s_death (worker);
    butler_wheel_put (&self->wheel, &worker->timed, beat < death? beat: death);
}

//  A name without workers is forgotten: now, or by whoever takes the last reference away
static void
s_service_due (butler_dispatch_t *self, butler_service_entry_t *service)
{
    if (service->workers)
        return;
    for (butler_job_t *job; service->registered && (job = butler_lifecycle_next (self, service));)
        butler_lifecycle_end (self, job, BUTLER_END_FORGOTTEN);
    service->registered = false;
    if (!service->members && !service->queue.depth && !service->leaving)
        butler_registry_remove_service (&self->registry, service);
}

static bool
s_next_due (butler_dispatch_t *self, butler_verdict_t *verdict)
{
    butler_timed_t *timed;
    while (verdict->kind == BUTLER_VERDICT_NONE && !self->leaving && !self->ready
       &&  (timed = butler_wheel_due (&self->wheel, self->now.mono)))
        switch (timed->kind) {
            case BUTLER_TIMED_JOB:
                s_job_due (self, OWNER (timed, butler_job_t), verdict);
                break;
            case BUTLER_TIMED_WORKER:
                s_worker_due (self, OWNER (timed, butler_worker_entry_t), verdict);
                break;
            default:
                s_service_due (self, OWNER (timed, butler_service_entry_t));
        }
    return verdict->kind != BUTLER_VERDICT_NONE || self->leaving || self->ready;
}

bool
butler_dispatch_next (butler_dispatch_t *self, const butler_now_t *now, butler_verdict_t *verdict)
{
    self->now = *now;
    verdict->kind = BUTLER_VERDICT_NONE;
    verdict->text = NULL;
    verdict->text_size = 0;
    return s_next_leaving (self, verdict)
        || s_next_refill (self, verdict)
        || s_next_due (self, verdict);
}

bool
butler_dispatch_busy (const butler_dispatch_t *self)
{
    return self->wheel.count > 0 || self->leaving || self->ready;
}
