/*  butler_requests.h - a list of requests that a worker holds
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_REQUESTS_H
#define BUTLER_REQUESTS_H

#include "rpc/butler_request_internal.h"

//  First in, first out; zeroed means empty. A request is in one list at a time.
typedef struct {
    butler_request_t *head, *tail;
    size_t count;
} butler_requests_t;

void
butler_requests_append (butler_requests_t *self, butler_request_t *request);

void
butler_requests_remove (butler_requests_t *self, butler_request_t *request);

//  The first, taken out, or NULL
butler_request_t *
butler_requests_take (butler_requests_t *self);

//  Moves all to the end of another list
void
butler_requests_move (butler_requests_t *self, butler_requests_t *into);

//  Moves those that came from one origin
void
butler_requests_pick (butler_requests_t *self, const void *origin, butler_requests_t *into);

//  Destroys all, without a word to their keeper
void
butler_requests_clear (butler_requests_t *self);

#endif
