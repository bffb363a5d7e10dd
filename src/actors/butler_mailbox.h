/*  butler_mailbox.h - requests on their way from one thread to another
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_MAILBOX_H
#define BUTLER_MAILBOX_H

#include <pthread.h>
#include "actors/butler_requests.h"

//  Bounded by its users: a worker holds no more requests than its capacity
typedef struct {
    pthread_mutex_t lock;
    butler_requests_t requests;
} butler_mailbox_t;

void
butler_mailbox_init (butler_mailbox_t *self);

//  Destroys what is in it; no other thread uses it any more
void
butler_mailbox_fini (butler_mailbox_t *self);

//  Takes all of a list. True: the mailbox was empty, so its reader is to be woken
bool
butler_mailbox_put (butler_mailbox_t *self, butler_requests_t *batch);

//  The first, which is begun with that, or NULL
butler_request_t *
butler_mailbox_take (butler_mailbox_t *self);

//  Takes back one that was put here. False: somebody has taken it.
bool
butler_mailbox_withdraw (butler_mailbox_t *self, butler_request_t *request);

//  Moves all, or those that came from one origin
void
butler_mailbox_empty (butler_mailbox_t *self, butler_requests_t *into);
void
butler_mailbox_pick (butler_mailbox_t *self, const void *origin, butler_requests_t *into);

#endif
