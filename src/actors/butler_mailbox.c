/*  butler_mailbox.c - requests on their way from one thread to another
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_mailbox.h"

void
butler_mailbox_init (butler_mailbox_t *self)
{
    pthread_mutex_init (&self->lock, NULL);
    self->requests = (butler_requests_t) { NULL, NULL, 0 };
}

void
butler_mailbox_fini (butler_mailbox_t *self)
{
    butler_requests_clear (&self->requests);
    pthread_mutex_destroy (&self->lock);
}

bool
butler_mailbox_put (butler_mailbox_t *self, butler_requests_t *batch)
{
    pthread_mutex_lock (&self->lock);
    const bool was_empty = self->requests.count == 0;
    butler_requests_move (batch, &self->requests);
    pthread_mutex_unlock (&self->lock);
    return was_empty;
}

butler_request_t *
butler_mailbox_take (butler_mailbox_t *self)
{
    pthread_mutex_lock (&self->lock);
    butler_request_t *request = butler_requests_take (&self->requests);
    if (request)
        request->begun = true;
    pthread_mutex_unlock (&self->lock);
    return request;
}

bool
butler_mailbox_withdraw (butler_mailbox_t *self, butler_request_t *request)
{
    pthread_mutex_lock (&self->lock);
    const bool waits = !request->begun;
    if (waits)
        butler_requests_remove (&self->requests, request);
    pthread_mutex_unlock (&self->lock);
    return waits;
}

void
butler_mailbox_empty (butler_mailbox_t *self, butler_requests_t *into)
{
    pthread_mutex_lock (&self->lock);
    butler_requests_move (&self->requests, into);
    pthread_mutex_unlock (&self->lock);
}

void
butler_mailbox_pick (butler_mailbox_t *self, const void *origin, butler_requests_t *into)
{
    pthread_mutex_lock (&self->lock);
    butler_requests_pick (&self->requests, origin, into);
    pthread_mutex_unlock (&self->lock);
}
