/*  butler_worker.c - serves a service's methods: a reactor and its handler threads, as an actor
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_worker.h"
#include <assert.h>
#include <errno.h>
#include "actors/butler_hands.h"
#include "actors/butler_shelf.h"
#include "actors/butler_worker_core.h"
#include "base/butler_actor.h"
#include "rpc/butler_service_answer.h"

//  ---- with handler threads

typedef struct {
    butler_core_t core;
    butler_shelf_t *shelf;
    butler_hands_t *hands;
} s_worker_t;

//  Runs in a handler thread
static void
s_work (void *arg, butler_request_t *request)
{
    s_worker_t *self = arg;
    if (butler_service_answer (self->core.service, request))
        butler_core_done (&self->core, request);
    else
        butler_shelf_put (self->shelf, request);
}

static void
s_give (void *arg, butler_requests_t *batch)
{
    s_worker_t *self = arg;
    butler_hands_put (self->hands, batch);
}

static void
s_pick (void *arg, const void *origin, butler_requests_t *into)
{
    s_worker_t *self = arg;
    butler_hands_pick (self->hands, origin, into);
}

static bool
s_withdraw (void *arg, butler_request_t *request)
{
    s_worker_t *self = arg;
    return butler_hands_withdraw (self->hands, request);
}

//  ---- in the reactor itself, where the service has no threads

static void
s_give_here (void *arg, butler_requests_t *batch)
{
    s_worker_t *self = arg;
    butler_request_t *request;
    while ((request = butler_requests_take (batch)))
        if (butler_service_answer (self->core.service, request))
            butler_core_reply (&self->core, request);
        else
            butler_shelf_put (self->shelf, request);
}

static void
s_pick_here (void *arg, const void *origin, butler_requests_t *into)
{
    (void) arg;
    (void) origin;
    (void) into;                    //  what was given is done
}

static bool
s_withdraw_here (void *arg, butler_request_t *request)
{
    (void) arg;
    (void) request;
    return false;
}

//  ---- the actor

static size_t
s_aside (void *arg, bool *awaited)
{
    const s_worker_t *self = arg;
    return butler_shelf_count (self->shelf, awaited);
}

//  In this order: handlers may put requests aside, and what is aside may be answered, until the end
static void
s_fini (s_worker_t *self)
{
    butler_hands_destroy (&self->hands);
    butler_shelf_close (&self->shelf);
    butler_core_fini (&self->core);
}

static int
s_init (s_worker_t *self, const butler_service_t *service)
{
    const int threads = butler_service_threads (service);
    const butler_crew_t crew = {
        .give = threads? s_give: s_give_here,
        .pick = threads? s_pick: s_pick_here,
        .withdraw = threads? s_withdraw: s_withdraw_here,
        .aside = s_aside,
        .arg = self,
        .most = threads? BUTLER_CORE_BATCH: 1,
        .finishes = true,
    };
    self->hands = NULL;
    if (butler_core_init (&self->core, service, &crew))
        return -1;
    self->shelf = butler_shelf_new (&self->core);
    self->core.keeper = butler_shelf_keeper (self->shelf);
    if (threads == 0)
        return 0;
    self->hands = butler_hands_new (threads, s_work, self);
    if (self->hands)
        return 0;
    const int reason = errno;
    s_fini (self);
    errno = reason;
    return -1;
}

void
butler_worker (zsock_t *pipe, void *args)
{
    assert (args);
    s_worker_t self;
    butler_actor_init (pipe);
    const int rc = s_init (&self, args), reason = errno;
    zsock_signal (pipe, 0);
    if (rc) {
        butler_actor_fail (pipe, reason);
        return;
    }
    butler_core_run (&self.core, pipe);
    s_fini (&self);
}
