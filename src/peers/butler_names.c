/*  butler_names.c - what a client's request is for, in names
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_names.h"
#include <assert.h>
#include <stdlib.h>

#define LONGEST 255                 //  bytes
#define ROOM 64                     //  that most names need

//  Copies the bytes and a NUL; where the next may go
static char *
s_put (char *into, butler_span_t name)
{
    if (name.size)
        memcpy (into, name.data, name.size);
    into [name.size] = 0;
    return into + name.size + 1;
}

static butler_span_t
s_bounded (butler_span_t name)
{
    return name.size <= LONGEST? name: butler_span (NULL, 0);
}

void
butler_names_set (butler_names_t *self, butler_span_t service, butler_span_t method, butler_span_t trace)
{
    service = s_bounded (service);
    method = s_bounded (method);
    trace = s_bounded (trace);
    const size_t size = service.size + method.size + trace.size + 3;
    if (size > self->room) {
        self->room = size > ROOM? size: ROOM;
        free (self->text);
        self->text = malloc (self->room);
        assert (self->text);
    }
    self->method = (size_t) (s_put (self->text, service) - self->text);
    self->trace = (size_t) (s_put (self->text + self->method, method) - self->text);
    s_put (self->text + self->trace, trace);
}

void
butler_names_swap (butler_names_t *self, butler_names_t *other)
{
    const butler_names_t mine = *self;
    *self = *other;
    *other = mine;
}

void
butler_names_fini (butler_names_t *self)
{
    free (self->text);
    *self = (butler_names_t) { .text = NULL };
}
