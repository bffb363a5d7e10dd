/*  butler_hands.h - the threads that run a worker's handlers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_HANDS_H
#define BUTLER_HANDS_H

#include "actors/butler_requests.h"

typedef struct butler_hands butler_hands_t;

//  Runs in a handler thread. Does the work, and hands the request on.
typedef void (butler_hands_fn) (void *arg, butler_request_t *request);

//  As many threads, or as many as the system gives. NULL with errno: it gives none.
butler_hands_t *
butler_hands_new (int threads, butler_hands_fn *work, void *arg);

//  Waits for the handlers that run, however long that takes; drops what they have not begun
void
butler_hands_destroy (butler_hands_t **self_p);

//  Takes all of a list; the oldest is begun first
void
butler_hands_put (butler_hands_t *self, butler_requests_t *batch);

//  Takes back what is not begun: from one origin, or all where that is NULL
void
butler_hands_pick (butler_hands_t *self, const void *origin, butler_requests_t *into);

//  The same for one that was put here. False: it is begun, or done.
bool
butler_hands_withdraw (butler_hands_t *self, butler_request_t *request);

#endif
