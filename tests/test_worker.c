/*  test_worker.c - the worker actor against a bare ROUTER, and a real router
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_router.h"
#include <pthread.h>
#include <signal.h>
#include "butler_client.h"
#include "butler_request.h"
#include "butler_router.h"
#include "butler_service.h"
#include "butler_worker.h"

typedef struct {
    zsock_t *router;
    zframe_t *peer;                 //  the worker, as the router knows it
    butler_service_t *service;
    zactor_t *worker;
    //  What the handlers do, under the lock
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;                      //  the gate that method wait () waits at
    int begun;                      //  requests that a handler has seen
    pthread_t thread;               //  of the last
} self_t;

//  ---- handlers

static json_t *
s_wait (butler_request_t *request, void *arg)
{
    self_t *self = arg;
    (void) request;
    pthread_mutex_lock (&self->lock);
    self->begun++;
    pthread_cond_broadcast (&self->changed);
    while (!self->open)
        pthread_cond_wait (&self->changed, &self->lock);
    pthread_mutex_unlock (&self->lock);
    return json_string ("waited");
}

static json_t *
s_echo (butler_request_t *request, void *arg)
{
    self_t *self = arg;
    pthread_mutex_lock (&self->lock);
    self->begun++;
    self->thread = pthread_self ();
    pthread_mutex_unlock (&self->lock);
    return butler_request_answer (request, butler_request_body (request), butler_request_size (request));
}

static json_t *
s_tell (butler_request_t *request, void *arg)
{
    (void) arg;
    const char *text = butler_request_string (request, "text");
    return json_integer (butler_request_emit (request, text, strlen (text)));
}

static void
s_open_gate (self_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->open = true;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
}

static int
s_begun (self_t *self)
{
    pthread_mutex_lock (&self->lock);
    const int begun = self->begun;
    pthread_mutex_unlock (&self->lock);
    return begun;
}

static void
s_until_begun (self_t *self, int wanted)
{
    struct timespec limit;
    clock_gettime (CLOCK_REALTIME, &limit);
    limit.tv_sec += PATIENCE / 1000;
    pthread_mutex_lock (&self->lock);
    while (self->begun < wanted)
        assert_int_equal (pthread_cond_timedwait (&self->changed, &self->lock, &limit), 0);
    pthread_mutex_unlock (&self->lock);
}

//  ---- fixture

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->changed, NULL);
    self->router = raw_router_new ();
    self->service = butler_service_new ("api.test");
    butler_service_register (self->service, "wait ()", s_wait, self);
    butler_service_register (self->service, "tell (text: string)", s_tell, self);
    butler_service_set_direct (self->service, s_echo, self);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    s_open_gate (self);
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    zframe_destroy (&self->peer);
    zsock_destroy (&self->router);
    pthread_cond_destroy (&self->changed);
    pthread_mutex_destroy (&self->lock);
    free (self);
    return 0;
}

static void
assert_answer (zactor_t *actor, const char *expected)
{
    char *answer = zstr_recv (actor);
    assert_non_null (answer);
    assert_string_equal (answer, expected);
    zstr_free (&answer);
}

static void
assert_error (zactor_t *actor)
{
    char *answer = zstr_recv (actor);
    assert_non_null (answer);
    assert_memory_equal (answer, "ERROR ", 6);
    zstr_free (&answer);
}

static void
s_expect_ready (self_t *self)
{
    zmsg_t *ready = raw_router_recv (self->router);
    assert_frame (ready, 1, "\x01");
    assert_frame (ready, 2, "api.test");
    zframe_destroy (&self->peer);
    self->peer = zmsg_pop (ready);
    zmsg_destroy (&ready);
}

static void
s_start (self_t *self)
{
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "CONNECT", zsock_endpoint (self->router), NULL);
    assert_answer (self->worker, "OK");
    s_expect_ready (self);
}

static void
s_dispatch (self_t *self, const char *token, const char *expiration, const char *body)
{
    raw_router_send (self->router, self->peer, token, "", "1.0:7", "api.test", expiration, body, NULL);
}

#define WAIT "{\"method\":\"wait\"}"

//  The next message but heartbeats, which are answered as a router does
static zmsg_t *
s_recv (self_t *self)
{
    for (;;) {
        zmsg_t *message = raw_router_recv (self->router);
        zframe_t *command = frame_at (message, 1);
        if (zframe_size (command) != 1 || zframe_data (command) [0] != 2)
            return message;
        raw_router_send (self->router, frame_at (message, 0), "\x02", NULL);
        zmsg_destroy (&message);
    }
}

static void
s_expect_reply (self_t *self, const char *token, const char *response)
{
    zmsg_t *reply = s_recv (self);
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

static json_int_t
s_stat (self_t *self, const char *name)
{
    zstr_send (self->worker, "STATS");
    char *text = zstr_recv (self->worker);
    json_t *stats = json_loads (text, 0, NULL);
    assert_non_null (stats);
    const json_int_t value = json_integer_value (json_object_get (stats, name));
    json_decref (stats);
    zstr_free (&text);
    return value;
}

static void
s_until_stat (self_t *self, const char *name, json_int_t wanted)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (s_stat (self, name) != wanted) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (1);
    }
}

//  ---- commands

static void
commands_are_answered_once (void **state)
{
    self_t *self = *state;
    s_start (self);
    const char *const wrong [] [4] = {
        { "CONNECT", NULL },
        { "CONNECT", "nowhere", NULL },
        { "CONNECT", "a", "b", NULL },
        { "CONNECT", zsock_endpoint (self->router), NULL },     //  it is, already
        { "SINK", "nowhere", NULL },
        { "EMIT", "there is no sink", NULL },
        { "SET", "heartbeat", NULL },
        { "SET", "heartbeat", "0", NULL },
        { "SET", "heartbeat", "soon", NULL },
        { "SET", "heartbeat", "", NULL },
        { "SET", "liveness", "99999999999999999999", NULL },
        { "SET", "colour", "1", NULL },
        { "DANCE", NULL },
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        const char *const *words = wrong [index];
        zstr_sendx (self->worker, words [0], words [1], words [1]? words [2]: NULL, NULL);
        assert_error (self->worker);
    }
    zstr_sendx (self->worker, "SET", "heartbeat", "500", NULL);
    assert_answer (self->worker, "OK");
    zstr_sendx (self->worker, "SET", "liveness", "5", NULL);
    assert_answer (self->worker, "OK");
    assert_int_equal (s_stat (self, "capacity"), 80);
    zsock_set_rcvtimeo (self->worker, 20);
    assert_null (zstr_recv (self->worker));
    zsock_set_rcvtimeo (self->worker, -1);    //  zactor_destroy waits with it
}

static void
registers_with_its_properties (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 3);
    butler_service_set_capacity (self->service, 7);
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "CONNECT", zsock_endpoint (self->router), NULL);
    zmsg_t *ready = raw_router_recv (self->router);
    zframe_t *frame = frame_at (ready, 3);
    json_t *properties = json_loadb ((const char *) zframe_data (frame), zframe_size (frame), 0, NULL);
    assert_int_equal (json_integer_value (json_object_get (properties, "capacity")), 7);
    assert_int_equal (json_integer_value (json_object_get (properties, "threads")), 3);
    json_decref (properties);
    zmsg_destroy (&ready);
}

//  ---- requests

static void
request_is_answered (void **state)
{
    self_t *self = *state;
    s_start (self);
    s_dispatch (self, "token", "+1000", "hello");
    s_expect_reply (self, "token", "hello");
    s_dispatch (self, "\xff\x01z", "+1000", "{\"method\":\"nothing\"}");
    s_expect_reply (self, "\xff\x01z", "404:method:");
    s_dispatch (self, "t", "1", "long ago");
    s_expect_reply (self, "t", "504:expired:");
    assert_int_equal (s_stat (self, "received"), 3);
    assert_int_equal (s_stat (self, "answered"), 3);
    assert_int_equal (s_stat (self, "held"), 0);
    assert_int_equal (s_begun (self), 1);
}

static void
handler_that_takes_long_does_not_stop_the_heart (void **state)
{
    self_t *self = *state;
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "SET", "heartbeat", "50", NULL);
    assert_answer (self->worker, "OK");
    zstr_sendx (self->worker, "SET", "liveness", "100", NULL);
    assert_answer (self->worker, "OK");
    zstr_sendx (self->worker, "CONNECT", zsock_endpoint (self->router), NULL);
    assert_answer (self->worker, "OK");
    s_expect_ready (self);
    s_dispatch (self, "t", "+10000", WAIT);
    s_until_begun (self, 1);
    for (int beats = 0; beats < 10; beats++) {
        zmsg_t *beat = raw_router_recv (self->router);
        assert_true (zframe_eq (frame_at (beat, 0), self->peer));
        assert_int_equal (zmsg_size (beat), 2);
        assert_frame (beat, 1, "\x02");
        raw_router_send (self->router, self->peer, "\x02", NULL);
        zmsg_destroy (&beat);
    }
    s_open_gate (self);
    s_expect_reply (self, "t", "\"waited\"");
}

static void
threads_work_at_the_same_time (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 3);
    s_start (self);
    const char *const tokens [] = { "a", "b", "c", "d" };
    for (int count = 0; count < 4; count++)
        s_dispatch (self, tokens [count], "+10000", WAIT);
    s_until_begun (self, 3);
    s_until_stat (self, "held", 4);
    assert_int_equal (s_begun (self), 3);
    s_open_gate (self);
    for (int count = 0; count < 4; count++) {
        zmsg_t *reply = s_recv (self);
        assert_frame (reply, 5, "\"waited\"");
        zmsg_destroy (&reply);
    }
    assert_int_equal (s_begun (self), 4);
}

static void
one_thread_keeps_the_order (void **state)
{
    self_t *self = *state;
    s_start (self);
    char token [16];
    for (int count = 0; count < 16; count++) {
        snprintf (token, sizeof token, "%d", count);
        s_dispatch (self, token, "+10000", token);
    }
    for (int count = 0; count < 16; count++) {
        snprintf (token, sizeof token, "%d", count);
        s_expect_reply (self, token, token);
    }
}

static void
without_threads_the_reactor_works (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 0);
    s_start (self);
    for (int count = 0; count < 100; count++)
        s_dispatch (self, "t", "+10000", "x");
    for (int count = 0; count < 100; count++)
        s_expect_reply (self, "t", "x");
}

static void
more_than_its_capacity_is_refused (void **state)
{
    self_t *self = *state;
    butler_service_set_capacity (self->service, 2);
    s_start (self);
    s_dispatch (self, "a", "+10000", WAIT);
    s_dispatch (self, "b", "+10000", WAIT);
    s_dispatch (self, "c", "+10000", WAIT);
    s_expect_reply (self, "c", "503:unavailable:");
    s_open_gate (self);
    s_expect_reply (self, "a", "\"waited\"");
    s_expect_reply (self, "b", "\"waited\"");
    assert_int_equal (s_stat (self, "refused"), 1);
}

static void
request_that_expires_as_it_waits_is_not_run (void **state)
{
    self_t *self = *state;
    s_start (self);
    s_dispatch (self, "a", "+10000", WAIT);
    s_dispatch (self, "b", "+20", "b");
    s_until_begun (self, 1);
    s_until_stat (self, "held", 2);
    zclock_sleep (30);                      //  its time passes
    s_open_gate (self);
    s_expect_reply (self, "a", "\"waited\"");
    s_expect_reply (self, "b", "504:expired:");
    assert_int_equal (s_begun (self), 1);
}

//  ---- routers

static void
reply_for_a_router_that_lost_the_worker_is_dropped (void **state)
{
    self_t *self = *state;
    s_start (self);
    s_dispatch (self, "a", "+10000", WAIT);
    s_dispatch (self, "b", "+10000", "never begun");
    s_until_begun (self, 1);
    s_until_stat (self, "held", 2);
    raw_router_send (self->router, self->peer, "\x03", NULL);
    s_expect_ready (self);
    s_until_stat (self, "dropped", 1);
    s_dispatch (self, "c", "+10000", "c");
    s_until_stat (self, "held", 2);
    s_open_gate (self);
    s_expect_reply (self, "c", "c");
    assert_int_equal (s_stat (self, "stale"), 1);
    assert_int_equal (s_begun (self), 2);
}

static void
router_restart_is_survived (void **state)
{
    self_t *self = *state;
    s_start (self);
    zstr_sendx (self->worker, "SET", "heartbeat", "50", NULL);
    assert_answer (self->worker, "OK");
    char *endpoint = strdup (zsock_endpoint (self->router));
    zsock_destroy (&self->router);
    self->router = raw_router_again (endpoint);
    free (endpoint);
    //  One that knows nobody asks whoever speaks to register
    for (;;) {
        zmsg_t *message = raw_router_recv (self->router);
        const bool ready = zframe_data (frame_at (message, 1)) [0] == 1;
        if (!ready)
            raw_router_send (self->router, frame_at (message, 0), "\x03", NULL);
        zframe_destroy (&self->peer);
        self->peer = zmsg_pop (message);
        zmsg_destroy (&message);
        if (ready)
            break;
    }
    s_dispatch (self, "t", "+10000", "again");
    s_expect_reply (self, "t", "again");
}

static void
silent_router_is_joined_anew (void **state)
{
    self_t *self = *state;
    s_start (self);
    zstr_sendx (self->worker, "SET", "heartbeat", "30", NULL);
    assert_answer (self->worker, "OK");
    zmsg_t *message = raw_router_recv (self->router);
    while (zframe_data (frame_at (message, 1)) [0] == 2) {
        zmsg_destroy (&message);
        message = raw_router_recv (self->router);
    }
    assert_frame (message, 1, "\x01");
    assert_false (zframe_eq (frame_at (message, 0), self->peer));
    zmsg_destroy (&message);
}

static void
several_routers_are_served (void **state)
{
    self_t *self = *state;
    s_start (self);
    self_t other = { .router = raw_router_new () };
    zstr_sendx (self->worker, "CONNECT", zsock_endpoint (other.router), NULL);
    assert_answer (self->worker, "OK");
    s_expect_ready (&other);
    s_dispatch (self, "a", "+10000", "one");
    s_dispatch (&other, "a", "+10000", "two");
    s_expect_reply (self, "a", "one");
    s_expect_reply (&other, "a", "two");
    zframe_destroy (&other.peer);
    zsock_destroy (&other.router);
}

static void
signal_to_its_thread_does_not_end_it (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 0);
    s_start (self);
    s_dispatch (self, "t", "+10000", "a");
    s_expect_reply (self, "t", "a");
    pthread_mutex_lock (&self->lock);
    const pthread_t reactor = self->thread;
    pthread_mutex_unlock (&self->lock);
    //  CZMQ's own handler, which is in place, interrupts without restart
    for (int count = 0; count < 3; count++) {
        assert_int_equal (pthread_kill (reactor, SIGTERM), 0);
        const int64_t limit = zclock_mono () + PATIENCE;
        while (!zsys_interrupted && zclock_mono () < limit)
            zclock_sleep (1);
        assert_true (zsys_interrupted);
        zsys_interrupted = 0;
        s_dispatch (self, "t", "+10000", "b");
        s_expect_reply (self, "t", "b");
    }
}

//  ---- the end

static void
drain_leaves_and_finishes (void **state)
{
    self_t *self = *state;
    s_start (self);
    s_dispatch (self, "a", "+10000", WAIT);
    s_dispatch (self, "b", "+10000", "queued");
    s_until_begun (self, 1);
    s_until_stat (self, "held", 2);
    zstr_send (self->worker, "DRAIN");
    zmsg_t *leave = s_recv (self);
    assert_int_equal (zmsg_size (leave), 2);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
    raw_router_send (self->router, self->peer, "\x03", NULL);   //  means nothing now
    raw_router_send (self->router, self->peer, "\x05", NULL);
    zpoller_t *poller = zpoller_new (self->worker, NULL);
    assert_null (zpoller_wait (poller, 50));                    //  it still holds two
    zpoller_destroy (&poller);
    s_open_gate (self);
    s_expect_reply (self, "a", "\"waited\"");
    s_expect_reply (self, "b", "queued");
    assert_answer (self->worker, "OK");
    zstr_send (self->worker, "DRAIN");
    assert_answer (self->worker, "OK");
    zstr_sendx (self->worker, "CONNECT", "tcp://127.0.0.1:1", NULL);
    assert_error (self->worker);
}

static void
drain_without_a_router_is_done_at_once (void **state)
{
    self_t *self = *state;
    self->worker = zactor_new (butler_worker, self->service);
    zstr_send (self->worker, "DRAIN");
    assert_answer (self->worker, "OK");
}

static void *
s_destroy (void *arg)
{
    self_t *self = arg;
    zactor_destroy (&self->worker);
    return NULL;
}

static void
end_waits_for_what_runs_and_drops_the_rest (void **state)
{
    self_t *self = *state;
    s_start (self);
    s_dispatch (self, "a", "+10000", WAIT);
    s_dispatch (self, "b", "+10000", "never begun");
    s_until_begun (self, 1);
    s_until_stat (self, "held", 2);
    pthread_t thread;
    pthread_create (&thread, NULL, s_destroy, self);
    zmsg_t *leave = s_recv (self);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
    s_dispatch (self, "c", "+10000", "too late");
    s_open_gate (self);
    s_expect_reply (self, "a", "\"waited\"");
    pthread_join (thread, NULL);
    assert_null (self->worker);
    assert_false (raw_router_hears (self->router, 20));
    assert_int_equal (s_begun (self), 1);
}

static void
end_under_traffic_is_clean (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 4);
    butler_service_set_capacity (self->service, 1000);
    s_start (self);
    for (int count = 0; count < 500; count++)
        s_dispatch (self, "t", "+10000", "x");
    s_expect_reply (self, "t", "x");
    zactor_destroy (&self->worker);
}

//  ---- events

static void
events_reach_the_sink (void **state)
{
    self_t *self = *state;
    s_start (self);
    zsock_t *sink = zsock_new (ZMQ_PULL);
    zsock_bind (sink, "tcp://127.0.0.1:*");
    zsock_set_rcvtimeo (sink, PATIENCE);
    zstr_sendx (self->worker, "SINK", zsock_endpoint (sink), NULL);
    assert_answer (self->worker, "OK");
    s_dispatch (self, "t", "+10000", "{\"method\":\"tell\",\"args\":[\"from a handler\"]}");
    s_expect_reply (self, "t", "0");
    char *event = zstr_recv (sink);
    assert_string_equal (event, "from a handler");
    zstr_free (&event);
    zstr_sendx (self->worker, "EMIT", "by command", NULL);
    assert_answer (self->worker, "OK");
    event = zstr_recv (sink);
    assert_string_equal (event, "by command");
    zstr_free (&event);
    assert_int_equal (s_stat (self, "emitted"), 2);
    assert_int_equal (s_stat (self, "emissions_dropped"), 0);
    zsock_destroy (&sink);
}

static void
events_without_room_are_dropped_and_counted (void **state)
{
    self_t *self = *state;
    s_start (self);
    s_dispatch (self, "t", "+10000", "{\"method\":\"tell\",\"args\":[\"nobody\"]}");
    s_expect_reply (self, "t", "-1");
    assert_int_equal (s_stat (self, "emissions_dropped"), 1);
    char *nowhere = zsys_sprintf ("ipc://@butler-test-worker-%d", (int) getpid ());
    zstr_sendx (self->worker, "SINK", nowhere, NULL);
    zstr_free (&nowhere);
    assert_answer (self->worker, "OK");
    for (int count = 0; count < 1100; count++) {
        zstr_sendx (self->worker, "EMIT", "x", NULL);
        assert_answer (self->worker, "OK");
    }
    s_until_stat (self, "emissions_dropped", 101);
    assert_int_equal (s_stat (self, "emitted"), 1000);
}

//  ---- with a real router

static zactor_t *
s_real_router (const char *frontend, const char *backend, char **front, char **back)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    zstr_sendx (router, "BIND", "frontend", frontend, NULL);
    *front = zstr_recv (router);
    zstr_sendx (router, "BIND", "backend", backend, NULL);
    *back = zstr_recv (router);
    return router;
}

static void
s_call_through (self_t *self, const char *frontend, const char *backend)
{
    char *front = NULL, *back = NULL;
    zactor_t *router = s_real_router (frontend, backend, &front, &back);
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "CONNECT", back, NULL);
    assert_answer (self->worker, "OK");
    butler_client_t *client = butler_client_new (front);
    butler_client_set_timeout (client, PATIENCE);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (client, "api.test") != 200)
        assert_true (zclock_mono () < limit);
    s_open_gate (self);
    json_t *result = butler_client_call (client, "api.test", "wait", "");
    assert_string_equal (json_string_value (result), "waited");
    json_decref (result);
    assert_null (butler_client_call (client, "api.test", "wait", "i", 1));
    assert_string_equal (butler_client_error (client), "TypeError: wait() takes no arguments (1 given)");
    enum { COUNT = 900 };
    for (int count = 0; count < COUNT; count++)
        assert_true (butler_client_submit_direct (client, "api.test", "x", 1) > 0);
    for (int count = 0; count < COUNT; count++) {
        assert_true (butler_client_recv (client, PATIENCE) > 0);
        assert_int_equal (butler_client_status (client), 200);
    }
    butler_client_destroy (&client);
    zactor_destroy (&self->worker);
    zactor_destroy (&router);
    zstr_free (&front);
    zstr_free (&back);
}

static void
calls_travel_over_tcp (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 2);
    s_call_through (self, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
}

static void
calls_travel_over_inproc (void **state)
{
    self_t *self = *state;
    butler_service_set_threads (self->service, 0);
    s_call_through (self, "inproc://test-front", "inproc://test-back");
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (commands_are_answered_once),
        S_TEST (registers_with_its_properties),
        S_TEST (request_is_answered),
        S_TEST (handler_that_takes_long_does_not_stop_the_heart),
        S_TEST (threads_work_at_the_same_time),
        S_TEST (one_thread_keeps_the_order),
        S_TEST (without_threads_the_reactor_works),
        S_TEST (more_than_its_capacity_is_refused),
        S_TEST (request_that_expires_as_it_waits_is_not_run),
        S_TEST (reply_for_a_router_that_lost_the_worker_is_dropped),
        S_TEST (router_restart_is_survived),
        S_TEST (silent_router_is_joined_anew),
        S_TEST (several_routers_are_served),
        S_TEST (signal_to_its_thread_does_not_end_it),
        S_TEST (drain_leaves_and_finishes),
        S_TEST (drain_without_a_router_is_done_at_once),
        S_TEST (end_waits_for_what_runs_and_drops_the_rest),
        S_TEST (end_under_traffic_is_clean),
        S_TEST (events_reach_the_sink),
        S_TEST (events_without_room_are_dropped_and_counted),
        S_TEST (calls_travel_over_tcp),
        S_TEST (calls_travel_over_inproc),
    };
    return cmocka_run_group_tests_name ("worker", tests, NULL, NULL);
}
