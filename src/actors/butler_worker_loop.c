/*  butler_worker_loop.c - a worker whose requests are taken one by one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_worker.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "actors/butler_trouble.h"
#include "actors/butler_worker_core.h"
#include "base/butler_actor.h"
#include "butler_service.h"

struct butler_worker {
    butler_core_t core;             //  run by the actor
    butler_keeper_t keeper;         //  of the requests in the caller's hands
    butler_service_t *service;
    zactor_t *actor;
    butler_mailbox_t inbox;         //  from the reactor to the caller
    zsock_t *ring, *bell;           //  the reactor's end and the caller's: something is in the inbox
    butler_requests_t lent;         //  in the caller's hands
    butler_trouble_t trouble;       //  with routers, or with what the caller asked for
    int timeout;
};

//  ---- in the reactor's thread

static void
s_ring (butler_worker_t *self)
{
    zmq_send (zsock_resolve (self->ring), "", 0, ZMQ_DONTWAIT);         //  enough rings stand there if it can't
}

static void
s_give (void *arg, butler_requests_t *batch)
{
    butler_worker_t *self = arg;
    if (butler_mailbox_put (&self->inbox, batch))
        s_ring (self);
}

static void
s_complain (void *arg, const char *reason)
{
    butler_worker_t *self = arg;
    butler_trouble_put (&self->trouble, reason);
    s_ring (self);
}

static void
s_pick (void *arg, const void *origin, butler_requests_t *into)
{
    butler_worker_t *self = arg;
    if (origin)
        butler_mailbox_pick (&self->inbox, origin, into);
    else
        butler_mailbox_empty (&self->inbox, into);
}

static bool
s_withdraw (void *arg, butler_request_t *request)
{
    butler_worker_t *self = arg;
    return butler_mailbox_withdraw (&self->inbox, request);
}

static void
s_reactor (zsock_t *pipe, void *args)
{
    butler_worker_t *self = args;
    butler_actor_init (pipe);
    zsock_signal (pipe, 0);
    butler_core_run (&self->core, pipe);
}

//  ---- in the caller's thread

static void
s_give_back (butler_worker_t *self, butler_request_t *request)
{
    butler_requests_remove (&self->lent, request);
    butler_request_finish (request);
    butler_core_done (&self->core, request);
}

//  A request that is destroyed is answered all the same: its place at the router is free again
static bool
s_recall (void *arg, butler_request_t *request)
{
    butler_request_give_up (request);
    s_give_back (arg, request);
    return true;
}

static int
s_reply (void *arg, butler_request_t *request)
{
    s_give_back (arg, request);
    return 0;
}

static int
s_emit (void *arg, const void *data, size_t size)
{
    return butler_worker_emit (arg, data, size);
}

//  What the reactor answers, "ERROR" and why, is the error from then on
static int
s_take_answer (butler_worker_t *self)
{
    char *answer = zstr_recv (self->actor);
    if (answer && streq (answer, "OK")) {
        zstr_free (&answer);
        return 0;
    }
    if (answer)
        memmove (answer, answer + 6, strlen (answer + 6) + 1);
    butler_trouble_tell (&self->trouble, answer);
    errno = EINVAL;
    return -1;
}

//  One command to the reactor. 0, or -1 with EINVAL
static int
s_command (butler_worker_t *self, const char *command, const char *argument, const char *value)
{
    zstr_sendx (self->actor, command, argument, value, NULL);
    return s_take_answer (self);
}

static int
s_start (butler_worker_t *self)
{
    const butler_crew_t crew = {
        .give = s_give, .pick = s_pick, .withdraw = s_withdraw, .trouble = s_complain, .arg = self,
        .most = BUTLER_CORE_BATCH
    };
    if (butler_room () || butler_core_init (&self->core, self->service, &crew))
        return -1;
    self->keeper = (butler_keeper_t) { self->core.name, s_recall, s_reply, s_emit, self };
    self->core.keeper = &self->keeper;
    butler_mailbox_init (&self->inbox);
    self->bell = zsys_create_pipe (&self->ring);
    self->actor = zactor_new (s_reactor, self);
    return 0;
}

butler_worker_t *
butler_worker_new (const char *endpoint, const char *service)
{
    butler_worker_t *self = calloc (1, sizeof *self);
    assert (self);
    self->timeout = 2500;
    butler_trouble_init (&self->trouble);
    self->service = butler_service_new (service);
    if (self->service) {
        butler_service_set_capacity (self->service, 1);
        if (s_start (self) == 0 && (!endpoint || butler_worker_connect (self, endpoint) == 0))
            return self;
    }
    const int reason = errno;
    butler_worker_destroy (&self);
    errno = reason;
    return NULL;
}

//  What the caller holds stays the caller's, though nobody waits for it any more
static void
s_let_go (butler_worker_t *self)
{
    butler_request_t *request;
    while ((request = butler_requests_take (&self->lent)))
        request->keeper = NULL;
}

void
butler_worker_destroy (butler_worker_t **self_p)
{
    butler_worker_t *self = *self_p;
    if (!self)
        return;
    if (self->actor) {
        zactor_destroy (&self->actor);
        s_let_go (self);
        butler_mailbox_fini (&self->inbox);
        butler_core_fini (&self->core);
        zsock_destroy (&self->bell);
        zsock_destroy (&self->ring);
    }
    butler_trouble_fini (&self->trouble);
    butler_service_destroy (&self->service);
    free (self);
    *self_p = NULL;
}

int
butler_worker_connect (butler_worker_t *self, const char *endpoint)
{
    return s_command (self, "CONNECT", endpoint, NULL);
}

int
butler_worker_set_curve (butler_worker_t *self, const char *key_file, const char *router_key)
{
    return s_command (self, "CURVE", key_file, router_key);
}

int
butler_worker_set_plain (butler_worker_t *self, const char *user, const char *password)
{
    return s_command (self, "PLAIN", user, password);
}

const char *
butler_worker_error (const butler_worker_t *self)
{
    return self->trouble.told;
}

void
butler_worker_set_timeout (butler_worker_t *self, int timeout)
{
    self->timeout = timeout;
}

void
butler_worker_set_capacity (butler_worker_t *self, int capacity)
{
    char text [16];
    snprintf (text, sizeof text, "%d", capacity < 1? 1: capacity);
    s_command (self, "SET", "capacity", text);
}

//  So that a call's method and arguments answer; other bodies are not looked into
static void
s_decode (butler_request_t *request)
{
    static const char word [] = "\"method\"";
    if (memmem (butler_request_body (request), butler_request_size (request), word, strlen (word)))
        butler_request_decode (request, NULL);
}

//  The next request that somebody still waits for, or NULL
static butler_request_t *
s_next (butler_worker_t *self)
{
    butler_request_t *request;
    while ((request = butler_mailbox_take (&self->inbox))) {
        butler_requests_append (&self->lent, request);
        if (!butler_request_turn_away (request)) {
            s_decode (request);
            return request;
        }
        s_give_back (self, request);
    }
    return NULL;
}

static void
s_silence (butler_worker_t *self)
{
    char nothing;
    while (zmq_recv (zsock_resolve (self->bell), &nothing, 1, ZMQ_DONTWAIT) >= 0)
        continue;
}

//  What is there. The bell is silenced first where nothing seems to be, since it rings once
static butler_request_t *
s_take (butler_worker_t *self)
{
    butler_request_t *request = s_next (self);
    if (!request) {
        s_silence (self);
        request = s_next (self);
    }
    return request;
}

//  0: the bell rang, or time is over. -1: the process was interrupted
static int
s_wait (butler_worker_t *self, int64_t timeout)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (self->bell), .events = ZMQ_POLLIN };
    if (zsys_interrupted) {
        errno = EINTR;
        return -1;
    }
    return zmq_poll (&item, 1, (long) timeout) < 0? -1: 0;
}

//  Waits for the next request. NULL with errno
static butler_request_t *
s_await (butler_worker_t *self)
{
    butler_request_t *request = s_take (self);
    int64_t now = zclock_mono ();
    const int64_t limit = self->timeout < 0? INT64_MAX: now + self->timeout;
    while (!request) {
        const bool trouble = butler_trouble_take (&self->trouble);
        if (trouble || now >= limit) {
            errno = trouble? EACCES: EAGAIN;
            return NULL;
        }
        if (s_wait (self, limit == INT64_MAX? -1: limit - now))
            return NULL;
        request = s_take (self);
        now = zclock_mono ();
    }
    return request;
}

butler_request_t *
butler_worker_recv (butler_worker_t *self, butler_request_t **reply_p)
{
    if (reply_p && *reply_p)
        butler_worker_reply (self, reply_p);
    butler_request_t *request = s_await (self);
    if (request)
        butler_trouble_tell (&self->trouble, NULL);
    return request;
}

int
butler_worker_reply (butler_worker_t *self, butler_request_t **request_p)
{
    butler_request_t *request = *request_p;
    if (request->keeper != &self->keeper) {
        errno = EINVAL;             //  another worker's, or of one that is gone
        return -1;
    }
    *request_p = NULL;
    s_give_back (self, request);
    return 0;
}

int
butler_worker_sink (butler_worker_t *self, const char *endpoint)
{
    return s_command (self, "SINK", endpoint, NULL);
}

int
butler_worker_emit (butler_worker_t *self, const void *data, size_t size)
{
    return butler_outlet_put (&self->core.outlet, data, size);
}

zsock_t *
butler_worker_socket (butler_worker_t *self)
{
    return self->bell;
}
