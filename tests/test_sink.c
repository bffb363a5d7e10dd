/*  test_sink.c - the sink, as an object and as an actor
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "ask_actor.h"
#include "raw_router.h"
#include "butler_sink.h"

static zsock_t *
s_worker (const char *endpoint)
{
    zsock_t *worker = zsock_new (ZMQ_PUSH);
    zsock_set_sndhwm (worker, 1000);
    zsock_set_linger (worker, 0);
    assert_int_equal (zmq_connect (zsock_resolve (worker), endpoint), 0);
    return worker;
}

static char *
s_bind (zactor_t *actor)
{
    zstr_sendx (actor, "BIND", "tcp://127.0.0.1:*", NULL);
    char *endpoint = zstr_recv (actor);
    assert_memory_equal (endpoint, "tcp://127.0.0.1:", 16);
    return endpoint;
}

static void
payload_is_received_as_it_was_sent (void **state)
{
    (void) state;
    butler_sink_t *sink = butler_sink_new ("tcp://127.0.0.1:*");
    assert_non_null (sink);
    butler_sink_set_timeout (sink, PATIENCE);
    zsock_t *worker = s_worker (butler_sink_endpoint (sink));
    zmq_send (zsock_resolve (worker), "a\0b", 3, 0);
    zmq_send (zsock_resolve (worker), "", 0, 0);
    zframe_t *payload = butler_sink_recv (sink);
    assert_int_equal (zframe_size (payload), 3);
    assert_memory_equal (zframe_data (payload), "a\0b", 3);
    zframe_destroy (&payload);
    payload = butler_sink_recv (sink);
    assert_int_equal (zframe_size (payload), 0);
    zframe_destroy (&payload);
    zsock_destroy (&worker);
    butler_sink_destroy (&sink);
    butler_sink_destroy (&sink);
}

static void
message_of_several_frames_is_dropped (void **state)
{
    (void) state;
    butler_sink_t *sink = butler_sink_new ("tcp://127.0.0.1:*");
    butler_sink_set_timeout (sink, PATIENCE);
    zsock_t *worker = s_worker (butler_sink_endpoint (sink));
    zstr_sendx (worker, "a", "b", NULL);
    zstr_sendx (worker, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", NULL);
    zstr_send (worker, "c");
    zframe_t *payload = butler_sink_recv (sink);
    assert_true (zframe_streq (payload, "c"));
    zframe_destroy (&payload);
    zsock_destroy (&worker);
    butler_sink_destroy (&sink);
}

static void
recv_gives_up_in_time (void **state)
{
    (void) state;
    butler_sink_t *sink = butler_sink_new ("tcp://127.0.0.1:*");
    butler_sink_set_timeout (sink, 0);
    assert_null (butler_sink_recv (sink));
    butler_sink_set_timeout (sink, 30);
    const int64_t start = zclock_mono ();
    assert_null (butler_sink_recv (sink));
    assert_in_range (zclock_mono () - start, 30, PATIENCE);
    butler_sink_set_timeout (sink, -1);
    zsys_interrupted = 1;
    assert_null (butler_sink_recv (sink));
    zsys_interrupted = 0;
    butler_sink_destroy (&sink);
}

static void
wrong_endpoints_are_refused (void **state)
{
    (void) state;
    assert_null (butler_sink_new ("nowhere"));
    assert_null (butler_sink_new ("tcp://192.0.2.1:5558"));
    butler_sink_t *sink = butler_sink_new ("tcp://127.0.0.1:*");
    assert_null (butler_sink_new (butler_sink_endpoint (sink)));
    assert_int_equal (errno, EADDRINUSE);
    butler_sink_destroy (&sink);
}

static void
socket_tells_a_poller (void **state)
{
    (void) state;
    butler_sink_t *sink = butler_sink_new ("inproc://test-sink");
    assert_string_equal (butler_sink_endpoint (sink), "inproc://test-sink");
    butler_sink_set_timeout (sink, 0);
    zsock_t *worker = s_worker (butler_sink_endpoint (sink));
    zpoller_t *poller = zpoller_new (butler_sink_socket (sink), NULL);
    zstr_send (worker, "x");
    assert_ptr_equal (zpoller_wait (poller, PATIENCE), butler_sink_socket (sink));
    zframe_t *payload = butler_sink_recv (sink);
    assert_true (zframe_streq (payload, "x"));
    zframe_destroy (&payload);
    zpoller_destroy (&poller);
    zsock_destroy (&worker);
    butler_sink_destroy (&sink);
}

static void
actor_hands_over_events (void **state)
{
    (void) state;
    zactor_t *actor = zactor_new (butler_sink, NULL);
    char *first = s_bind (actor), *second = s_bind (actor);
    zsock_t *one = s_worker (first), *two = s_worker (second);
    zstr_send (one, "from one");
    zmsg_t *event = zmsg_recv (actor);
    assert_int_equal (zmsg_size (event), 2);
    assert_frame (event, 0, "EVENT");
    assert_frame (event, 1, "from one");
    zmsg_destroy (&event);
    zstr_send (two, "from two");
    event = zmsg_recv (actor);
    assert_frame (event, 1, "from two");
    zmsg_destroy (&event);
    zstr_free (&first);
    zstr_free (&second);
    zsock_destroy (&one);
    zsock_destroy (&two);
    zactor_destroy (&actor);
}

static void
actor_answers_each_command_once (void **state)
{
    (void) state;
    zactor_t *actor = zactor_new (butler_sink, NULL);
    zstr_sendx (actor, "BIND", "nowhere", NULL);
    assert_next_error (actor);
    zstr_send (actor, "BIND");
    assert_next_error (actor);
    zstr_send (actor, "DANCE");
    assert_next_error (actor);
    char *endpoint = s_bind (actor);
    zstr_sendx (actor, "BIND", endpoint, NULL);
    assert_next_error (actor);
    zstr_send (actor, "STATS");
    char expected [256];
    snprintf (expected, sizeof expected, "{\"events\":0,\"dropped\":0,\"endpoints\":[\"%s\"]}", endpoint);
    assert_next_answer (actor, expected);
    zsock_set_rcvtimeo (actor, 20);
    assert_null (zstr_recv (actor));
    zsock_set_rcvtimeo (actor, -1);         //  zactor_destroy waits with it
    zstr_free (&endpoint);
    zactor_destroy (&actor);
}

static json_t *
s_stats (zactor_t *actor, int *events)
{
    zstr_send (actor, "STATS");
    for (;;) {
        zmsg_t *message = zmsg_recv (actor);
        assert_non_null (message);
        char *text = zmsg_popstr (message);
        const bool event = zmsg_size (message) > 0;
        zmsg_destroy (&message);
        if (event)
            (*events)++;
        json_t *stats = event? NULL: json_loads (text, 0, NULL);
        zstr_free (&text);
        if (!event) {
            assert_non_null (stats);
            return stats;
        }
    }
}

static void
events_beyond_the_pipe_are_dropped_and_counted (void **state)
{
    (void) state;
    enum { COUNT = 10000 };
    zactor_t *actor = zactor_new (butler_sink, NULL);
    zstr_sendx (actor, "BIND", "inproc://test-sink-flood", NULL);
    assert_next_answer (actor, "inproc://test-sink-flood");
    //  Between these two stand 2000 at most, and as many in the actor's pipe
    zsock_t *worker = s_worker ("inproc://test-sink-flood");
    for (int count = 0; count < COUNT; count++)
        assert_int_equal (zstr_send (worker, "x"), 0);
    int events = 0;
    json_int_t seen = 0, dropped = 0;
    while (seen + dropped < COUNT) {
        json_t *stats = s_stats (actor, &events);
        seen = json_integer_value (json_object_get (stats, "events"));
        dropped = json_integer_value (json_object_get (stats, "dropped"));
        json_decref (stats);
    }
    assert_int_equal (events, seen);
    assert_true (dropped > 0);
    zsock_destroy (&worker);
    zactor_destroy (&actor);
}

static void
actor_ends_with_its_pipe_full (void **state)
{
    (void) state;
    zactor_t *actor = zactor_new (butler_sink, NULL);
    char *endpoint = s_bind (actor);
    zsock_t *worker = s_worker (endpoint);
    for (int count = 0; count < 5000; count++)
        zstr_send (worker, "x");
    zstr_send (actor, "STATS");
    zactor_destroy (&actor);
    zstr_free (&endpoint);
    zsock_destroy (&worker);
}

//  Without it zactor_destroy () would wait for good
static void
actor_tells_its_end_though_its_pipe_was_full (void **state)
{
    (void) state;
    enum { COUNT = 10000 };
    zactor_t *actor = zactor_new (butler_sink, NULL);
    zstr_sendx (actor, "BIND", "inproc://test-sink-end", NULL);
    assert_next_answer (actor, "inproc://test-sink-end");
    zsock_t *worker = s_worker ("inproc://test-sink-end");
    for (int count = 0; count < COUNT; count++)
        zstr_send (worker, "x");            //  more than all pipes hold, so the actor's is full
    zstr_send (actor, "$TERM");
    zclock_sleep (200);                     //  time to end without a word
    zsock_set_rcvtimeo (actor, PATIENCE);
    int signal = -1;
    while (signal == -1) {
        zmsg_t *message = zmsg_recv (actor);
        assert_non_null (message);
        signal = zmsg_signal (message);
        zmsg_destroy (&message);
    }
    assert_int_equal (signal, 0);
    zsock_destroy (&worker);
    zactor_destroy (&actor);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (payload_is_received_as_it_was_sent),
        cmocka_unit_test (message_of_several_frames_is_dropped),
        cmocka_unit_test (recv_gives_up_in_time),
        cmocka_unit_test (wrong_endpoints_are_refused),
        cmocka_unit_test (socket_tells_a_poller),
        cmocka_unit_test (actor_hands_over_events),
        cmocka_unit_test (actor_answers_each_command_once),
        cmocka_unit_test (events_beyond_the_pipe_are_dropped_and_counted),
        cmocka_unit_test (actor_ends_with_its_pipe_full),
        cmocka_unit_test (actor_tells_its_end_though_its_pipe_was_full),
    };
    return cmocka_run_group_tests_name ("sink", tests, NULL, NULL);
}
