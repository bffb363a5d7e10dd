/*  test_worker.c - the worker actor against a bare ROUTER, and a real router
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_worker.h"
#include <signal.h>
#include "butler_client.h"
#include "butler_router.h"

//  ---- handlers

static json_t *
s_echo (butler_request_t *request, void *arg)
{
    raw_worker_begin (arg, NULL);
    return butler_request_answer (request, butler_request_body (request), butler_request_size (request));
}

static json_t *
s_tell (butler_request_t *request, void *arg)
{
    (void) arg;
    const char *text = butler_request_string (request, "text");
    return json_integer (butler_request_emit (request, text, strlen (text)));
}

//  ---- fixture

static int
s_setup (void **state)
{
    raw_worker_t *self = raw_worker_new ();
    butler_service_register (self->service, "tell (text: string)", s_tell, self);
    butler_service_set_direct (self->service, s_echo, self);
    *state = self;
    return 0;
}

//  ---- commands

static void
commands_are_answered_once (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
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
        assert_next_error (self->worker);
    }
    zstr_sendx (self->worker, "SET", "heartbeat", "500", NULL);
    assert_next_answer (self->worker, "OK");
    zstr_sendx (self->worker, "SET", "liveness", "5", NULL);
    assert_next_answer (self->worker, "OK");
    assert_int_equal (actor_stat (self->worker, "capacity"), 80);
    zsock_set_rcvtimeo (self->worker, 20);
    assert_null (zstr_recv (self->worker));
    zsock_set_rcvtimeo (self->worker, -1);    //  zactor_destroy waits with it
}

static void
registers_with_its_properties (void **state)
{
    raw_worker_t *self = *state;
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
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "token", "+10000", "hello");
    raw_worker_expect_reply (self, "token", "hello");
    raw_worker_dispatch (self, "\xff\x01z", "+10000", "{\"method\":\"nothing\"}");
    raw_worker_expect_reply (self, "\xff\x01z", "404:method:");
    raw_worker_dispatch (self, "t", "1", "long ago");
    raw_worker_expect_reply (self, "t", "504:expired:");
    assert_int_equal (actor_stat (self->worker, "received"), 3);
    assert_int_equal (actor_stat (self->worker, "answered"), 3);
    assert_int_equal (actor_stat (self->worker, "held"), 0);
    assert_int_equal (raw_worker_begun (self), 1);
}

static void
handler_that_takes_long_does_not_stop_the_heart (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    zstr_sendx (self->worker, "SET", "heartbeat", "50", NULL);
    assert_next_answer (self->worker, "OK");
    raw_worker_dispatch (self, "t", "+10000", WAIT);
    raw_worker_until_begun (self, 1);
    for (int beats = 0; beats < 10; beats++) {
        zmsg_t *beat = raw_router_recv (self->router);
        assert_true (zframe_eq (frame_at (beat, 0), self->peer));
        assert_int_equal (zmsg_size (beat), 2);
        assert_frame (beat, 1, "\x02");
        raw_router_send (self->router, self->peer, "\x02", NULL);
        zmsg_destroy (&beat);
    }
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "t", "\"waited\"");
}

static void
threads_work_at_the_same_time (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 3);
    raw_worker_start (self);
    const char *const tokens [] = { "a", "b", "c", "d" };
    for (int count = 0; count < 4; count++)
        raw_worker_dispatch (self, tokens [count], "+10000", WAIT);
    raw_worker_until_begun (self, 3);
    raw_worker_until_stat (self, "held", 4);
    assert_int_equal (raw_worker_begun (self), 3);
    raw_worker_open_gate (self);
    for (int count = 0; count < 4; count++) {
        zmsg_t *reply = raw_worker_recv (self);
        assert_frame (reply, 5, "\"waited\"");
        zmsg_destroy (&reply);
    }
    assert_int_equal (raw_worker_begun (self), 4);
}

static void
one_thread_keeps_the_order (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    char token [16];
    for (int count = 0; count < 16; count++) {
        snprintf (token, sizeof token, "%d", count);
        raw_worker_dispatch (self, token, "+10000", token);
    }
    for (int count = 0; count < 16; count++) {
        snprintf (token, sizeof token, "%d", count);
        raw_worker_expect_reply (self, token, token);
    }
}

static void
without_threads_the_reactor_works (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 0);
    raw_worker_start (self);
    for (int count = 0; count < 100; count++)
        raw_worker_dispatch (self, "t", "+10000", "x");
    for (int count = 0; count < 100; count++)
        raw_worker_expect_reply (self, "t", "x");
}

static void
more_than_its_capacity_is_refused (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_capacity (self->service, 2);
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+10000", WAIT);
    raw_worker_dispatch (self, "b", "+10000", WAIT);
    raw_worker_dispatch (self, "c", "+10000", WAIT);
    raw_worker_expect_reply (self, "c", "503:unavailable:");
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    raw_worker_expect_reply (self, "b", "\"waited\"");
    assert_int_equal (actor_stat (self->worker, "refused"), 1);
}

static void
request_that_expires_as_it_waits_is_not_run (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+10000", WAIT);
    raw_worker_dispatch (self, "b", "+20", "b");
    raw_worker_until_begun (self, 1);
    raw_worker_until_stat (self, "held", 2);
    zclock_sleep (30);                      //  its time passes
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    raw_worker_expect_reply (self, "b", "504:expired:");
    assert_int_equal (raw_worker_begun (self), 1);
}

//  ---- routers

static void
reply_for_a_router_that_lost_the_worker_is_dropped (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+10000", WAIT);
    raw_worker_dispatch (self, "b", "+10000", "never begun");
    raw_worker_until_begun (self, 1);
    raw_worker_until_stat (self, "held", 2);
    raw_router_send (self->router, self->peer, "\x03", NULL);
    raw_worker_expect_ready (self);
    raw_worker_until_stat (self, "dropped", 1);
    raw_worker_dispatch (self, "c", "+10000", "c");
    raw_worker_until_stat (self, "held", 2);
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "c", "c");
    assert_int_equal (actor_stat (self->worker, "stale"), 1);
    assert_int_equal (raw_worker_begun (self), 2);
}

static void
router_restart_is_survived (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    zstr_sendx (self->worker, "SET", "heartbeat", "50", NULL);
    assert_next_answer (self->worker, "OK");
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
    raw_worker_dispatch (self, "t", "+10000", "again");
    raw_worker_expect_reply (self, "t", "again");
}

static void
silent_router_is_joined_anew (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    zstr_sendx (self->worker, "SET", "heartbeat", "30", NULL);
    assert_next_answer (self->worker, "OK");
    zstr_sendx (self->worker, "SET", "liveness", "3", NULL);
    assert_next_answer (self->worker, "OK");
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
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_t other = { .router = raw_router_new () };
    zstr_sendx (self->worker, "CONNECT", zsock_endpoint (other.router), NULL);
    assert_next_answer (self->worker, "OK");
    raw_worker_expect_ready (&other);
    raw_worker_dispatch (self, "a", "+10000", "one");
    raw_worker_dispatch (&other, "a", "+10000", "two");
    raw_worker_expect_reply (self, "a", "one");
    raw_worker_expect_reply (&other, "a", "two");
    zframe_destroy (&other.peer);
    zsock_destroy (&other.router);
}

static void
signal_to_its_thread_does_not_end_it (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 0);
    raw_worker_start (self);
    raw_worker_dispatch (self, "t", "+10000", "a");
    raw_worker_expect_reply (self, "t", "a");
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
        raw_worker_dispatch (self, "t", "+10000", "b");
        raw_worker_expect_reply (self, "t", "b");
    }
}

//  ---- the end

static void
drain_leaves_and_finishes (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+10000", WAIT);
    raw_worker_dispatch (self, "b", "+10000", "queued");
    raw_worker_until_begun (self, 1);
    raw_worker_until_stat (self, "held", 2);
    zstr_send (self->worker, "DRAIN");
    zmsg_t *leave = raw_worker_recv (self);
    assert_int_equal (zmsg_size (leave), 2);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
    raw_router_send (self->router, self->peer, "\x03", NULL);   //  means nothing now
    raw_router_send (self->router, self->peer, "\x05", NULL);
    zpoller_t *poller = zpoller_new (self->worker, NULL);
    assert_null (zpoller_wait (poller, 50));                    //  it still holds two
    zpoller_destroy (&poller);
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    raw_worker_expect_reply (self, "b", "queued");
    assert_next_answer (self->worker, "OK");
    zstr_send (self->worker, "DRAIN");
    assert_next_answer (self->worker, "OK");
    zstr_sendx (self->worker, "CONNECT", "tcp://127.0.0.1:1", NULL);
    assert_next_error (self->worker);
}

static void
drain_without_a_router_is_done_at_once (void **state)
{
    raw_worker_t *self = *state;
    self->worker = zactor_new (butler_worker, self->service);
    zstr_send (self->worker, "DRAIN");
    assert_next_answer (self->worker, "OK");
}

static void *
s_destroy (void *arg)
{
    raw_worker_t *self = arg;
    zactor_destroy (&self->worker);
    return NULL;
}

static void
end_waits_for_what_runs_and_drops_the_rest (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+10000", WAIT);
    raw_worker_dispatch (self, "b", "+10000", "never begun");
    raw_worker_until_begun (self, 1);
    raw_worker_until_stat (self, "held", 2);
    pthread_t thread;
    pthread_create (&thread, NULL, s_destroy, self);
    zmsg_t *leave = raw_worker_recv (self);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
    raw_worker_dispatch (self, "c", "+10000", "too late");
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    pthread_join (thread, NULL);
    assert_null (self->worker);
    assert_false (raw_router_hears (self->router, 20));
    assert_int_equal (raw_worker_begun (self), 1);
}

static void
end_under_traffic_is_clean (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 4);
    butler_service_set_capacity (self->service, 1000);
    raw_worker_start (self);
    for (int count = 0; count < 500; count++)
        raw_worker_dispatch (self, "t", "+10000", "x");
    raw_worker_expect_reply (self, "t", "x");
    zactor_destroy (&self->worker);
}

//  ---- events

static void
events_reach_the_sink (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    zsock_t *sink = zsock_new (ZMQ_PULL);
    zsock_bind (sink, "tcp://127.0.0.1:*");
    zsock_set_rcvtimeo (sink, PATIENCE);
    zstr_sendx (self->worker, "SINK", zsock_endpoint (sink), NULL);
    assert_next_answer (self->worker, "OK");
    raw_worker_dispatch (self, "t", "+10000", "{\"method\":\"tell\",\"args\":[\"from a handler\"]}");
    raw_worker_expect_reply (self, "t", "0");
    char *event = zstr_recv (sink);
    assert_string_equal (event, "from a handler");
    zstr_free (&event);
    zstr_sendx (self->worker, "EMIT", "by command", NULL);
    assert_next_answer (self->worker, "OK");
    event = zstr_recv (sink);
    assert_string_equal (event, "by command");
    zstr_free (&event);
    assert_int_equal (actor_stat (self->worker, "emitted"), 2);
    assert_int_equal (actor_stat (self->worker, "emissions_dropped"), 0);
    zsock_destroy (&sink);
}

static void
events_without_room_are_dropped_and_counted (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "t", "+10000", "{\"method\":\"tell\",\"args\":[\"nobody\"]}");
    raw_worker_expect_reply (self, "t", "-1");
    assert_int_equal (actor_stat (self->worker, "emissions_dropped"), 1);
    char *nowhere = zsys_sprintf ("ipc://@butler-test-worker-%d", (int) getpid ());
    zstr_sendx (self->worker, "SINK", nowhere, NULL);
    zstr_free (&nowhere);
    assert_next_answer (self->worker, "OK");
    for (int count = 0; count < 1100; count++) {
        zstr_sendx (self->worker, "EMIT", "x", NULL);
        assert_next_answer (self->worker, "OK");
    }
    raw_worker_until_stat (self, "emissions_dropped", 101);
    assert_int_equal (actor_stat (self->worker, "emitted"), 1000);
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
s_call_through (raw_worker_t *self, const char *frontend, const char *backend)
{
    char *front = NULL, *back = NULL;
    zactor_t *router = s_real_router (frontend, backend, &front, &back);
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "CONNECT", back, NULL);
    assert_next_answer (self->worker, "OK");
    butler_client_t *client = butler_client_new (front);
    butler_client_set_timeout (client, PATIENCE);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (client, "api.test") != 200)
        assert_true (zclock_mono () < limit);
    raw_worker_open_gate (self);
    json_t *result = butler_client_call (client, "api.test", "wait", "");
    assert_string_equal (json_string_value (result), "waited");
    json_decref (result);
    assert_null (butler_client_call (client, "api.test", "wait", "i", 1));
    assert_string_equal (butler_client_error (client), "TypeError: wait() takes no arguments (1 given)");
    enum { COUNT = 900 };
    butler_client_set_timeout (client, 60000);
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
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 2);
    s_call_through (self, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
}

static void
calls_travel_over_inproc (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 0);
    s_call_through (self, "inproc://test-front", "inproc://test-back");
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, raw_worker_teardown)
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
