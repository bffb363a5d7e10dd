/*  butler_dispatch.c - the broker as a whole: it begins, is configured, drains, and ends
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_dispatch.h"
#include "broker/butler_introspect.h"
#include "broker/butler_lifecycle.h"

void
butler_dispatch_init (butler_dispatch_t *self, const butler_settings_t *settings, uint64_t seed,
                      const butler_now_t *now)
{
    *self = (butler_dispatch_t) { .settings = settings, .now = *now };
    butler_wheel_init (&self->wheel, now->mono);
    butler_jobs_init (&self->jobs, seed);
    butler_clients_init (&self->clients, seed);
    butler_registry_init (&self->registry, seed);
    butler_identities_init (&self->identities, seed);
    self->own = butler_introspect_new (self);
}

void
butler_dispatch_fini (butler_dispatch_t *self)
{
    butler_service_destroy (&self->own);
    butler_registry_fini (&self->registry);
    butler_jobs_fini (&self->jobs);
    butler_clients_fini (&self->clients);
    butler_identities_fini (&self->identities);
}

void
butler_dispatch_configure (butler_dispatch_t *self, const butler_settings_t *settings)
{
    self->settings = settings;
    butler_identities_renew (&self->identities);    //  what they may was the old ones' word
    for (butler_service_entry_t *service = self->registry.services; service; service = service->hh.next)
        service->settings = *butler_settings_service (settings, service->name, service->size);
    for (butler_worker_entry_t *worker = self->registry.workers; worker; worker = worker->hh.next) {
        worker->pulse.interval = settings->heartbeat;
        worker->pulse.liveness = settings->liveness;
        worker->untold = worker->pulse.peer > 0;    //  and is told before it could miss one
        const int64_t due = worker->untold || worker->unaware? self->now.mono: butler_pulse_next (&worker->pulse);
        butler_wheel_put (&self->wheel, &worker->timed, due);
    }
}

void
butler_dispatch_lapse (butler_dispatch_t *self, int64_t gap)
{
    for (butler_worker_entry_t *worker = self->registry.workers; worker; worker = worker->hh.next)
        butler_pulse_lapse (&worker->pulse, gap);
}

void
butler_dispatch_drain (butler_dispatch_t *self)
{
    self->draining = true;
}

size_t
butler_dispatch_abandon (butler_dispatch_t *self, const butler_now_t *now)
{
    self->now = *now;
    size_t abandoned = 0;
    for (uint32_t index = 0; index < self->jobs.pool.used; index++) {
        butler_job_t *job = butler_jobs_at (&self->jobs, index);
        if (job->state == BUTLER_JOB_WAITING)
            butler_lifecycle_unqueue (self, job);
        else
        if (job->state == BUTLER_JOB_RUNNING)
            butler_lifecycle_recall (self, job);
        else
            continue;
        butler_lifecycle_end (self, job, job->attempts? BUTLER_END_ABANDONED: BUTLER_END_UNBEGUN);
        abandoned++;
    }
    return abandoned;
}

int64_t
butler_dispatch_unread (const butler_dispatch_t *self)
{
    int64_t bytes = 0;
    for (int side = 0; side < 2 && self->unread [side]; side++)
        bytes += __atomic_load_n (self->unread [side], __ATOMIC_RELAXED);
    return bytes;
}
