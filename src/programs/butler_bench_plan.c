/*  butler_bench_plan.c - what load a benchmark puts on a service, and for how long
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_plan.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "programs/butler_arguments.h"
#include "programs/butler_output.h"

#define SIZE 64                     //  bytes of a body
#define SECONDS 5
#define OPEN_MOST 1000              //  requests of a client that may be open at a rate
#define NANO 1e9

//  What does not go together, or NULL
static const char *
s_conflict (const butler_bench_plan_t *self)
{
    const bool own = self->workers != BUTLER_BENCH_UNSET || self->threads != BUTLER_BENCH_UNSET
                  || self->capacity != BUTLER_BENCH_UNSET || self->backends.count;
    if (self->service && own)
        return "--backend, --workers, --threads and --capacity are for runs without SERVICE, which bring their own workers";
    if (self->text && self->size != BUTLER_BENCH_UNSET)
        return "--body and --size exclude each other";
    if (self->method && (self->text || self->size != BUTLER_BENCH_UNSET))
        return "--body and --size are for direct requests: a METHOD takes ARGs and --kw";
    if (!self->method && self->named.count)
        return "--kw is for calls: there is no METHOD";
    return NULL;
}

static void
s_default (int *value, int unset, int preset)
{
    if (*value == unset)
        *value = preset;
}

static void
s_fill (butler_bench_plan_t *self)
{
    s_default (&self->size, BUTLER_BENCH_UNSET, SIZE);
    s_default (&self->workers, BUTLER_BENCH_UNSET, 1);
    s_default (&self->threads, BUTLER_BENCH_UNSET, 0);
    s_default (&self->capacity, BUTLER_BENCH_UNSET, 0);
    s_default (&self->in_flight, 0, self->rate? OPEN_MOST: 1);
    if (self->requests == 0)
        s_default (&self->seconds, 0, SECONDS);
}

//  As butler_client_submit_json () would write it, once for all. NULL after a complaint
static zchunk_t *
s_encode_call (const butler_bench_plan_t *self, const char *program)
{
    json_t *call = json_pack ("{s:s, s:O, s:O}", "method", self->method, "args", self->args, "kwargs", self->kwargs);
    char *text = call? json_dumps (call, JSON_COMPACT): NULL;
    json_decref (call);
    if (!text) {
        butler_complain (program, "the method's name is no UTF-8 text");
        return NULL;
    }
    zchunk_t *body = zchunk_new (text, strlen (text));
    free (text);
    return body;
}

static zchunk_t *
s_body (butler_bench_plan_t *self, const char *program, const butler_texts_t *operands)
{
    if (self->method) {
        self->args = butler_arguments_listed (program, operands, 2);
        self->kwargs = self->args? butler_arguments_named (program, &self->named): NULL;
        return self->kwargs? s_encode_call (self, program): NULL;
    }
    if (self->text)
        return butler_arguments_body (program, self->text);
    zchunk_t *body = zchunk_new (NULL, (size_t) self->size);
    assert (body);
    zchunk_fill (body, 'x', (size_t) self->size);
    return body;
}

int
butler_bench_plan_complete (butler_bench_plan_t *self, const char *program, const butler_texts_t *operands)
{
    self->service = operands->count > 0? operands->text [0]: NULL;
    self->method = operands->count > 1? operands->text [1]: NULL;
    const char *wrong = s_conflict (self);
    if (wrong) {
        butler_complain (program, "%s", wrong);
        return -1;
    }
    s_fill (self);
    self->body = s_body (self, program, operands);
    if (!self->body)
        return -1;
    self->size = (int) zchunk_size (self->body);
    return 0;
}

void
butler_bench_plan_fini (butler_bench_plan_t *self)
{
    butler_texts_fini (&self->named);
    butler_texts_fini (&self->backends);
    json_decref (self->args);
    json_decref (self->kwargs);
    zchunk_destroy (&self->body);
}

uint64_t
butler_bench_plan_share (const butler_bench_plan_t *self, int client)
{
    if (self->requests == 0)
        return UINT64_MAX;
    return (uint64_t) (self->requests / self->clients + (client < self->requests % self->clients));
}

int64_t
butler_bench_plan_due (const butler_bench_plan_t *self, int client, uint64_t request)
{
    return (int64_t) (((double) request * self->clients + client) / self->rate * NANO);
}

uint64_t
butler_bench_plan_due_before (const butler_bench_plan_t *self, int client, int64_t passed)
{
    const double turns = ((double) passed / NANO * self->rate - client) / self->clients;
    uint64_t count = turns > 0? (uint64_t) turns: 0;
    while (butler_bench_plan_due (self, client, count) < passed)
        count++;
    while (count && butler_bench_plan_due (self, client, count - 1) >= passed)
        count--;                    //  as the one rounds, so does the other
    return count;
}

//  null where it does not limit
static json_t *
s_limit (int value)
{
    return value? json_integer (value): json_null ();
}

json_t *
butler_bench_plan_json (const butler_bench_plan_t *self)
{
    json_t *all = json_pack ("{s:i, s:i, s:o, s:o, s:o, s:i}", "clients", self->clients, "in_flight", self->in_flight,
                             "seconds", s_limit (self->seconds), "requests", s_limit (self->requests),
                             "rate", s_limit (self->rate), "size", self->size);
    assert (all);
    if (self->method) {
        json_object_set_new (all, "method", json_string (self->method));
        json_object_set (all, "args", self->args);
        json_object_set (all, "kwargs", self->kwargs);
    }
    if (!self->service) {
        json_object_set_new (all, "workers", json_integer (self->workers));
        json_object_set_new (all, "threads", json_integer (self->threads));
        json_object_set_new (all, "capacity", s_limit (self->capacity));
    }
    return all;
}
