/*  butler_enlist.c - a worker that wants to serve is registered, or refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_enlist.h"
#include "broker/butler_owners.h"
#include "broker/butler_properties.h"
#include <stdio.h>

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

void
butler_enlist (butler_dispatch_t *self, butler_worker_entry_t *worker, const butler_view_t *view,
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
