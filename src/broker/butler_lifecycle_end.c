/*  butler_lifecycle_end.c - how a request's life ends: answered, expired, cancelled, lost with its worker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_lifecycle.h"
#include "broker/butler_owners.h"
#include "broker/butler_properties.h"
#include <assert.h>
#include <stdlib.h>

void
butler_lifecycle_close (butler_dispatch_t *self, butler_job_t *job)
{
    butler_client_entry_t *client = job->client;
    butler_jobs_close (&self->jobs, job);
    if (!client)
        return;
    client->open--;
    if (self->secured)
        butler_owners_disclaim (client, job, &self->jobs);
    butler_clients_release (&self->clients, client);
    butler_wheel_take (&self->wheel, &job->timed);
}

void
butler_lifecycle_forget (butler_dispatch_t *self, butler_job_t *job)
{
    free (butler_dispatch_take_body (self, job));
    butler_lifecycle_close (self, job);
    butler_jobs_put (&self->jobs, job);
}

static uint64_t *
s_counter (butler_counters_t *counters, butler_end_t end)
{
    if (end == BUTLER_END_EXPIRED)
        return &counters->expired;
    return end == BUTLER_END_LOST? &counters->lost: &counters->refused;
}

//  In no list by now
void
butler_lifecycle_end (butler_dispatch_t *self, butler_job_t *job, butler_end_t end)
{
    ++*s_counter (&self->counters, end);
    butler_wheel_take (&self->wheel, &job->timed);
    free (butler_dispatch_take_body (self, job));
    job->state = BUTLER_JOB_LEAVING;
    job->end = (uint8_t) end;
    job->next = NULL;
    *(self->leaving? &self->leaving_tail->next: &self->leaving) = job;
    self->leaving_tail = job;
    job->service->leaving++;
}

void
butler_lifecycle_outlive (butler_dispatch_t *self, butler_job_t *job)
{
    self->counters.running--;
    job->service->running--;
    job->state = BUTLER_JOB_ENDED;
    free (butler_dispatch_take_body (self, job));
}

//  The ids are copied, as the request's own go with it. One of 0.3.0 knows no such notice.
static void
s_put_cancel (const butler_dispatch_t *self, const butler_job_t *job, butler_verdict_t *verdict)
{
    butler_worker_entry_t *worker = job->at.worker;
    if (!worker->modern)
        return;
    butler_pulse_sent (&worker->pulse, self->now.mono);
    const butler_span_t api_id = butler_job_api_id (job);
    memcpy (verdict->bytes, api_id.data, api_id.size);
    verdict->kind = BUTLER_VERDICT_CANCEL;
    verdict->peer = butler_worker_entry_id (worker);
    verdict->envelope = worker->envelope;
    verdict->api_id = butler_span (verdict->bytes, api_id.size);
    butler_jobs_token (job, verdict->token);
}

void
butler_lifecycle_drop (butler_dispatch_t *self, butler_job_t *job)
{
    self->counters.cancelled++;
    if (job->state == BUTLER_JOB_WAITING) {
        butler_lifecycle_unqueue (self, job);
        butler_lifecycle_forget (self, job);
        return;
    }
    butler_lifecycle_outlive (self, job);
    butler_lifecycle_close (self, job);
}

void
butler_lifecycle_cancel (butler_dispatch_t *self, butler_job_t *job, butler_verdict_t *verdict)
{
    if (job->state == BUTLER_JOB_LEAVING) {
        self->counters.stray_cancels++;
        return;
    }
    if (job->state == BUTLER_JOB_RUNNING)
        s_put_cancel (self, job, verdict);
    butler_lifecycle_drop (self, job);
}

void
butler_lifecycle_told (butler_dispatch_t *self, butler_job_t *job)
{
    butler_service_entry_t *service = job->service;
    butler_lifecycle_forget (self, job);
    service->leaving--;
    if (service->registered || service->members || service->queue.depth || service->leaving)
        return;
    if (service->ready) {           //  still in the list of those to look at
        butler_wheel_put (&self->wheel, &service->timed, self->now.mono);
        return;
    }
    butler_wheel_take (&self->wheel, &service->timed);
    butler_registry_remove_service (&self->registry, service);
}

static void
s_orphan (butler_dispatch_t *self, butler_job_t *job, int64_t retries, const char *worker)
{
    const uint8_t state = job->state;
    butler_lifecycle_recall (self, job);
    if (state == BUTLER_JOB_ENDED)
        butler_lifecycle_forget (self, job);
    else
    if (job->kept && job->attempts <= retries && job->timed.due > self->now.mono) {
        self->counters.retried++;
        butler_lifecycle_wait (self, job);
    }
    else {
        butler_lifecycle_end (self, job, BUTLER_END_LOST);
        job->block = worker? (uint8_t *) strdup (worker): NULL;
        assert (job->block || !worker);
    }
}

//  It leaves first, so that nothing it held comes back to it
void
butler_lifecycle_unload (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    butler_service_entry_t *service = worker->service;
    const int64_t retries = butler_lifecycle_retries (worker);
    butler_registry_leave (worker);
    char *name = worker->held && worker->properties? butler_properties_worker (worker->properties): NULL;
    while (worker->held)
        s_orphan (self, worker->held, retries, name);
    free (name);
    butler_registry_part (worker);
    if (!service->workers)
        butler_wheel_put (&self->wheel, &service->timed,
                          self->now.mono + (service->registered? service->settings.ttl: 0));
}

void
butler_lifecycle_bury (butler_dispatch_t *self, butler_worker_entry_t *worker)
{
    if (worker->service) {
        self->counters.workers_lost += !worker->leaving;
        butler_lifecycle_observe (self, worker->leaving? "gone": "lost", worker, NULL);
        butler_lifecycle_unload (self, worker);
    }
    if (worker->identity)
        worker->identity->holders--;
    butler_wheel_take (&self->wheel, &worker->timed);
    butler_registry_remove_worker (&self->registry, worker);
}
