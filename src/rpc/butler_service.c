/*  butler_service.c - what a worker offers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_service.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "rpc/butler_service_internal.h"
#include "wire/butler_fields.h"

#define S_THREADS_MAX  1024
#define S_CAPACITY_MAX 65535
#define S_RETRY_MAX    1000

//  What a worker holds by default, measured with handlers that take no time. Those on the way to the
//  router and back keep its threads busy, however many; a few more for each thread let it begin the
//  next at once. More would wait here, behind a slow handler and out of turn.
#define S_ON_THE_WAY   64
#define S_PREFETCH     16
#define S_REACTOR      256

butler_service_t *
butler_service_new_reserved (const char *name)
{
    butler_service_t *self = (butler_service_t *) calloc (1, sizeof *self);
    assert (self);
    self->name = strdup (name);
    assert (self->name);
    self->threads = 1;
    json_object_seed (0);           //  once, before any thread parses
    return self;
}

butler_service_t *
butler_service_new (const char *name)
{
    const butler_span_t span = butler_span_string (name);
    if (!butler_service_name_valid (span) || butler_span_begins (span, "mmi.")
    ||  butler_span_begins (span, "butler.")) {
        errno = EINVAL;
        return NULL;
    }
    return butler_service_new_reserved (name);
}

static void
s_method_fini (butler_service_method_t *method)
{
    butler_signature_destroy (&method->signature);
    free (method->doc);
}

void
butler_service_destroy (butler_service_t **self_p)
{
    butler_service_t *self = *self_p;
    if (!self)
        return;
    for (size_t index = 0; index < self->count; index++)
        s_method_fini (&self->method [index]);
    free (self->method);
    free (self->name);
    free (self->worker);
    free (self->error);
    free (self);
    *self_p = NULL;
}

const char *
butler_service_name (const butler_service_t *self)
{
    return self->name;
}

const char *
butler_service_error (const butler_service_t *self)
{
    return self->error? self->error: "";
}

//  Keeps the text as the error; -1, for `return s_fail (...)`
static int
s_fail (butler_service_t *self, int reason, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

static int
s_fail (butler_service_t *self, int reason, const char *format, ...)
{
    free (self->error);
    va_list arguments;
    va_start (arguments, format);
    const int rc = vasprintf (&self->error, format, arguments);
    va_end (arguments);
    assert (rc >= 0);
    (void) rc;
    errno = reason;
    return -1;
}

//  Where the method stands, or would have to: the first whose name is not less
static size_t
s_place (const butler_service_t *self, const char *name)
{
    size_t from = 0, to = self->count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (strcmp (self->method [middle].signature->name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const butler_service_method_t *
butler_service_find (const butler_service_t *self, const char *method)
{
    const size_t place = s_place (self, method);
    if (place == self->count || strcmp (self->method [place].signature->name, method))
        return NULL;
    return &self->method [place];
}

//  Those that the seed keeps for the service object itself, and ours
static bool
s_is_reserved (const char *name)
{
    return strcmp (name, "timeout") == 0 || strcmp (name, "close") == 0
        || strncmp (name, "butler.", 7) == 0;
}

static int
s_check_name (butler_service_t *self, const char *name)
{
    if (s_is_reserved (name))
        return s_fail (self, EINVAL, "'%s' is a reserved name", name);
    if (butler_service_find (self, name))
        return s_fail (self, EEXIST, "'%s' is registered already", name);
    return 0;
}

//  Takes what the method holds; its name has been checked
static void
s_put (butler_service_t *self, const butler_service_method_t *method)
{
    self->method = (butler_service_method_t *) realloc (self->method, (self->count + 1) * sizeof *method);
    assert (self->method);
    const size_t place = s_place (self, method->signature->name);
    memmove (&self->method [place + 1], &self->method [place], (self->count - place) * sizeof *method);
    self->method [place] = *method;
    self->count++;
}

static char *
s_copy (const char *text)
{
    char *copy = text? strdup (text): NULL;
    assert (copy || !text);
    return copy;
}

static int
s_register (butler_service_t *self, const butler_method_t *row, void *arg)
{
    if (!row->handler)
        return s_fail (self, EINVAL, "'%s': no handler", row->signature);
    char *error = NULL;
    butler_signature_t *signature = butler_signature_new (row->signature, &error);
    if (!signature) {
        s_fail (self, EINVAL, "%s", error);
        free (error);
        return -1;
    }
    if (s_check_name (self, signature->name)) {
        butler_signature_destroy (&signature);
        return -1;
    }
    const butler_service_method_t method = { signature, row->handler, arg, s_copy (row->doc) };
    s_put (self, &method);
    return 0;
}

int
butler_service_register (butler_service_t *self, const char *signature, butler_method_fn *handler,
                         void *arg)
{
    const butler_method_t row = { signature, handler, NULL };
    return s_register (self, &row, arg);
}

//  All of the table's methods are made in a service aside, and move together
int
butler_service_register_table (butler_service_t *self, const butler_method_t *table, void *arg)
{
    butler_service_t *aside = butler_service_new_reserved (self->name);
    int rc = 0;
    for (const butler_method_t *row = table; rc == 0 && row->signature; row++)
        rc = s_register (aside, row, arg);
    if (rc)
        s_fail (self, errno, "%s", aside->error);
    for (size_t index = 0; rc == 0 && index < aside->count; index++)
        rc = s_check_name (self, aside->method [index].signature->name);
    if (rc == 0) {
        for (size_t index = 0; index < aside->count; index++)
            s_put (self, &aside->method [index]);
        aside->count = 0;
    }
    butler_service_destroy (&aside);
    return rc;
}

int
butler_service_set_doc (butler_service_t *self, const char *method, const char *doc)
{
    if (!butler_service_find (self, method))
        return s_fail (self, ENOENT, "no method '%s'", method);
    butler_service_method_t *found = &self->method [s_place (self, method)];
    free (found->doc);
    found->doc = s_copy (doc);
    return 0;
}

void
butler_service_set_direct (butler_service_t *self, butler_method_fn *handler, void *arg)
{
    self->direct = handler;
    self->direct_arg = arg;
}

static int
s_clip (int value, int least, int most)
{
    return value < least? least: value > most? most: value;
}

void
butler_service_set_threads (butler_service_t *self, int threads)
{
    self->threads = s_clip (threads, 0, S_THREADS_MAX);
}

int
butler_service_threads (const butler_service_t *self)
{
    return self->threads;
}

void
butler_service_set_capacity (butler_service_t *self, int capacity)
{
    self->capacity = s_clip (capacity, 0, S_CAPACITY_MAX);
}

int
butler_service_capacity (const butler_service_t *self)
{
    if (self->capacity)
        return self->capacity;
    return self->threads? S_ON_THE_WAY + self->threads * S_PREFETCH: S_REACTOR;
}

void
butler_service_set_retry (butler_service_t *self, int retry)
{
    self->retry = s_clip (retry, 0, S_RETRY_MAX);
}

int
butler_service_retry (const butler_service_t *self)
{
    return self->retry;
}

int
butler_service_set_worker (butler_service_t *self, const char *name)
{
    if (!butler_worker_name_valid (butler_span_string (name)))
        return s_fail (self, EINVAL, "a worker's name is 1 to %d bytes of printable UTF-8",
                       BUTLER_WORKER_NAME_MAX);
    free (self->worker);
    self->worker = s_copy (name);
    return 0;
}

const char *
butler_service_worker (const butler_service_t *self)
{
    return self->worker? self->worker: "";
}

static json_t *
s_describe_method (const butler_service_method_t *method)
{
    //  A doc may be in any encoding: then it is left out, and all else stays
    json_t *doc = json_string (method->doc? method->doc: "");
    return json_pack ("{s:s, s:s, s:o}", "name", method->signature->name,
                      "signature", method->signature->text, "doc", doc? doc: json_string (""));
}

json_t *
butler_service_describe (const butler_service_t *self)
{
    json_t *methods = json_array ();
    for (size_t index = 0; index < self->count; index++)
        json_array_append_new (methods, s_describe_method (&self->method [index]));
    json_t *description = json_pack ("{s:s, s:o}", "service", self->name, "methods", methods);
    assert (description);
    return description;
}
