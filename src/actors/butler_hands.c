/*  butler_hands.c - the threads that run a worker's handlers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_hands.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct butler_hands {
    pthread_mutex_t lock;
    pthread_cond_t work_to_do;
    butler_requests_t waiting;
    int idle;                       //  threads that wait for work
    bool ending;
    butler_hands_fn *work;
    void *arg;
    int count;
    pthread_t thread [];
};

//  The next request, or NULL when it is time to end
static butler_request_t *
s_next (butler_hands_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->idle++;
    while (!self->waiting.head && !self->ending)
        pthread_cond_wait (&self->work_to_do, &self->lock);
    self->idle--;
    butler_request_t *request = self->ending? NULL: butler_requests_take (&self->waiting);
    if (request)
        request->begun = true;
    pthread_mutex_unlock (&self->lock);
    return request;
}

static void *
s_hand (void *arg)
{
    butler_hands_t *self = arg;
    butler_request_t *request;
    while ((request = s_next (self)))
        self->work (self->arg, request);
    return NULL;
}

butler_hands_t *
butler_hands_new (int threads, butler_hands_fn *work, void *arg)
{
    assert (threads > 0);
    butler_hands_t *self = calloc (1, sizeof *self + (size_t) threads * sizeof (pthread_t));
    assert (self);
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->work_to_do, NULL);
    self->work = work;
    self->arg = arg;
    int reason = 0;
    while (self->count < threads && reason == 0) {
        reason = pthread_create (&self->thread [self->count], NULL, s_hand, self);
        self->count += reason == 0;
    }
    if (self->count == 0) {
        butler_hands_destroy (&self);
        errno = reason;
    }
    return self;
}

void
butler_hands_destroy (butler_hands_t **self_p)
{
    butler_hands_t *self = *self_p;
    if (!self)
        return;
    pthread_mutex_lock (&self->lock);
    self->ending = true;
    pthread_cond_broadcast (&self->work_to_do);
    pthread_mutex_unlock (&self->lock);
    while (self->count)
        pthread_join (self->thread [--self->count], NULL);
    butler_requests_clear (&self->waiting);
    pthread_cond_destroy (&self->work_to_do);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

void
butler_hands_put (butler_hands_t *self, butler_requests_t *batch)
{
    pthread_mutex_lock (&self->lock);
    size_t wanted = batch->count < (size_t) self->idle? batch->count: (size_t) self->idle;
    butler_requests_move (batch, &self->waiting);
    pthread_mutex_unlock (&self->lock);
    while (wanted--)                //  those that wake want the lock, so it is free by now
        pthread_cond_signal (&self->work_to_do);
}

void
butler_hands_pick (butler_hands_t *self, const void *origin, butler_requests_t *into)
{
    pthread_mutex_lock (&self->lock);
    if (origin)
        butler_requests_pick (&self->waiting, origin, into);
    else
        butler_requests_move (&self->waiting, into);
    pthread_mutex_unlock (&self->lock);
}

bool
butler_hands_withdraw (butler_hands_t *self, butler_request_t *request)
{
    pthread_mutex_lock (&self->lock);
    const bool waits = !request->begun;
    if (waits)
        butler_requests_remove (&self->waiting, request);
    pthread_mutex_unlock (&self->lock);
    return waits;
}
