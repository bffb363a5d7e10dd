/*  butler_lifecycle.c - how a request lives in the router: begun, kept, assigned, waiting
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_lifecycle.h"
#include "broker/butler_owners.h"
#include "broker/butler_queue.h"
#include <assert.h>
#include <stdlib.h>
#include "wire/butler_notice.h"

butler_origin_t
butler_lifecycle_origin (const butler_dispatch_t *self, const butler_view_t *view)
{
    const uint32_t client_hash = butler_clients_hash (&self->clients, view->peer);
    return (butler_origin_t) {
        .client = butler_clients_find (&self->clients, view->peer, client_hash),
        .client_hash = client_hash,
        .hash = butler_jobs_hash (&self->jobs, client_hash, view->api_id),
    };
}

butler_job_t *
butler_lifecycle_find (const butler_dispatch_t *self, const butler_origin_t *origin, const butler_view_t *view)
{
    return origin->client
        ? butler_jobs_find_open (&self->jobs, origin->client, view->api_id, origin->hash): NULL;
}

butler_job_t *
butler_lifecycle_begin (butler_dispatch_t *self, const butler_view_t *view, const butler_origin_t *origin,
                        butler_service_entry_t *service, int64_t due)
{
    butler_client_entry_t *client = origin->client;
    if (!client)
        client = butler_clients_add (&self->clients, view->peer, origin->client_hash);
    client->open++;
    butler_job_t *job = butler_jobs_take (&self->jobs, client, view->api_id, origin->hash);
    if (self->secured)
        butler_owners_claim (client, job, self->sender, &self->jobs);
    job->service = service;
    job->dialect = view->dialect;
    job->envelope = view->envelope;
    job->order = ++self->order;
    job->expiration = self->now.wall + (due - self->now.mono);
    butler_wheel_put (&self->wheel, &job->timed, due);
    return job;
}

//  One block for all of it, so that no message that libzmq received stays for it
void
butler_lifecycle_keep (butler_dispatch_t *self, butler_job_t *job, const butler_view_t *view)
{
    if (job->kept)
        return;
    const size_t size = view->trace.size + view->content.size;
    job->kept = true;
    job->trace_size = (uint8_t) view->trace.size;
    job->body_size = view->content.size;
    if (size) {
        job->block = malloc (size);
        assert (job->block);
        if (view->trace.size)
            memcpy (job->block, view->trace.data, view->trace.size);
        if (view->content.size)
            memcpy (job->block + view->trace.size, view->content.data, view->content.size);
    }
    self->held += butler_job_weight (job);
    self->block_bytes += butler_memory_block (size);
}

void *
butler_dispatch_take_body (butler_dispatch_t *self, butler_job_t *job)
{
    if (!job->kept)
        return NULL;
    self->held -= butler_job_weight (job);
    self->block_bytes -= butler_memory_block (job->trace_size + job->body_size);
    void *block = job->block;
    job->kept = false;
    job->block = NULL;
    job->body_size = 0;
    job->trace_size = 0;
    return block;
}

int64_t
butler_lifecycle_retries (const butler_worker_entry_t *worker)
{
    const butler_service_settings_t *settings = &worker->service->settings;
    return settings->retry_set? settings->retry: worker->retry;
}

//  A worker is given the absolute form, or what is left where it asked for that. What came will do
//  where it says the same, and in whatever form where the worker reads both.
static void
s_put_expiration (const butler_dispatch_t *self, const butler_job_t *job,
                  const butler_view_t *view, butler_verdict_t *verdict)
{
    const butler_worker_entry_t *worker = job->at.worker;
    const bool either = view && worker->either;
    const int64_t left = job->timed.due - self->now.mono;
    verdict->relative = either? view->relative: worker->relative;
    verdict->expiration = !verdict->relative? job->expiration: left > 0? left: 0;
    verdict->renewed = !view || view->relative != verdict->relative || view->expiration != verdict->expiration;
}

void
butler_lifecycle_assign (butler_dispatch_t *self, butler_job_t *job, butler_worker_entry_t *worker,
                         const butler_view_t *view, butler_verdict_t *verdict)
{
    job->state = BUTLER_JOB_RUNNING;
    job->attempts++;
    butler_jobs_renew (job);        //  attempts differ
    self->counters.running++;
    worker->service->running++;
    butler_registry_hold (worker, job);
    verdict->silent_since = worker->pulse.sent;
    butler_pulse_sent (&worker->pulse, self->now.mono);
    verdict->last = job->attempts > butler_lifecycle_retries (worker);
    if (view && verdict->last)
        free (butler_dispatch_take_body (self, job));       //  kept for one that bounced
    else
    if (view)
        butler_lifecycle_keep (self, job, view);

    verdict->kind = BUTLER_VERDICT_DISPATCH;
    verdict->peer = butler_worker_entry_id (worker);
    verdict->envelope = worker->envelope;
    verdict->extra = worker->extra;
    verdict->job = job;
    butler_jobs_token (job, verdict->token);
    s_put_expiration (self, job, view, verdict);
}

void
butler_lifecycle_recall (butler_dispatch_t *self, butler_job_t *job)
{
    butler_worker_entry_t *worker = job->at.worker;
    if (job->state == BUTLER_JOB_RUNNING) {
        self->counters.running--;
        worker->service->running--;
    }
    butler_registry_release (worker, job);
    butler_lifecycle_wake (self, worker->service);
}

void
butler_lifecycle_wait (butler_dispatch_t *self, butler_job_t *job)
{
    butler_queue_put (&job->service->queue, job);
    self->counters.waiting++;
    butler_lifecycle_wake (self, job->service);
}

butler_job_t *
butler_lifecycle_next (butler_dispatch_t *self, butler_service_entry_t *service)
{
    butler_job_t *job = butler_queue_next (&service->queue);
    self->counters.waiting -= job != NULL;
    return job;
}

void
butler_lifecycle_unqueue (butler_dispatch_t *self, butler_job_t *job)
{
    butler_service_entry_t *service = job->service;
    butler_queue_take (&service->queue, job);
    self->counters.waiting--;
    if (!service->registered && !service->queue.depth)
        butler_wheel_put (&self->wheel, &service->timed, self->now.mono);
}

void
butler_lifecycle_wake (butler_dispatch_t *self, butler_service_entry_t *service)
{
    if (service->ready || !service->queue.depth || !butler_registry_next (service))
        return;
    service->ready = true;
    service->next_ready = NULL;
    *(self->ready? &self->ready_tail->next_ready: &self->ready) = service;
    self->ready_tail = service;
}

void
butler_lifecycle_observe (butler_dispatch_t *self, const char *event,
                          const butler_worker_entry_t *worker, const char *reason)
{
    if (self->observer)
        self->observer (self->observer_arg, event, worker, reason);
}

void
butler_lifecycle_tell_pulse (butler_worker_entry_t *worker, butler_verdict_t *verdict)
{
    verdict->text = butler_notice_heartbeat (worker->pulse.interval, &verdict->text_size);
    verdict->kind = BUTLER_VERDICT_HEARTBEAT;
    worker->untold = false;
}

void
butler_lifecycle_tell_refused (butler_verdict_t *verdict, const char *reason)
{
    verdict->text = butler_notice_refused (reason, &verdict->text_size);
    verdict->kind = BUTLER_VERDICT_HEARTBEAT;
}

void
butler_lifecycle_refuse (butler_verdict_t *verdict, uint8_t dialect, const butler_where_t *where,
                         int code, const char *kind, const char *name, const char *message)
{
    const butler_fault_t fault = { .name = name, .message = message, .where = *where };
    verdict->text = butler_dialect_error (dialect, code, kind, &fault, &verdict->text_size);
    verdict->kind = verdict->text? BUTLER_VERDICT_ANSWER: BUTLER_VERDICT_NONE;
}
