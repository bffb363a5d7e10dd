/*  bench_staff.c - workers on libbutler
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_butler.h"
#include <assert.h>
#include <stdlib.h>
#include <czmq.h>
#include <jansson.h>
#include "butler_request.h"
#include "butler_service.h"
#include "butler_worker.h"
#include "programs/butler_output.h"

#define LOOK_MS 100                 //  a wait for a request; then it looks whether it is to stop
#define CAPACITY 256                //  of a worker without handlers

typedef struct {
    butler_service_t *service;
    zactor_t *worker;
} place_t;

struct bench_staff {
    int count;
    place_t *places;
};

static json_t *
s_echo_bytes (butler_request_t *request, void *arg)
{
    (void) arg;
    return butler_request_answer (request, butler_request_body (request), butler_request_size (request));
}

static json_t *
s_echo_number (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_integer (butler_request_integer (request, "number"));
}

static void
s_start (place_t *self, const bench_setup_t *setup)
{
    self->service = butler_service_new (setup->service);
    if (!self->service)
        bench_die (setup->service);
    butler_service_set_direct (self->service, s_echo_bytes, NULL);
    butler_service_register (self->service, "echo (name: string, number: integer, factor: real)", s_echo_number, NULL);
    butler_service_set_threads (self->service, setup->threads);
    butler_service_set_capacity (self->service, setup->capacity);
    self->worker = zactor_new (butler_worker, self->service);
    if (!self->worker)
        bench_die ("no worker");
    zstr_sendx (self->worker, "CONNECT", setup->endpoint, NULL);
    char *answer = zstr_recv (self->worker);
    if (!answer || !streq (answer, "OK")) {
        butler_complain ("bench", "%s: %s", setup->endpoint, answer? answer: "interrupted");
        exit (BUTLER_EXIT_TROUBLE);
    }
    zstr_free (&answer);
}

bench_staff_t *
bench_staff_new (const bench_setup_t *setup)
{
    bench_staff_t *self = (bench_staff_t *) calloc (1, sizeof *self);
    assert (self);
    self->count = setup->workers;
    self->places = (place_t *) calloc ((size_t) self->count, sizeof *self->places);
    assert (self->places);
    for (int index = 0; index < self->count; index++)
        s_start (&self->places [index], setup);
    return self;
}

void
bench_staff_destroy (bench_staff_t **self_p)
{
    bench_staff_t *self = *self_p;
    if (!self)
        return;
    for (int index = 0; index < self->count; index++) {
        zactor_destroy (&self->places [index].worker);
        butler_service_destroy (&self->places [index].service);
    }
    free (self->places);
    free (self);
    *self_p = NULL;
}

void
bench_butler_loop (const bench_setup_t *setup)
{
    butler_worker_t *worker = butler_worker_new (setup->endpoint, setup->service);
    if (!worker)
        bench_die (setup->endpoint);
    butler_worker_set_timeout (worker, LOOK_MS);
    butler_worker_set_capacity (worker, setup->capacity? setup->capacity: CAPACITY);
    butler_request_t *reply = NULL;
    while (!bench_stopped ()) {
        butler_request_t *request = butler_worker_recv (worker, &reply);
        if (!request)
            continue;
        butler_request_answer (request, butler_request_body (request), butler_request_size (request));
        reply = request;
    }
    butler_request_destroy (&reply);
    butler_worker_destroy (&worker);
}
