/*  butler_names.h - what a client's request is for, in names
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_NAMES_H
#define BUTLER_NAMES_H

#include "base/butler_span.h"

//  A service, a method and a trace, "" where there is none; zeroed means all are. The room is kept for the
//  names that come next, so that remembering them for each request costs no allocation.
typedef struct {
    char *text;                     //  the service, a NUL, the method, a NUL, the trace, a NUL
    size_t method, trace;           //  where each begins
    size_t room;
} butler_names_t;

//  Keeps copies; of a text that is too long for a name, ""
void
butler_names_set (butler_names_t *self, butler_span_t service, butler_span_t method, butler_span_t trace);

void
butler_names_swap (butler_names_t *self, butler_names_t *other);

void
butler_names_fini (butler_names_t *self);

//  The service's own name, where a discovery's asks for it
static inline const char *
butler_names_plain (const char *service)
{
    return strncmp (service, "mmi.", 4)? service: service + 4;
}

static inline const char *
butler_names_service (const butler_names_t *self)
{
    return self->text? self->text: "";
}

static inline const char *
butler_names_trace (const butler_names_t *self)
{
    return self->text? self->text + self->trace: "";
}

static inline const char *
butler_names_method (const butler_names_t *self)
{
    return self->text? self->text + self->method: "";
}

#endif
