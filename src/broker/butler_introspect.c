/*  butler_introspect.c - butler.router: the router's own service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_introspect.h"
#include "broker/butler_lifecycle.h"
#include "rpc/butler_request_internal.h"
#include "rpc/butler_service_answer.h"
#include "rpc/butler_service_internal.h"
#include <assert.h>
#include <stdlib.h>

#define PAGE_MAX 500                //  rows, so that no list stalls the router,
#define PAGE_BYTES 262144           //  and of properties in them
#define BODY_MAX 4096               //  bytes of a call; a larger one would take too long to read

//  Which rows of a list a call wants
typedef struct {
    int64_t offset, limit;
} page_t;

static page_t
s_page (butler_request_t *request)
{
    page_t page = { butler_request_integer (request, "offset"), butler_request_integer (request, "limit") };
    if (page.offset < 0)
        page.offset = 0;
    if (page.offset > INT32_MAX)
        page.offset = INT32_MAX;        //  no list is as long
    if (page.limit < 0 || page.limit > PAGE_MAX)
        page.limit = PAGE_MAX;
    return page;
}

//  Whether the row at this index is of the page
static bool
s_on_page (page_t page, int64_t index)
{
    return index >= page.offset && index - page.offset < page.limit;
}

//  ---- what one sees: all of it who is an admin, else what he may call or serve

static bool
s_sees_all (const butler_dispatch_t *self)
{
    return !self->sender || self->sender->admin;
}

static bool
s_sees (const butler_dispatch_t *self, const butler_service_entry_t *service)
{
    const butler_span_t name = butler_service_entry_name (service);
    return s_sees_all (self) || butler_identity_may_call (self->sender, name, service->serial)
        || butler_identity_may (self->sender, BUTLER_MAY_SERVE, name);
}

//  ---- methods

static json_t *
s_ping (butler_request_t *request, void *arg)
{
    (void) request;
    (void) arg;
    return json_string ("pong");
}

static json_t *
s_service_row (const butler_service_entry_t *service)
{
    return json_pack (
        "{s:s%, s:I, s:I, s:I, s:I}", "name", service->name, (size_t) service->size,
        "workers", (json_int_t) service->workers,
        "waiting", (json_int_t) service->queue.depth,
        "waiting_bytes", (json_int_t) service->queue.bytes,
        "running", (json_int_t) service->running);
}

static json_t *
s_services (butler_request_t *request, void *arg)
{
    const butler_dispatch_t *self = arg;
    const page_t page = s_page (request);
    json_t *rows = json_array ();
    const bool all = s_sees_all (self);
    int64_t total = 0;
    for (const butler_service_entry_t *service = self->registry.services;
         service && !(all && total >= page.offset + page.limit); service = service->hh.next)
        if (s_sees (self, service) && s_on_page (page, total++))
            json_array_append_new (rows, s_service_row (service));
    return json_pack ("{s:o, s:I}", "services", rows,
                      "total", all? (json_int_t) HASH_COUNT (self->registry.services): (json_int_t) total);
}

//  Where users are known
static json_t *
s_user (const butler_dispatch_t *self, const butler_worker_entry_t *worker)
{
    const butler_span_t user = worker->identity? butler_identity_name (worker->identity): butler_span (NULL, 0);
    return user.size && s_sees_all (self)? json_stringn ((const char *) user.data, user.size): NULL;
}

static json_t *
s_worker_row (const butler_dispatch_t *self, const butler_worker_entry_t *worker)
{
    json_t *properties = worker->properties && s_sees_all (self)? json_loads (worker->properties, 0, NULL): NULL;
    return json_pack (
        "{s:I, s:s%, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o*, s:o*}",
        "id", (json_int_t) worker->serial,
        "service", worker->service->name, (size_t) worker->service->size,
        "holds", (json_int_t) worker->holds,
        "capacity", (json_int_t) worker->capacity,
        "limit", (json_int_t) worker->pace.limit,
        "threads", (json_int_t) worker->threads,
        "answered", (json_int_t) worker->answered,
        "age_ms", (json_int_t) (self->now.mono - worker->since),
        "silent_ms", (json_int_t) (self->now.mono - worker->pulse.heard),
        "leaving", (int) worker->leaving,
        "user", s_user (self, worker),
        "properties", properties);
}

static json_t *
s_workers (butler_request_t *request, void *arg)
{
    const butler_dispatch_t *self = arg;
    const butler_span_t wanted = butler_span_string (butler_request_string (request, "service"));
    const page_t page = s_page (request);
    json_t *rows = json_array ();
    size_t bytes = 0;
    int64_t total = 0;
    for (const butler_worker_entry_t *worker = self->registry.workers; worker; worker = worker->hh.next) {
        if (!worker->service
        ||  (wanted.size && !butler_span_equal (wanted, butler_service_entry_name (worker->service)))
        ||  !s_sees (self, worker->service))
            continue;
        if (!s_on_page (page, total++) || bytes > PAGE_BYTES)
            continue;
        json_array_append_new (rows, s_worker_row (self, worker));
        bytes += worker->properties? strlen (worker->properties): 0;
    }
    return json_pack ("{s:o, s:I}", "workers", rows, "total", (json_int_t) total);
}

static int64_t
s_request_bytes (const butler_dispatch_t *self)
{
    const butler_lanes_t *lanes = &self->registry.lanes;
    return butler_pool_bytes (&self->jobs.pool) + butler_table_bytes (&self->jobs.open)
         + self->jobs.id_bytes + self->block_bytes + butler_pool_bytes (&lanes->pool)
         + butler_table_bytes (&lanes->table) + lanes->heap_bytes;
}

static int64_t
s_client_bytes (const butler_dispatch_t *self)
{
    const butler_clients_t *clients = &self->clients;
    return butler_pool_bytes (&clients->pool) + butler_table_bytes (&clients->table) + clients->id_bytes
         + (self->secured? butler_identities_bytes (&self->identities): 0);
}

json_t *
butler_introspect_stats (const butler_dispatch_t *self)
{
    json_t *stats = json_object ();
#define PUT(name) json_object_set_new (stats, #name, json_integer ((json_int_t) self->counters.name));
    BUTLER_COUNTERS (PUT)
#undef PUT
    json_object_set_new (stats, "services", json_integer (HASH_COUNT (self->registry.services)));
    json_object_set_new (stats, "workers", json_integer (
        (json_int_t) HASH_COUNT (self->registry.workers) - (json_int_t) self->registry.refused_count));
    json_object_set_new (stats, "held_bytes", json_integer (self->held));
    json_object_set_new (stats, "request_bytes", json_integer (s_request_bytes (self)));
    json_object_set_new (stats, "client_bytes", json_integer (s_client_bytes (self)));
    json_object_set_new (stats, "service_bytes", json_integer (
        butler_registry_service_bytes (&self->registry)));
    json_object_set_new (stats, "worker_bytes", json_integer (
        butler_registry_worker_bytes (&self->registry)));
    json_object_set_new (stats, "unread_bytes", json_integer (butler_dispatch_unread (self)));
    return stats;
}

static json_t *
s_stats (butler_request_t *request, void *arg)
{
    butler_dispatch_t *self = arg;
    if (s_sees_all (self))
        return butler_introspect_stats (self);
    self->forbade = true;
    return butler_request_refuse (request, 403, "forbidden", "Forbidden", "what the router has counted is for admins");
}

butler_service_t *
butler_introspect_new (butler_dispatch_t *dispatch)
{
    static const butler_method_t methods [] = {
        { "ping ()", s_ping, "\"pong\": the router lives" },
        { "services (offset: integer = 0, limit: integer = 500)", s_services,
          "the services it knows, with their workers and requests; a page of at most 500" },
        { "workers (service: string = \"\", offset: integer = 0, limit: integer = 500)", s_workers,
          "the workers of a service, or of all; a page of at most 500" },
        { "stats ()", s_stats, "what it has counted since it started" },
        { NULL, NULL, NULL }
    };
    butler_service_t *service = butler_service_new_reserved ("butler.router");
    assert (service);
    const int rc = butler_service_register_table (service, methods, dispatch);
    assert (rc == 0);
    (void) rc;
    return service;
}

//  It has counted as answered, so that the counters balance where it tells them
static void
s_count (butler_dispatch_t *self)
{
    if (!self->forbade)
        return;
    self->counters.answered--;
    self->counters.refused++;
    self->counters.forbidden++;
}

void
butler_introspect_answer (butler_dispatch_t *self, const butler_view_t *view, butler_verdict_t *verdict)
{
    self->counters.answered++;
    if (view->content.size > BODY_MAX) {
        const butler_where_t where = { .service = view->service, .request = view->api_id };
        butler_lifecycle_refuse (verdict, view->dialect, &where, 400, "request", "BadRequest",
                                 "butler.router takes calls of at most 4096 bytes");
        return;
    }
    //  Its body moves into the request, and takes the api:id with it where both are in one frame
    butler_view_t taken = *view;
    memcpy (verdict->bytes, view->api_id.data, view->api_id.size);
    verdict->api_id = butler_span (verdict->bytes, view->api_id.size);
    butler_request_t *request = butler_request_new (&taken, self->now.mono, self->now.wall);
    self->forbade = false;
    butler_service_answer (self->own, request);
    s_count (self);
    zmq_msg_t *response = butler_request_response (request);
    verdict->text_size = zmq_msg_size (response);
    verdict->text = malloc (verdict->text_size + 1);
    assert (verdict->text);
    memcpy (verdict->text, zmq_msg_data (response), verdict->text_size);
    verdict->kind = BUTLER_VERDICT_ANSWER;
    butler_request_destroy (&request);
}
