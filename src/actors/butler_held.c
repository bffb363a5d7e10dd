/*  butler_held.c - the requests of one connection that a worker holds, by their tokens
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_held.h"

void
butler_held_put (butler_held_t *self, butler_request_t *request)
{
    request->held_in = self;
    request->held_next = NULL;
    request->held_prev = self->tail;
    if (self->tail)
        self->tail->held_next = request;
    else
        self->head = request;
    self->tail = request;
}

void
butler_held_remove (butler_request_t *request)
{
    butler_held_t *self = request->held_in;
    if (!self)
        return;
    if (request->held_prev)
        request->held_prev->held_next = request->held_next;
    else
        self->head = request->held_next;
    if (request->held_next)
        request->held_next->held_prev = request->held_prev;
    else
        self->tail = request->held_prev;
    request->held_in = NULL;
}

butler_request_t *
butler_held_find (const butler_held_t *self, butler_span_t token)
{
    butler_request_t *request = self->head;
    while (request && !butler_span_equal (request->token, token))
        request = request->held_next;
    return request;
}

void
butler_held_cancel (butler_held_t *self)
{
    while (self->head) {
        butler_request_cancel (self->head);
        butler_held_remove (self->head);
    }
}

void
butler_held_abandon (butler_held_t *self)
{
    for (butler_request_t *request = self->head; request; request = request->held_next)
        butler_request_abandon (request);
}
