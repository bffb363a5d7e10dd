/*  butler_held.h - the requests of one connection that a worker holds, by their tokens
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_HELD_H
#define BUTLER_HELD_H

#include "rpc/butler_request_internal.h"

//  Whoever works on them, the reactor's thread alone uses this list, beside the one that a request
//  waits in. Zeroed means empty.
typedef struct {
    butler_request_t *head, *tail;
} butler_held_t;

void
butler_held_put (butler_held_t *self, butler_request_t *request);

//  Out of whatever list it is in, if it is in one
void
butler_held_remove (butler_request_t *request);

//  The oldest with this token, or NULL. One that is cancelled is to be taken out: clients give up in
//  the order of their requests, as a rule, and so each is found at once.
butler_request_t *
butler_held_find (const butler_held_t *self, butler_span_t token);

//  Nobody will get the answer to any of them; they are taken out
void
butler_held_cancel (butler_held_t *self);

//  Who works on any of them is to stop; their clients wait, and may still cancel them
void
butler_held_abandon (butler_held_t *self);

#endif
