/*  butler_shelf.c - requests that their handlers put aside, to be answered later
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_shelf.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct butler_shelf {
    butler_keeper_t keeper;
    char *worker;                   //  its name
    pthread_mutex_t lock;           //  of all below
    butler_core_t *core;            //  NULL: the worker is gone
    butler_requests_t requests;
};

static void
s_destroy (butler_shelf_t *self)
{
    pthread_mutex_destroy (&self->lock);
    free (self->worker);
    free (self);
}

//  The lock is given up, and the shelf destroyed where nobody knows it any longer
static void
s_unlock (butler_shelf_t *self)
{
    const bool forgotten = !self->core && !self->requests.head;
    pthread_mutex_unlock (&self->lock);
    if (forgotten)
        s_destroy (self);
}

//  ---- from any thread

//  A quick program may answer before the handler has returned, which still may look at the request
static int
s_reply (void *arg, butler_request_t *request)
{
    butler_shelf_t *self = arg;
    int rc = 0;
    pthread_mutex_lock (&self->lock);
    if (!self->core) {
        errno = ESHUTDOWN;
        rc = -1;
    }
    else
    if (request->shelved) {
        butler_requests_remove (&self->requests, request);
        butler_core_done (self->core, request);
    }
    else
        request->replied = true;
    pthread_mutex_unlock (&self->lock);
    return rc;
}

//  One that is destroyed is answered all the same, as long as there is a way
static bool
s_recall (void *arg, butler_request_t *request)
{
    butler_shelf_t *self = arg;
    butler_request_give_up (request);
    if (s_reply (self, request) == 0)
        return true;
    pthread_mutex_lock (&self->lock);
    butler_requests_remove (&self->requests, request);
    s_unlock (self);
    return false;
}

static int
s_emit (void *arg, const void *data, size_t size)
{
    butler_shelf_t *self = arg;
    int rc = -1;
    pthread_mutex_lock (&self->lock);
    if (self->core)
        rc = butler_outlet_put (&self->core->outlet, data, size);
    else
        errno = ENOTCONN;
    pthread_mutex_unlock (&self->lock);
    return rc;
}

//  ---- from the worker

butler_shelf_t *
butler_shelf_new (butler_core_t *core)
{
    butler_shelf_t *self = calloc (1, sizeof *self);
    assert (self);
    self->worker = strdup (core->name);
    assert (self->worker);
    self->keeper = (butler_keeper_t) { self->worker, s_recall, s_reply, s_emit, self };
    self->core = core;
    pthread_mutex_init (&self->lock, NULL);
    return self;
}

void
butler_shelf_close (butler_shelf_t **self_p)
{
    butler_shelf_t *self = *self_p;
    if (!self)
        return;
    *self_p = NULL;
    pthread_mutex_lock (&self->lock);
    self->core = NULL;
    s_unlock (self);
}

const butler_keeper_t *
butler_shelf_keeper (const butler_shelf_t *self)
{
    return &self->keeper;
}

void
butler_shelf_put (butler_shelf_t *self, butler_request_t *request)
{
    pthread_mutex_lock (&self->lock);
    if (request->replied)
        butler_core_done (self->core, request);
    else {
        request->shelved = true;
        butler_requests_append (&self->requests, request);
        butler_core_ring (self->core);      //  one that ends waits for just this
    }
    pthread_mutex_unlock (&self->lock);
}

size_t
butler_shelf_count (butler_shelf_t *self, bool *awaited)
{
    pthread_mutex_lock (&self->lock);
    const butler_request_t *request = self->requests.head;
    while (request && !butler_request_is_awaited (request))
        request = request->next;
    *awaited = request != NULL;
    const size_t count = self->requests.count;
    pthread_mutex_unlock (&self->lock);
    return count;
}
