/*  butler_bench_workers.c - workers that send back what they are sent, to measure what lies between
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_workers.h"
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>
#include "butler_request.h"
#include "butler_worker.h"
#include "programs/butler_order.h"
#include "programs/butler_output.h"

static json_t *
s_echo (butler_request_t *request, void *arg)
{
    (void) arg;
    return butler_request_answer (request, butler_request_body (request), butler_request_size (request));
}

char *
butler_bench_workers_name (void)
{
    zuuid_t *random = zuuid_new ();
    assert (random);
    char *name = zsys_sprintf ("bench.%ld.%.12s", (long) getpid (), zuuid_str (random));
    assert (name);
    zuuid_destroy (&random);
    return name;
}

static int
s_connect (zactor_t *worker, const char *program, butler_access_t *access, const butler_texts_t *backends)
{
    if (butler_access_show_worker (access, program, worker) == -1)
        return -1;
    for (size_t index = 0; index < backends->count; index++)
        if (!butler_order (worker, program, "CONNECT", backends->text [index], NULL))
            return -1;
    return 0;
}

static int
s_start_one (butler_bench_workers_t *self, const char *program, butler_access_t *access,
             const butler_texts_t *backends)
{
    zactor_t *worker = butler_room () == 0? zactor_new (butler_worker, self->service): NULL;
    if (!worker) {
        butler_complain (program, "cannot start worker %d: %s", self->workers + 1, zmq_strerror (errno));
        return -1;
    }
    self->worker [self->workers++] = worker;
    return s_connect (worker, program, access, backends);
}

int
butler_bench_workers_start (butler_bench_workers_t *self, const char *program, const char *name,
                            butler_access_t *access, butler_bench_plan_t *plan)
{
    const char *named = getenv ("BUTLER_BACKEND");
    if (plan->backends.count == 0)
        butler_texts_add (&plan->backends, named && *named? named: BUTLER_BACKEND);
    self->service = butler_service_new (name);
    self->worker = (zactor_t **) calloc ((size_t) plan->workers, sizeof *self->worker);
    assert (self->service && self->worker);
    butler_service_set_direct (self->service, s_echo, NULL);
    butler_service_set_threads (self->service, plan->threads);
    butler_service_set_capacity (self->service, plan->capacity);
    for (int index = 0; index < plan->workers; index++)
        if (s_start_one (self, program, access, &plan->backends))
            return -1;
    return 0;
}

char *
butler_bench_workers_refused (const butler_bench_workers_t *self, const char *program)
{
    char *stats = butler_order_ask (self->worker [0], program, "STATS", NULL, NULL), *reason = NULL;
    json_t *all = stats? json_loads (stats, 0, NULL): NULL, *router;
    size_t index;
    json_array_foreach (json_object_get (all, "routers"), index, router) {
        const char *failed = json_string_value (json_object_get (router, "failed"));
        const char *refused = failed? failed: json_string_value (json_object_get (router, "refused"));
        if (refused && *refused && !reason)
            reason = strdup (refused);
    }
    json_decref (all);
    zstr_free (&stats);
    return reason;
}

void
butler_bench_workers_end (butler_bench_workers_t *self, const char *program)
{
    for (int index = 0; index < self->workers; index++)
        butler_order (self->worker [index], program, "DRAIN", NULL, NULL);
    for (int index = 0; index < self->workers; index++)
        zactor_destroy (&self->worker [index]);
    free (self->worker);
    butler_service_destroy (&self->service);
    *self = (butler_bench_workers_t) { NULL, NULL, 0 };
}
