/*  butler_requests.c - a list of requests that a worker holds
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_requests.h"

void
butler_requests_append (butler_requests_t *self, butler_request_t *request)
{
    request->next = NULL;
    request->prev = self->tail;
    if (self->tail)
        self->tail->next = request;
    else
        self->head = request;
    self->tail = request;
    self->count++;
}

void
butler_requests_remove (butler_requests_t *self, butler_request_t *request)
{
    if (request->prev)
        request->prev->next = request->next;
    else
        self->head = request->next;
    if (request->next)
        request->next->prev = request->prev;
    else
        self->tail = request->prev;
    request->next = request->prev = NULL;
    self->count--;
}

butler_request_t *
butler_requests_take (butler_requests_t *self)
{
    butler_request_t *request = self->head;
    if (request)
        butler_requests_remove (self, request);
    return request;
}

void
butler_requests_move (butler_requests_t *self, butler_requests_t *into)
{
    if (!self->head)
        return;
    self->head->prev = into->tail;
    if (into->tail)
        into->tail->next = self->head;
    else
        into->head = self->head;
    into->tail = self->tail;
    into->count += self->count;
    *self = (butler_requests_t) { NULL, NULL, 0 };
}

void
butler_requests_pick (butler_requests_t *self, const void *origin, butler_requests_t *into)
{
    butler_request_t *request = self->head;
    while (request) {
        butler_request_t *next = request->next;
        if (request->origin == origin) {
            butler_requests_remove (self, request);
            butler_requests_append (into, request);
        }
        request = next;
    }
}

void
butler_requests_clear (butler_requests_t *self)
{
    butler_request_t *request;
    while ((request = butler_requests_take (self))) {
        request->keeper = NULL;
        butler_request_destroy (&request);
    }
}
