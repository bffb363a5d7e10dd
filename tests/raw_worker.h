/*  raw_worker.h - for tests: a worker actor of a bare ROUTER, and a gate that its handlers wait at
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef RAW_WORKER_H
#define RAW_WORKER_H

#include "ask_actor.h"
#include "raw_router.h"
#include <pthread.h>
#include "butler_request.h"
#include "butler_service.h"
#include "butler_worker.h"

#define WAIT "{\"method\":\"wait\"}"

typedef struct {
    zsock_t *router;
    zframe_t *peer;                 //  the worker, as the router knows it
    butler_service_t *service;      //  "api.test"
    zactor_t *worker;               //  NULL until it is started
    //  What the handlers do, under the lock
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;                      //  the gate
    int begun;                      //  requests that a handler has seen
    pthread_t thread;               //  of the last
    butler_request_t *deferred;     //  that one, where it is
} raw_worker_t;

//  ---- handlers

static inline void
raw_worker_begin (raw_worker_t *self, butler_request_t *deferred)
{
    pthread_mutex_lock (&self->lock);
    self->begun++;
    self->thread = pthread_self ();
    self->deferred = deferred;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
}

//  wait (): until the gate is open
static inline json_t *
raw_worker_wait (butler_request_t *request, void *arg)
{
    raw_worker_t *self = arg;
    raw_worker_begin (self, NULL);
    pthread_mutex_lock (&self->lock);
    while (!self->open)
        pthread_cond_wait (&self->changed, &self->lock);
    pthread_mutex_unlock (&self->lock);
    return json_string (butler_request_cancelled (request)? "cancelled": "waited");
}

static inline void
raw_worker_open_gate (raw_worker_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->open = true;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
}

static inline bool
raw_worker_is_open (raw_worker_t *self)
{
    pthread_mutex_lock (&self->lock);
    const bool open = self->open;
    pthread_mutex_unlock (&self->lock);
    return open;
}

static inline int
raw_worker_begun (raw_worker_t *self)
{
    pthread_mutex_lock (&self->lock);
    const int begun = self->begun;
    pthread_mutex_unlock (&self->lock);
    return begun;
}

//  The last, where it was deferred
static inline butler_request_t *
raw_worker_until_begun (raw_worker_t *self, int wanted)
{
    struct timespec limit;
    clock_gettime (CLOCK_REALTIME, &limit);
    limit.tv_sec += PATIENCE / 1000;
    int late = 0;
    pthread_mutex_lock (&self->lock);
    while (self->begun < wanted && !late)
        late = pthread_cond_timedwait (&self->changed, &self->lock, &limit);
    butler_request_t *deferred = self->deferred;
    pthread_mutex_unlock (&self->lock);
    assert_int_equal (late, 0);
    return deferred;
}

//  ---- made

//  The test adds methods, and what becomes of direct requests
static inline raw_worker_t *
raw_worker_new (void)
{
    raw_worker_t *self = calloc (1, sizeof *self);
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->changed, NULL);
    self->router = raw_router_new ();
    self->service = butler_service_new ("api.test");
    butler_service_register (self->service, "wait ()", raw_worker_wait, self);
    return self;
}

static inline int
raw_worker_teardown (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_open_gate (self);
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    zframe_destroy (&self->peer);
    zsock_destroy (&self->router);
    pthread_cond_destroy (&self->changed);
    pthread_mutex_destroy (&self->lock);
    free (self);
    return 0;
}

//  ---- what goes to and fro

static inline zmsg_t *
raw_worker_recv (raw_worker_t *self)
{
    return raw_router_recv_work (self->router);
}

static inline void
raw_worker_expect_ready (raw_worker_t *self)
{
    zmsg_t *ready = raw_worker_recv (self);
    assert_frame (ready, 1, "\x01");
    assert_frame (ready, 2, "api.test");
    zframe_destroy (&self->peer);
    self->peer = zmsg_pop (ready);
    zmsg_destroy (&ready);
}

//  This one of the service's workers registers with the router
static inline void
raw_worker_connect (raw_worker_t *self, zactor_t *worker)
{
    zstr_sendx (worker, "CONNECT", zsock_endpoint (self->router), NULL);
    assert_next_answer (worker, "OK");
    raw_worker_expect_ready (self);
}

//  A router that a busy machine keeps silent for a while is not taken for dead
static inline void
raw_worker_start (raw_worker_t *self)
{
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "SET", "liveness", "100", NULL);
    assert_next_answer (self->worker, "OK");
    raw_worker_connect (self, self->worker);
}

static inline void
raw_worker_dispatch (raw_worker_t *self, const char *token, const char *expiration, const char *body)
{
    raw_router_send (self->router, self->peer, token, "", "1.0:7", "api.test", expiration, body, NULL);
}

static inline void
raw_worker_expect_reply (raw_worker_t *self, const char *token, const char *response)
{
    zmsg_t *reply = raw_worker_recv (self);
    assert_int_equal (zmsg_size (reply), 6);
    assert_frame (reply, 1, "\x04");
    assert_frame (reply, 2, token);
    assert_frame (reply, 3, "");
    assert_frame (reply, 4, "1.0:7");
    zframe_t *last = frame_at (reply, 5);
    assert_true (zframe_size (last) >= strlen (response));
    assert_memory_equal (zframe_data (last), response, strlen (response));
    zmsg_destroy (&reply);
}

static inline void
raw_worker_until_stat (raw_worker_t *self, const char *name, json_int_t wanted)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (actor_stat (self->worker, name) != wanted) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (1);
    }
}

#endif
