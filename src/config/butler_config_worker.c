/*  butler_config_worker.c - butler_worker sections: workers whose methods run programs
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_worker.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "butler_service.h"

char *
butler_config_worker_add (butler_config_t *self)
{
    if (self->workers == BUTLER_CONFIG_WORKERS_MAX)
        return butler_string_copy ("more than 64 workers");
    self->worker = (butler_config_worker_t *) realloc (self->worker, (self->workers + 1) * sizeof *self->worker);
    assert (self->worker);
    self->worker [self->workers++] = (butler_config_worker_t) { .jobs = 1 };
    return NULL;
}

static json_t *
s_never (butler_request_t *request, void *arg)
{
    (void) request;
    (void) arg;
    return NULL;
}

//  What a service that has the section's methods says of one more
char *
butler_config_method_add (butler_config_worker_t *self, const char *signature)
{
    if (self->methods == BUTLER_CONFIG_METHODS_MAX)
        return butler_string_copy ("more than 256 methods");
    butler_service_t *service = butler_service_new ("any");
    assert (service);
    for (size_t index = 0; index < self->methods; index++)
        butler_service_register (service, self->method [index].signature, s_never, NULL);
    const int rc = butler_service_register (service, signature, s_never, NULL);
    char *fault = rc == -1? butler_string_copy (butler_service_error (service)): NULL;
    butler_service_destroy (&service);
    if (fault)
        return fault;
    self->method = (butler_config_method_t *) realloc (self->method, (self->methods + 1) * sizeof *self->method);
    assert (self->method);
    self->method [self->methods++] = (butler_config_method_t) { .signature = butler_string_copy (signature) };
    return NULL;
}

void
butler_config_workers_note (butler_config_t *self, unsigned line)
{
    if (self->workers == 0)
        return;
    butler_config_worker_t *worker = &self->worker [self->workers - 1];
    if (!worker->line)
        worker->line = line;
    if (worker->methods && !worker->method [worker->methods - 1].line)
        worker->method [worker->methods - 1].line = line;
}

char *
butler_config_service_fault (const char *name)
{
    butler_service_t *service = butler_service_new (name);
    const bool right = service != NULL;
    butler_service_destroy (&service);
    return right? NULL
        : butler_string_copy ("no service has such a name; it takes printable UTF-8, and mmi. and butler. at its beginning are reserved");
}

static const char *
s_lacks (const butler_config_worker_t *self)
{
    if (!self->service)
        return "names no service; write service = NAME";
    if (!self->run && self->methods == 0)
        return "has nothing to run; write run = COMMAND, or method = NAME and below that run = COMMAND";
    if (self->key && self->connect_count == 0)
        return "has a key, and no other router to show it to; write connect = ENDPOINT, or remove it";
    if (self->router_key && !self->key)
        return "has a router's key, and none of its own; write key = FILE";
    return NULL;
}

static const butler_config_method_t *
s_find_idle (const butler_config_worker_t *self)
{
    for (size_t index = 0; index < self->methods; index++)
        if (!self->method [index].run)
            return &self->method [index];
    return NULL;
}

char *
butler_config_workers_fault (const butler_config_t *self, const char **path, unsigned *line)
{
    for (size_t index = 0; index < self->workers; index++) {
        const butler_config_worker_t *worker = &self->worker [index];
        const butler_config_method_t *idle = s_find_idle (worker);
        const char *lacks = s_lacks (worker);
        if (!lacks && !idle)
            continue;
        *path = lacks? "butler_worker": "butler_worker/method";
        *line = lacks? worker->line: idle->line;
        return butler_string_copy (lacks? lacks: "has nothing to run; write run = COMMAND below it, indented");
    }
    return NULL;
}

//  ---- comparison

static bool
s_same_text (const char *one, const char *other)
{
    return one && other? strcmp (one, other) == 0: one == other;
}

static bool
s_same_methods (const butler_config_worker_t *one, const butler_config_worker_t *other)
{
    bool same = one->methods == other->methods;
    for (size_t index = 0; same && index < one->methods; index++)
        same = s_same_text (one->method [index].signature, other->method [index].signature)
            && s_same_text (one->method [index].run, other->method [index].run)
            && s_same_text (one->method [index].doc, other->method [index].doc);
    return same;
}

static bool
s_same (const butler_config_worker_t *one, const butler_config_worker_t *other)
{
    bool same = s_same_text (one->service, other->service) && s_same_text (one->run, other->run)
             && s_same_text (one->key, other->key) && s_same_text (one->router_key, other->router_key)
             && one->jobs == other->jobs && one->kill_expired == other->kill_expired
             && one->connect_count == other->connect_count
             && s_same_methods (one, other);
    for (size_t index = 0; same && index < one->connect_count; index++)
        same = s_same_text (one->connect [index], other->connect [index]);
    return same;
}

bool
butler_config_workers_same (const butler_config_t *self, const butler_config_t *other)
{
    bool same = self->workers == other->workers;
    for (size_t index = 0; same && index < self->workers; index++)
        same = s_same (&self->worker [index], &other->worker [index]);
    return same;
}

void
butler_config_workers_swap (butler_config_t *self, butler_config_t *other)
{
    butler_config_worker_t *worker = self->worker;
    const size_t workers = self->workers;
    self->worker = other->worker;
    self->workers = other->workers;
    other->worker = worker;
    other->workers = workers;
}

static void
s_fini (butler_config_worker_t *self)
{
    for (size_t index = 0; index < self->connect_count; index++)
        free (self->connect [index]);
    for (size_t index = 0; index < self->methods; index++) {
        free (self->method [index].signature);
        free (self->method [index].run);
        free (self->method [index].doc);
    }
    free (self->method);
    free (self->service);
    free (self->run);
    free (self->key);
    free (self->router_key);
}

void
butler_config_workers_fini (butler_config_t *self)
{
    for (size_t index = 0; index < self->workers; index++)
        s_fini (&self->worker [index]);
    free (self->worker);
}
