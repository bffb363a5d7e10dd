/*  test_worker_loop.c - requests taken one by one, against a bare ROUTER and a real router
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_router.h"
#include "butler_client.h"
#include "butler_request.h"
#include "butler_router.h"
#include "butler_worker.h"

typedef struct {
    zsock_t *router;
    zframe_t *peer;                 //  the worker, as the router knows it
    butler_worker_t *worker;
} self_t;

static void
s_expect_ready (self_t *self, const char *capacity)
{
    zmsg_t *ready = raw_router_recv_work (self->router);
    assert_frame (ready, 1, "\x01");
    assert_frame (ready, 2, "api.test");
    char *properties = zframe_strdup (frame_at (ready, 3));
    assert_non_null (strstr (properties, capacity));
    free (properties);
    zframe_destroy (&self->peer);
    self->peer = zmsg_pop (ready);
    zmsg_destroy (&ready);
}

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    self->router = raw_router_new ();
    self->worker = butler_worker_new (zsock_endpoint (self->router), "api.test");
    assert_non_null (self->worker);
    butler_worker_set_timeout (self->worker, PATIENCE);
    s_expect_ready (self, "\"capacity\":1,");
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    butler_worker_destroy (&self->worker);
    zframe_destroy (&self->peer);
    zsock_destroy (&self->router);
    zsys_interrupted = 0;
    free (self);
    return 0;
}

static void
s_dispatch (self_t *self, const char *token, const char *expiration, const char *body)
{
    raw_router_send (self->router, self->peer, token, "", "1.0:7", "api.test", expiration, body, NULL);
}

static void
s_expect_reply (self_t *self, const char *token, const char *response)
{
    zmsg_t *reply = raw_router_recv_work (self->router);
    assert_frame (reply, 1, "\x04");
    assert_frame (reply, 2, token);
    assert_frame (reply, 4, "1.0:7");
    zframe_t *last = frame_at (reply, 5);
    assert_true (zframe_size (last) >= strlen (response));
    assert_memory_equal (zframe_data (last), response, strlen (response));
    zmsg_destroy (&reply);
}

static void
request_comes_and_its_reply_goes (void **state)
{
    self_t *self = *state;
    s_dispatch (self, "t", "+10000", "do work");
    butler_request_t *request = butler_worker_recv (self->worker, NULL);
    assert_non_null (request);
    assert_string_equal (butler_request_service (request), "api.test");
    assert_string_equal (butler_request_id (request), "1.0:7");
    assert_int_equal (butler_request_size (request), 7);
    assert_memory_equal (butler_request_body (request), "do work", 7);
    assert_in_range (butler_request_time_left (request), 1, 10000);
    butler_request_answer (request, "hello world", 11);
    butler_worker_set_timeout (self->worker, 0);
    assert_null (butler_worker_recv (self->worker, &request));
    assert_null (request);
    s_expect_reply (self, "t", "hello world");
}

static void
call_has_its_method_and_arguments (void **state)
{
    self_t *self = *state;
    static const struct {
        const char *body, *method, *name;
    } rows [] = {
        { "{\"method\": \"resize\", \"kwargs\": {\"name\": \"x\"}}", "resize", "x" },
        { "{\"method\": \"resize\", \"name\": \"y\"}", "resize", "y" },
        { "{\"name\": \"x\"}", "", NULL },
        { "no \"method\" at all", "", NULL },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        s_dispatch (self, "token", "+5000", rows [index].body);
        butler_request_t *request = butler_worker_recv (self->worker, NULL);
        assert_non_null (request);
        assert_string_equal (butler_request_method (request), rows [index].method);
        const char *name = butler_request_string (request, "name");
        assert_true (rows [index].name? name && strcmp (name, rows [index].name) == 0: !name);
        butler_request_answer (request, "ok", 2);
        assert_int_equal (butler_worker_reply (self->worker, &request), 0);
        s_expect_reply (self, "token", "ok");
    }
}

static void
recv_gives_up_in_time (void **state)
{
    self_t *self = *state;
    butler_worker_set_timeout (self->worker, 50);
    const int64_t start = zclock_mono ();
    assert_null (butler_worker_recv (self->worker, NULL));
    assert_in_range (zclock_mono () - start, 50, PATIENCE);
    butler_worker_set_timeout (self->worker, -1);
    zsys_interrupted = 1;
    assert_null (butler_worker_recv (self->worker, NULL));
}

static void
failure_is_an_answer (void **state)
{
    self_t *self = *state;
    s_dispatch (self, "t", "+10000", "x");
    butler_request_t *request = butler_worker_recv (self->worker, NULL);
    butler_request_fail (request, "LookupError", "no image '%s'", "x");
    assert_int_equal (butler_worker_reply (self->worker, &request), 0);
    assert_null (request);
    s_expect_reply (self, "t", "500:exception:{\"name\":\"LookupError\",\"message\":\"no image 'x'\"");
}

static void
request_that_is_destroyed_is_an_exception (void **state)
{
    self_t *self = *state;
    s_dispatch (self, "t", "+10000", "x");
    butler_request_t *request = butler_worker_recv (self->worker, NULL);
    butler_request_destroy (&request);
    assert_null (request);
    s_expect_reply (self, "t", "500:exception:{\"name\":\"RuntimeError\"");
}

static void
replies_may_come_in_any_order (void **state)
{
    self_t *self = *state;
    butler_worker_set_capacity (self->worker, 3);
    s_expect_ready (self, "\"capacity\":3,");
    s_dispatch (self, "a", "+10000", "one");
    s_dispatch (self, "b", "+10000", "two");
    s_dispatch (self, "c", "+10000", "three");
    butler_request_t *request [3];
    for (int count = 0; count < 3; count++) {
        request [count] = butler_worker_recv (self->worker, NULL);
        assert_non_null (request [count]);
        butler_request_answer (request [count], butler_request_body (request [count]),
                               butler_request_size (request [count]));
    }
    assert_int_equal (butler_worker_reply (self->worker, &request [1]), 0);
    s_expect_reply (self, "b", "two");
    assert_int_equal (butler_worker_reply (self->worker, &request [2]), 0);
    assert_int_equal (butler_worker_reply (self->worker, &request [0]), 0);
    s_expect_reply (self, "c", "three");
    s_expect_reply (self, "a", "one");
}

static void
slow_loop_beats_all_the_same (void **state)
{
    self_t *self = *state;
    s_dispatch (self, "t", "+10000", "x");
    butler_request_t *request = butler_worker_recv (self->worker, NULL);
    for (int beats = 0; beats < 2; beats++) {
        zmsg_t *beat = raw_router_recv (self->router);
        assert_frame (beat, 1, "\x02");
        raw_router_send (self->router, self->peer, "\x02", NULL);
        zmsg_destroy (&beat);
    }
    butler_request_destroy (&request);
}

static void
request_that_expires_as_it_waits_is_not_handed_out (void **state)
{
    self_t *self = *state;
    butler_worker_set_timeout (self->worker, 0);
    s_dispatch (self, "a", "+1", "x");
    assert_true (raw_router_hears (butler_worker_socket (self->worker), PATIENCE));
    zclock_sleep (5);                       //  its time passes
    assert_null (butler_worker_recv (self->worker, NULL));
    s_expect_reply (self, "a", "504:expired:");
    s_dispatch (self, "b", "1700000000000", "x");
    assert_true (raw_router_hears (butler_worker_socket (self->worker), PATIENCE));
    assert_null (butler_worker_recv (self->worker, NULL));
    s_expect_reply (self, "b", "504:expired:");
}

static void
what_was_not_taken_is_dropped_with_its_router (void **state)
{
    self_t *self = *state;
    butler_worker_set_capacity (self->worker, 2);
    s_expect_ready (self, "\"capacity\":2,");
    s_dispatch (self, "a", "+10000", "one");
    butler_request_t *old = butler_worker_recv (self->worker, NULL);
    assert_non_null (old);
    s_dispatch (self, "b", "+10000", "two");
    raw_router_send (self->router, self->peer, "\x03", NULL);
    s_expect_ready (self, "\"capacity\":2,");
    s_dispatch (self, "c", "+10000", "three");
    butler_request_t *request = butler_worker_recv (self->worker, &old);
    assert_memory_equal (butler_request_body (request), "three", 5);
    butler_request_answer (request, "3", 1);
    butler_worker_reply (self->worker, &request);
    s_expect_reply (self, "c", "3");
}

static void
socket_tells_a_poller (void **state)
{
    self_t *self = *state;
    butler_worker_set_timeout (self->worker, 0);
    zpoller_t *poller = zpoller_new (butler_worker_socket (self->worker), NULL);
    for (int round = 0; round < 3; round++) {
        assert_null (butler_worker_recv (self->worker, NULL));
        s_dispatch (self, "t", "+10000", "x");
        assert_ptr_equal (zpoller_wait (poller, PATIENCE), butler_worker_socket (self->worker));
        butler_request_t *request = butler_worker_recv (self->worker, NULL);
        assert_non_null (request);
        assert_null (butler_worker_recv (self->worker, &request));
        s_expect_reply (self, "t", "500:");
    }
    zpoller_destroy (&poller);
}

static void
events_reach_the_sink (void **state)
{
    self_t *self = *state;
    assert_int_equal (butler_worker_emit (self->worker, "x", 1), -1);
    assert_int_equal (butler_worker_sink (self->worker, "nowhere"), -1);
    zsock_t *sink = zsock_new (ZMQ_PULL);
    zsock_bind (sink, "tcp://127.0.0.1:*");
    zsock_set_rcvtimeo (sink, PATIENCE);
    assert_int_equal (butler_worker_sink (self->worker, zsock_endpoint (sink)), 0);
    assert_int_equal (butler_worker_emit (self->worker, "one", 3), 0);
    s_dispatch (self, "t", "+10000", "x");
    butler_request_t *request = butler_worker_recv (self->worker, NULL);
    assert_int_equal (butler_request_emit (request, "two", 3), 0);
    char *event = zstr_recv (sink);
    assert_string_equal (event, "one");
    zstr_free (&event);
    event = zstr_recv (sink);
    assert_string_equal (event, "two");
    zstr_free (&event);
    butler_request_destroy (&request);
    zsock_destroy (&sink);
}

static void
wrong_names_and_endpoints_are_refused (void **state)
{
    (void) state;
    assert_null (butler_worker_new ("tcp://127.0.0.1:5556", ""));
    assert_int_equal (errno, EINVAL);
    assert_null (butler_worker_new ("tcp://127.0.0.1:5556", "mmi.x"));
    assert_int_equal (errno, EINVAL);
    assert_null (butler_worker_new ("nowhere", "api.test"));
    assert_int_equal (errno, EINVAL);
    butler_worker_t *none = NULL;
    butler_worker_destroy (&none);
}

static void
requests_outlive_their_worker (void **state)
{
    self_t *self = *state;
    butler_worker_set_capacity (self->worker, 3);
    s_expect_ready (self, "\"capacity\":3,");
    s_dispatch (self, "a", "+10000", "one");
    s_dispatch (self, "b", "+10000", "two");
    s_dispatch (self, "c", "+10000", "never taken");
    butler_request_t *first = butler_worker_recv (self->worker, NULL);
    butler_request_t *second = butler_worker_recv (self->worker, NULL);
    butler_request_answer (first, "1", 1);
    butler_worker_reply (self->worker, &first);
    butler_worker_destroy (&self->worker);
    s_expect_reply (self, "a", "1");
    assert_memory_equal (butler_request_body (second), "two", 3);
    assert_int_equal (butler_request_emit (second, "kept", 4), 0);
    butler_request_destroy (&second);
    zmsg_t *leave = raw_router_recv_work (self->router);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
}

static void
destroyed_under_traffic_it_is_clean (void **state)
{
    self_t *self = *state;
    butler_worker_set_capacity (self->worker, 500);
    s_expect_ready (self, "\"capacity\":500,");
    for (int count = 0; count < 500; count++)
        s_dispatch (self, "t", "+10000", "x");
    butler_request_t *reply = NULL;
    for (int count = 0; count < 100; count++) {
        reply = butler_worker_recv (self->worker, &reply);
        assert_non_null (reply);
    }
    butler_worker_destroy (&self->worker);
    butler_request_destroy (&reply);
}

//  The seed's loop, as an actor
static void
s_loop (zsock_t *pipe, void *args)
{
    butler_worker_t *worker = butler_worker_new (args, "api.test");
    butler_worker_set_timeout (worker, 10);
    zsock_signal (pipe, 0);
    zpoller_t *poller = zpoller_new (pipe, NULL);
    butler_request_t *reply = NULL;
    while (!zpoller_wait (poller, 0) && !zpoller_terminated (poller)) {
        butler_request_t *request = butler_worker_recv (worker, &reply);
        if (!request)
            continue;
        butler_request_answer (request, "hello world", 11);
        reply = request;
    }
    zpoller_destroy (&poller);
    butler_request_destroy (&reply);
    butler_worker_destroy (&worker);
}

static void
loop_serves_a_real_router (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    zstr_sendx (router, "BIND", "frontend", "tcp://127.0.0.1:*", NULL);
    char *front = zstr_recv (router);
    zstr_sendx (router, "BIND", "backend", "tcp://127.0.0.1:*", NULL);
    char *back = zstr_recv (router);
    zactor_t *loop = zactor_new (s_loop, back);
    butler_client_t *client = butler_client_new (front);
    butler_client_set_timeout (client, PATIENCE);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (client, "api.test") != 200)
        assert_true (zclock_mono () < limit);
    for (int count = 0; count < 50; count++) {
        zframe_t *answer = butler_client_send (client, "api.test", "x", 1);
        assert_true (zframe_streq (answer, "hello world"));
        zframe_destroy (&answer);
    }
    butler_client_destroy (&client);
    zactor_destroy (&loop);
    zactor_destroy (&router);
    zstr_free (&front);
    zstr_free (&back);
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (request_comes_and_its_reply_goes),
        S_TEST (call_has_its_method_and_arguments),
        S_TEST (recv_gives_up_in_time),
        S_TEST (failure_is_an_answer),
        S_TEST (request_that_is_destroyed_is_an_exception),
        S_TEST (replies_may_come_in_any_order),
        S_TEST (slow_loop_beats_all_the_same),
        S_TEST (request_that_expires_as_it_waits_is_not_handed_out),
        S_TEST (what_was_not_taken_is_dropped_with_its_router),
        S_TEST (socket_tells_a_poller),
        S_TEST (events_reach_the_sink),
        cmocka_unit_test (wrong_names_and_endpoints_are_refused),
        S_TEST (requests_outlive_their_worker),
        S_TEST (destroyed_under_traffic_it_is_clean),
        cmocka_unit_test (loop_serves_a_real_router),
    };
    return cmocka_run_group_tests_name ("worker_loop", tests, NULL, NULL);
}
