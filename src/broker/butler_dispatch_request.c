/*  butler_dispatch_request.c - what becomes of a client's request
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_dispatch.h"
#include "broker/butler_introspect.h"
#include "broker/butler_lifecycle.h"
#include "broker/butler_owners.h"
#include "broker/butler_queue.h"
#include <errno.h>
#include <stdio.h>

static int64_t
s_time_left (const butler_dispatch_t *self, const butler_view_t *view)
{
    const int64_t left = view->expiration - (view->relative? self->now.aged: self->now.wall);
    return left < self->settings->max_deadline? left: self->settings->max_deadline;
}

//  All that is known of a request that is refused
static butler_where_t
s_where (const butler_view_t *view)
{
    const bool named = butler_service_name_valid (view->service);
    return (butler_where_t) { .service = named? view->service: butler_span (NULL, 0),
                              .request = view->api_id };
}

//  Where it may have aged unseen its client is told by butler_dispatch_next: not before all that came
//  with it was read
static void
s_expired (butler_dispatch_t *self, const butler_view_t *view, const butler_origin_t *origin,
           int64_t left, butler_verdict_t *verdict)
{
    self->counters.accepted++;
    butler_service_entry_t *service = view->relative && self->now.aged
        ? butler_registry_service (&self->registry, view->service): NULL;
    if (service) {
        butler_job_t *job = butler_lifecycle_begin (self, view, origin, service, self->now.mono);
        butler_lifecycle_end (self, job, BUTLER_END_EXPIRED);
        return;
    }
    self->counters.expired++;
    const butler_where_t where = s_where (view);
    char message [128];
    snprintf (message, sizeof message, "the request expired %lld ms before it arrived%s", (long long) -left,
              view->relative? "": "; do the clocks of client and router agree?");
    butler_lifecycle_refuse (verdict, view->dialect, &where, 504, "expired", "Expired", message);
}

//  A request that is none of the protocol's: `fault` says why
static void
s_malformed (const butler_view_t *view, const char *fault, butler_verdict_t *verdict)
{
    const butler_where_t where = s_where (view);
    if (view->dialect == 1)
        butler_lifecycle_refuse (verdict, view->dialect, &where, 400, "request", "Malformed", fault);
}

static void
s_discover (butler_dispatch_t *self, const butler_view_t *view, butler_verdict_t *verdict)
{
    if (view->service.size == strlen ("mmi.")) {
        self->counters.malformed++;
        s_malformed (view, "service: 'mmi.' takes the name of a service", verdict);
        return;
    }
    self->counters.discoveries++;
    const butler_span_t name = butler_span (view->service.data + 4, view->service.size - 4);
    const butler_service_entry_t *service = butler_registry_service (&self->registry, name);
    const bool here = (service && service->workers)
                   || butler_span_equal (name, butler_span_string (BUTLER_NAME_ROUTER))
                   || butler_span_equal (name, butler_span_string (BUTLER_NAME_PACKED))
                   || butler_span_equal (name, butler_span_string (BUTLER_NAME_CANCEL));
    verdict->kind = BUTLER_VERDICT_DISCOVERY;
    verdict->service = name;
    verdict->code = butler_span_string (here? "200": "400");
}

static void
s_not_found (butler_dispatch_t *self, const butler_view_t *view, butler_verdict_t *verdict)
{
    self->counters.refused++;
    const butler_where_t where = s_where (view);
    static const char begin [] = "no worker serves '";
    char message [sizeof begin + BUTLER_SERVICE_MAX + 1];
    memcpy (message, begin, sizeof begin);          //  snprintf takes a third of what all of this takes
    memcpy (message + sizeof begin - 1, view->service.data, view->service.size);
    memcpy (message + sizeof begin - 1 + view->service.size, "'", 2);
    butler_lifecycle_refuse (verdict, view->dialect, &where, 404, "service", "ServiceNotFound", message);
}

static void
s_unavailable (butler_dispatch_t *self, const butler_view_t *view, const char *name,
               const char *message, butler_verdict_t *verdict)
{
    self->counters.refused++;
    const butler_where_t where = s_where (view);
    butler_lifecycle_refuse (verdict, view->dialect, &where, 503, "unavailable", name, message);
}

//  Room in the service's queue for one more of this client's, at the cost of who has most waiting
static bool
s_make_room (butler_dispatch_t *self, butler_service_entry_t *service,
             const butler_client_entry_t *client, size_t body_size, int64_t weight)
{
    butler_queue_t *queue = &service->queue;
    const size_t own = client? butler_queue_load_of (queue, client, service): 0;
    if (weight > service->settings.queue_bytes)
        return false;
    while ((int64_t) queue->depth >= service->settings.queue
       ||  (int64_t) queue->bytes + weight > service->settings.queue_bytes) {
        butler_job_t *newest = butler_queue_crowd (queue, own + butler_queue_load (body_size));
        if (!newest)
            return false;
        butler_lifecycle_unqueue (self, newest);
        butler_lifecycle_end (self, newest, BUTLER_END_CROWDED);
    }
    return true;
}

//  How many count for this client's share: all of its user's, where it showed who he is
static uint32_t
s_share (const butler_dispatch_t *self, const butler_client_entry_t *client)
{
    if (self->sender && self->sender->personal)
        return self->sender->open;
    return client? client->open: 0;
}

//  What keeps a request of this client from being taken in at all, or NULL
static const char *
s_over_limit (const butler_dispatch_t *self, const butler_client_entry_t *client, const char **name)
{
    *name = "Draining";
    if (self->draining)
        return "the router is draining; it takes no new requests";
    *name = "ClientLimit";
    if (s_share (self, client) >= self->settings->client_limit)
        return "this client has as many requests open as it may";
    *name = "RouterFull";
    if ((int64_t) (self->counters.waiting + self->counters.running) >= self->settings->requests)
        return "the router holds as many requests as it may";
    return NULL;
}

//  To a worker with a free place, or into the queue
static void
s_accept (butler_dispatch_t *self, const butler_view_t *view, butler_service_entry_t *service,
          const butler_origin_t *origin, int64_t left, butler_verdict_t *verdict)
{
    const size_t size = view->trace.size + view->content.size;
    butler_worker_entry_t *worker =
        service->queue.depth? NULL: butler_registry_next (service);
    const bool keep = !worker || butler_lifecycle_retries (worker) > 0;
    const int64_t weight = keep? butler_jobs_weight (size, view->api_id.size): 0;
    if (keep && self->held + weight > self->settings->bytes) {
        s_unavailable (self, view, "RouterFull", "the router holds as many bytes as it may", verdict);
        return;
    }
    if (!worker && !s_make_room (self, service, origin->client, size, weight)) {
        s_unavailable (self, view, "QueueFull", "the queue of this service is full", verdict);
        return;
    }
    butler_job_t *job = butler_lifecycle_begin (self, view, origin, service, self->now.mono + left);
    if (worker) {
        butler_lifecycle_assign (self, job, worker, view, verdict);
        return;
    }
    butler_lifecycle_keep (self, job, view);
    butler_lifecycle_wait (self, job);
}

//  Found already, known, or waited for all the same where the configuration says so
static butler_service_entry_t *
s_service (butler_dispatch_t *self, const butler_view_t *view, butler_service_entry_t *service)
{
    if (!service)
        service = butler_registry_service (&self->registry, view->service);
    if (service && (service->registered || service->settings.unknown_queue))
        return service;
    const butler_service_settings_t *settings =
        butler_settings_service (self->settings, view->service.data, view->service.size);
    if (!settings->unknown_queue || butler_span_begins (view->service, "butler."))
        return NULL;
    if (!service && (int64_t) HASH_COUNT (self->registry.services) >= self->settings->services)
        return NULL;
    service = butler_registry_require_service (&self->registry, view->service, settings);
    butler_wheel_put (&self->wheel, &service->timed, self->now.mono);   //  should nothing wait after all
    return service;
}

//  A client's word that it no longer awaits the answer under this api:id
static bool
s_is_cancel (const butler_view_t *view)
{
    return view->kind == BUTLER_MSG_CANCEL
        || butler_span_equal (view->service, butler_span_string (BUTLER_NAME_CANCEL));
}

static void
s_begin (butler_dispatch_t *self, const butler_view_t *view, const butler_now_t *now, butler_verdict_t *verdict)
{
    self->now = *now;
    verdict->kind = BUTLER_VERDICT_NONE;
    verdict->peer = view->peer;
    verdict->api_id = view->api_id;
    verdict->envelope = view->envelope;
}

static butler_origin_t
s_origin (butler_dispatch_t *self, const butler_view_t *view)
{
    butler_origin_t origin = butler_lifecycle_origin (self, view);
    if (butler_owners_known (self, view))
        origin.client = butler_owners_identify (self, view, origin.client);
    return origin;
}

void
butler_dispatch_request (butler_dispatch_t *self, const butler_view_t *view,
                         const butler_now_t *now, butler_verdict_t *verdict)
{
    s_begin (self, view, now, verdict);
    const butler_origin_t origin = s_origin (self, view);
    butler_job_t *open = butler_lifecycle_find (self, &origin, view);
    if (s_is_cancel (view)) {
        if (open)
            butler_lifecycle_cancel (self, open, verdict);
        else
            self->counters.stray_cancels++;     //  its answer is on the way, or it never came here
        return;
    }
    if (open) {
        self->counters.duplicates++;
        return;
    }
    butler_service_entry_t *service = NULL;
    if (butler_owners_known (self, view) && butler_owners_forbid (self, view, &service, verdict))
        return;
    const int64_t left = s_time_left (self, view);
    if (left <= 0) {
        s_expired (self, view, &origin, left, verdict);
        return;
    }
    if (butler_span_begins (view->service, "mmi.")) {
        s_discover (self, view, verdict);
        return;
    }
    self->counters.accepted++;
    if (butler_span_equal (view->service, butler_span_string (BUTLER_NAME_ROUTER))) {
        butler_introspect_answer (self, view, verdict);
        return;
    }
    const char *name, *reason = s_over_limit (self, origin.client, &name);
    if (reason) {
        s_unavailable (self, view, name, reason, verdict);
        return;
    }
    service = s_service (self, view, service);
    if (service)
        s_accept (self, view, service, &origin, left, verdict);
    else
        s_not_found (self, view, verdict);
}

void
butler_dispatch_malformed (butler_dispatch_t *self, const butler_view_t *view,
                           const butler_now_t *now, butler_verdict_t *verdict)
{
    s_begin (self, view, now, verdict);
    self->counters.malformed++;
    if (!view->api_id.size || s_is_cancel (view))
        return;                     //  nobody awaits an answer to it
    const butler_origin_t origin = s_origin (self, view);
    if (!butler_lifecycle_find (self, &origin, view))
        s_malformed (view, view->fault, verdict);
}

void
butler_dispatch_bounced (butler_dispatch_t *self, butler_job_t *job, const butler_view_t *view,
                         int error, const butler_now_t *now, butler_verdict_t *verdict)
{
    self->now = *now;
    self->counters.bounced++;
    verdict->kind = BUTLER_VERDICT_NONE;
    butler_worker_entry_t *worker = job->at.worker;
    worker->clogged = true;
    worker->pulse.sent = verdict->silent_since;
    butler_lifecycle_recall (self, job);
    job->attempts--;                //  it was never given
    if (error == EHOSTUNREACH)
        butler_lifecycle_bury (self, worker);

    butler_worker_entry_t *next = butler_registry_next (job->service);
    if (next) {
        butler_lifecycle_assign (self, job, next, view, verdict);
        return;
    }
    if (view)
        butler_lifecycle_keep (self, job, view);
    butler_lifecycle_wait (self, job);
}
