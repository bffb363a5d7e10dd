/*  test_client.c - a client against a bare ROUTER
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_client.h"

//  Where nobody is, in this process or another
static char *
s_nowhere (void)
{
    return zsys_sprintf ("ipc://@butler-test-client-%d", (int) getpid ());
}

//  Answers the request with these bytes, and destroys it
static void
s_answer (zsock_t *router, zmsg_t **request_p, const char *response)
{
    raw_router_answer (router, *request_p, response, NULL);
    zmsg_destroy (request_p);
}

//  A router in a thread, for calls that wait: it answers each request with its service's name, and
//  discovery for "yes" alone with 200; "none" is never answered.
static void
s_mirror (zsock_t *pipe, void *args)
{
    zsock_t *router = raw_router_new ();
    (void) args;
    zsock_signal (pipe, 0);
    zstr_send (pipe, zsock_endpoint (router));
    zpoller_t *poller = zpoller_new (pipe, router, NULL);
    while (zpoller_wait (poller, -1) == router) {
        zmsg_t *request = zmsg_recv (router);
        char *service = zframe_strdup (frame_at (request, 3));
        char *id = zframe_strdup (frame_at (request, 2));
        zframe_t *peer = frame_at (request, 0);
        if (strncmp (service, "mmi.old.", 8) == 0)
            raw_router_send (router, peer, "", service + 4, "200", NULL);
        else
        if (strncmp (service, "mmi.", 4) == 0)
            raw_router_send (router, peer, "", id, service + 4, streq (service, "mmi.yes")? "200":
                             streq (service, "mmi.secret")? "403": "400", NULL);
        else
        if (strneq (service, "none"))
            raw_router_send (router, peer, "", id, service, NULL);
        free (service);
        free (id);
        zmsg_destroy (&request);
    }
    zpoller_destroy (&poller);
    zsock_destroy (&router);
}

static butler_client_t *
s_mirrored (zactor_t **mirror)
{
    *mirror = zactor_new (s_mirror, NULL);
    char *endpoint = zstr_recv (*mirror);
    butler_client_t *client = butler_client_new (endpoint);
    raw_router_await (butler_client_socket (client));
    butler_client_set_timeout (client, PATIENCE);
    zstr_free (&endpoint);
    return client;
}

static void
request_has_five_frames (void **state)
{
    raw_client_t *self = *state;
    assert_int_equal (butler_client_submit (self->client, "api.images", "resize", "si", "a\"b", 7), 1);
    zmsg_t *request = raw_router_recv (self->router);
    assert_int_equal (zmsg_size (request), 6);
    assert_frame (request, 1, "");
    assert_frame (request, 2, "1.0:1");
    assert_frame (request, 3, "api.images");
    char *expiration = zframe_strdup (frame_at (request, 4));
    assert_int_equal (expiration [0], '+');
    assert_in_range (atoi (expiration + 1), 2000, 2500);
    free (expiration);
    assert_frame (request, 5, "{\"method\":\"resize\",\"args\":[\"a\\\"b\",7]}");
    zmsg_destroy (&request);
}

static void
kwargs_are_sent_where_there_are_some (void **state)
{
    raw_client_t *self = *state;
    json_t *kwargs = json_pack ("{s:i}", "quality", 80);
    assert_true (butler_client_submit_json (self->client, "s", "m", NULL, kwargs) > 0);
    json_decref (kwargs);
    zmsg_t *request = raw_router_recv (self->router);
    assert_frame (request, 5, "{\"method\":\"m\",\"kwargs\":{\"quality\":80}}");
    zmsg_destroy (&request);
}

static void
persistent_expiration_covers_all_attempts (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_retries (self->client, 4);
    butler_client_submit_direct (self->client, "s", "", 0);
    zmsg_t *request = raw_router_recv (self->router);
    char *expiration = zframe_strdup (frame_at (request, 4));
    assert_in_range (atoi (expiration + 1), 9000, 10000);
    free (expiration);
    assert_int_equal (zframe_size (frame_at (request, 5)), 0);
    zmsg_destroy (&request);
}

static void
answer_ends_its_request (void **state)
{
    raw_client_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    assert_int_equal (butler_client_pending (self->client), 1);
    raw_router_serve (self->router, "{\"size\": 9}");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), 200);
    assert_null (butler_client_error (self->client));
    assert_null (butler_client_error_name (self->client));
    assert_int_equal (json_integer_value (json_object_get (butler_client_result (self->client), "size")), 9);
    assert_int_equal (butler_client_size (self->client), 11);
    assert_memory_equal (butler_client_body (self->client), "{\"size\": 9}", 11);
    assert_int_equal (butler_client_pending (self->client), 0);
    assert_int_equal (butler_client_recv (self->client, -1), 0);    //  none is open: no wait
}

static void
bare_text_of_an_old_worker_is_a_string (void **state)
{
    raw_client_t *self = *state;
    butler_client_submit (self->client, "s", "m", NULL);
    raw_router_serve (self->router, "resized image");
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    assert_int_equal (butler_client_status (self->client), 200);
    assert_string_equal (json_string_value (butler_client_result (self->client)), "resized image");
}

static void
error_has_its_parts (void **state)
{
    raw_client_t *self = *state;
    butler_client_submit (self->client, "s", "m", NULL);
    raw_router_serve (self->router,
        "500:exception:{\"name\":\"TypeError\",\"message\":\"m() takes 2\",\"traceback\":\"line 1\"}");
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    assert_int_equal (butler_client_status (self->client), 500);
    assert_null (butler_client_result (self->client));
    assert_string_equal (butler_client_error (self->client), "TypeError: m() takes 2");
    assert_string_equal (butler_client_error_name (self->client), "TypeError");
    assert_string_equal (butler_client_error_message (self->client), "m() takes 2");
    assert_string_equal (butler_client_error_traceback (self->client), "line 1");
}

static void
bare_404_is_an_error (void **state)
{
    raw_client_t *self = *state;
    butler_client_submit_direct (self->client, "s", "x", 1);
    raw_router_serve (self->router, "404");
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    assert_int_equal (butler_client_status (self->client), 404);
    assert_non_null (butler_client_error (self->client));
    assert_memory_equal (butler_client_body (self->client), "404", 3);
}

static void
answers_come_as_they_come (void **state)
{
    raw_client_t *self = *state;
    const uint64_t first = butler_client_submit (self->client, "s", "m", "");
    const uint64_t second = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    raw_router_serve (self->router, "2");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), second);
    assert_int_equal (json_integer_value (butler_client_result (self->client)), 2);
    s_answer (self->router, &request, "1");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), first);
    assert_int_equal (json_integer_value (butler_client_result (self->client)), 1);
}

static void
a_thousand_requests_are_each_answered_once (void **state)
{
    raw_client_t *self = *state;
    enum { COUNT = 1000 };
    uint8_t seen [COUNT + 1] = { 0 };
    butler_client_set_timeout (self->client, LONG);
    for (int count = 0; count < COUNT; count++)
        assert_true (butler_client_submit (self->client, "s", "m", "i", count) > 0);
    assert_int_equal (butler_client_pending (self->client), COUNT);
    for (int count = 0; count < COUNT; count++) {
        zmsg_t *request = raw_router_recv (self->router);
        char *id = zframe_strdup (frame_at (request, 2));
        s_answer (self->router, &request, id);
        free (id);
    }
    for (int count = 0; count < COUNT; count++) {
        const uint64_t number = butler_client_recv (self->client, PATIENCE);
        assert_in_range (number, 1, COUNT);
        assert_int_equal (seen [number]++, 0);
        char expected [32];
        snprintf (expected, sizeof expected, "1.0:%u", (unsigned) number);
        assert_string_equal (json_string_value (butler_client_result (self->client)), expected);
    }
    assert_int_equal (butler_client_recv (self->client, 0), 0);
}

static void
timeout_comes_once (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_timeout (self->client, 50);
    zmsg_t *request [3];
    for (int count = 0; count < 3; count++) {
        assert_int_equal (butler_client_submit (self->client, "s", "m", ""), count + 1);
        request [count] = raw_router_recv (self->router);
    }
    assert_in_range (butler_client_wait (self->client), 0, 50);
    for (uint64_t number = 1; number <= 3; number++) {
        assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
        assert_int_equal (butler_client_status (self->client), 0);
        assert_string_equal (butler_client_error (self->client), "TimeoutError: no answer within 50 ms");
        assert_null (butler_client_body (self->client));
        assert_null (butler_client_result (self->client));
    }
    assert_int_equal (butler_client_wait (self->client), -1);
    //  Answers that come too late are for nobody
    for (int count = 0; count < 3; count++) {
        raw_router_expect_cancel (self->router, request [count]);
        s_answer (self->router, &request [count], "late");
    }
    butler_client_set_timeout (self->client, PATIENCE);
    const uint64_t next = butler_client_submit (self->client, "s", "m", "");
    raw_router_serve (self->router, "\"in time\"");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), next);
    assert_string_equal (json_string_value (butler_client_result (self->client)), "in time");
}

static void
short_timeouts_overtake_long_ones (void **state)
{
    raw_client_t *self = *state;
    for (int count = 0; count < 40; count++) {
        butler_client_set_timeout (self->client, count % 2? 20 + count: 60000);
        butler_client_submit (self->client, "s", "m", "");
    }
    for (uint64_t number = 2; number <= 40; number += 2)
        assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    assert_int_equal (butler_client_pending (self->client), 20);
}

static void
without_a_router_nothing_is_sent (void **state)
{
    (void) state;
    char *endpoint = s_nowhere ();
    butler_client_t *client = butler_client_new (endpoint);
    butler_client_set_timeout (client, 50);
    const uint64_t number = butler_client_submit (client, "s", "m", "");
    assert_true (number > 0);
    assert_int_equal (butler_client_recv (client, PATIENCE), number);
    assert_int_equal (butler_client_status (client), -1);
    assert_string_equal (butler_client_error (client),
                         "ConnectionError: no router took the request within 50 ms");
    assert_null (butler_client_call (client, "s", "m", NULL));
    assert_int_equal (butler_client_status (client), -1);
    butler_client_destroy (&client);
    zstr_free (&endpoint);
}

//  A client that is waited for sends as soon as it can, and that may be after some attempts to connect
static void
s_until_heard (butler_client_t *client, zsock_t *router)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!raw_router_hears (router, 0)) {
        assert_int_equal (butler_client_recv (client, 10), 0);
        assert_true (zclock_mono () < limit);
    }
}

static void
requests_wait_for_the_router_in_their_order (void **state)
{
    (void) state;
    char *endpoint = s_nowhere ();
    butler_client_t *client = butler_client_new (endpoint);
    butler_client_set_timeout (client, LONG);
    for (int count = 0; count < 3; count++)
        butler_client_submit_direct (client, "s", &"0123" [count], 1);
    assert_int_equal (butler_client_recv (client, 0), 0);
    zsock_t *router = raw_router_again (endpoint);
    s_until_heard (client, router);
    for (uint64_t number = 1; number <= 3; number++) {
        zmsg_t *request = raw_router_recv (router);
        const char body [] = { (char) ('0' + number - 1), 0 };
        assert_frame (request, 5, body);
        s_answer (router, &request, "1");
        assert_int_equal (butler_client_recv (client, PATIENCE), number);
    }
    butler_client_destroy (&client);
    zsock_destroy (&router);
    zstr_free (&endpoint);
}

static void
router_restart_is_survived (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_timeout (self->client, LONG);
    butler_client_submit (self->client, "s", "m", "");
    raw_router_serve (self->router, "1");
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    char *endpoint = strdup (zsock_endpoint (self->router));
    zsock_destroy (&self->router);
    //  Until the loss is seen a request may still go into the dead connection, and be lost with it
    zmq_pollitem_t item = { .socket = zsock_resolve (butler_client_socket (self->client)), .events = ZMQ_POLLOUT };
    const int64_t limit = zclock_mono () + PATIENCE;
    while (zmq_poll (&item, 1, 0) > 0 && zclock_mono () < limit)
        zclock_sleep (1);
    self->router = raw_router_again (endpoint);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    s_until_heard (self->client, self->router);
    raw_router_serve (self->router, "2");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), 200);
    free (endpoint);
}

static void
persistent_client_sends_once (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_timeout (self->client, 40);
    butler_client_set_retries (self->client, 3);
    const int64_t start = zclock_mono ();
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_true (zclock_mono () - start >= 119);
    assert_int_equal (butler_client_status (self->client), 0);
    zmsg_t *request = raw_router_recv (self->router);
    raw_router_expect_cancel (self->router, request);
    zmsg_destroy (&request);
    assert_false (raw_router_hears (self->router, 50));
}

static void
other_client_sends_each_attempt_over_a_new_socket (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_persistent (self->client, false);
    butler_client_set_timeout (self->client, LONG);
    butler_client_set_retries (self->client, 3);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "s", "x");
    int64_t now = zclock_mono ();
    zmsg_t *attempt [3];
    for (int count = 0; count < 3; count++, now += LONG) {
        attempt [count] = raw_client_recv_at (self->client, self->router, now);
        assert_frame (attempt [count], 2, "1.0:1");
        assert_frame (attempt [count], 3, "s");
        assert_frame (attempt [count], 5, "{\"method\":\"m\",\"args\":[\"x\"]}");
        for (int other = 0; other < count; other++)
            assert_false (zframe_eq (frame_at (attempt [count], 0), frame_at (attempt [other], 0)));
    }
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_courier_turn (&self->client->courier, now);
    assert_int_equal (butler_client_recv (self->client, 0), number);
    assert_int_equal (butler_client_status (self->client), 0);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    raw_router_expect_cancel (self->router, attempt [2]);       //  those before it have expired
    assert_false (raw_router_hears (self->router, 0));
    for (int count = 0; count < 3; count++)
        zmsg_destroy (&attempt [count]);
}

static void
answer_to_an_earlier_attempt_counts (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_persistent (self->client, false);
    butler_client_set_timeout (self->client, LONG);
    butler_client_set_retries (self->client, 50);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    const int64_t now = zclock_mono ();
    zmsg_t *first = raw_client_recv_at (self->client, self->router, now);
    zmsg_t *second = raw_client_recv_at (self->client, self->router, now + LONG);
    s_answer (self->router, &first, "\"first\"");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_string_equal (json_string_value (butler_client_result (self->client)), "first");
    raw_router_expect_cancel (self->router, second);
    s_answer (self->router, &second, "\"second\"");
    assert_int_equal (butler_client_recv (self->client, 0), 0);
}

static void
expiry_of_one_attempt_does_not_end_the_request (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_persistent (self->client, false);
    butler_client_set_timeout (self->client, LONG);
    butler_client_set_retries (self->client, 2);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    const int64_t now = zclock_mono ();
    zmsg_t *first = raw_client_recv_at (self->client, self->router, now);
    s_answer (self->router, &first, "504:expired:{}");
    raw_client_take_at (self->client, now);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    zmsg_t *second = raw_client_recv_at (self->client, self->router, now + LONG);
    s_answer (self->router, &second, "504:expired:{}");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), 504);
}

static void
others_in_flight_are_not_disturbed_by_a_new_attempt (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_timeout (self->client, 10 * LONG);
    const uint64_t slow = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    butler_client_set_persistent (self->client, false);
    butler_client_set_timeout (self->client, LONG);
    butler_client_set_retries (self->client, 2);
    const uint64_t quick = butler_client_submit (self->client, "s", "m", "");
    const int64_t now = zclock_mono ();
    zmsg_t *first = raw_client_recv_at (self->client, self->router, now);
    zmsg_t *second = raw_client_recv_at (self->client, self->router, now + LONG);
    s_answer (self->router, &request, "1");
    s_answer (self->router, &second, "2");
    zmsg_destroy (&first);
    const uint64_t number = butler_client_recv (self->client, PATIENCE);
    assert_int_equal (number + butler_client_recv (self->client, PATIENCE), slow + quick);
    assert_int_equal (butler_client_status (self->client), 200);
}

static void
call_returns_its_result (void **state)
{
    (void) state;
    zactor_t *mirror = NULL;
    butler_client_t *client = s_mirrored (&mirror);
    json_t *result = butler_client_call (client, "api.images", "resize_image", "ss", "test.jpeg", "150x180");
    assert_string_equal (json_string_value (result), "api.images");
    json_decref (result);
    json_t *args = json_array ();
    result = butler_client_call_json (client, "42", "m", args, NULL);
    assert_int_equal (json_integer_value (result), 42);
    json_decref (result);
    json_decref (args);
    butler_client_destroy (&client);
    zactor_destroy (&mirror);
}

static void
call_keeps_the_answers_to_others (void **state)
{
    (void) state;
    zactor_t *mirror = NULL;
    butler_client_t *client = s_mirrored (&mirror);
    const uint64_t first = butler_client_submit (client, "one", "m", "");
    assert_true (raw_router_hears (butler_client_socket (client), PATIENCE));       //  its answer, before any is lost
    butler_client_set_timeout (client, 100);
    const uint64_t lost = butler_client_submit (client, "none", "m", "");
    assert_null (butler_client_call (client, "none", "m", ""));
    assert_int_equal (butler_client_status (client), 0);
    assert_int_equal (butler_client_pending (client), 2);
    assert_int_equal (butler_client_wait (client), 0);
    assert_int_equal (butler_client_recv (client, 0), first);
    assert_string_equal (json_string_value (butler_client_result (client)), "one");
    assert_int_equal (butler_client_recv (client, 0), lost);
    assert_int_equal (butler_client_status (client), 0);
    assert_int_equal (butler_client_recv (client, 0), 0);
    butler_client_destroy (&client);
    zactor_destroy (&mirror);
}

static void
send_returns_raw_bytes (void **state)
{
    (void) state;
    zactor_t *mirror = NULL;
    butler_client_t *client = s_mirrored (&mirror);
    zframe_t *answer = butler_client_send (client, "hello", "a\0b", 3);
    assert_true (zframe_streq (answer, "hello"));
    zframe_destroy (&answer);
    answer = butler_client_send (client, "503:unavailable:{}", NULL, 0);
    assert_true (zframe_streq (answer, "503:unavailable:{}"));
    assert_int_equal (butler_client_status (client), 503);
    zframe_destroy (&answer);
    butler_client_set_timeout (client, 30);
    assert_null (butler_client_send (client, "none", "x", 1));
    assert_int_equal (butler_client_status (client), 0);
    butler_client_destroy (&client);
    zactor_destroy (&mirror);
}

static void
find_tells_who_is_there (void **state)
{
    (void) state;
    zactor_t *mirror = NULL;
    butler_client_t *client = s_mirrored (&mirror);
    assert_int_equal (butler_client_find (client, "yes"), 200);
    assert_null (butler_client_error (client));
    assert_int_equal (butler_client_find (client, "no"), 400);
    assert_string_equal (butler_client_error_name (client), "ServiceNotFound");
    assert_int_equal (butler_client_find (client, "secret"), 403);
    assert_string_equal (butler_client_error_name (client), "Forbidden");
    assert_int_equal (butler_client_find (client, "old.images"), 200);     //  an answer without an id
    zframe_t *answer = butler_client_send (client, "mmi.yes", NULL, 0);
    assert_true (zframe_streq (answer, "200"));
    assert_int_equal (json_integer_value (butler_client_result (client)), 200);
    zframe_destroy (&answer);
    assert_int_equal (butler_client_find (client, ""), -1);
    butler_client_destroy (&client);
    zactor_destroy (&mirror);
}

static void
find_times_out (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_timeout (self->client, 30);
    assert_int_equal (butler_client_find (self->client, "x"), -1);
    assert_int_equal (butler_client_status (self->client), 0);
}

static void
wrong_arguments_are_errors (void **state)
{
    raw_client_t *self = *state;
    assert_int_equal (butler_client_submit (self->client, "s", "m", "q", 1), 0);
    assert_int_equal (butler_client_status (self->client), -1);
    assert_string_equal (butler_client_error_name (self->client), "ValueError");
    assert_null (butler_client_call (self->client, "s", "m", "i]", 1));
    assert_null (butler_client_call (self->client, "s", "m", "{", 1));
    assert_null (butler_client_call (self->client, "s", "m", "s", "\xff"));
    assert_int_equal (butler_client_submit (self->client, "s", "\xff", ""), 0);
    assert_int_equal (butler_client_submit (self->client, "", "m", ""), 0);
    assert_int_equal (butler_client_submit (self->client, "a\nb", "m", ""), 0);
    char long_name [300];
    memset (long_name, 'x', sizeof long_name - 1);
    long_name [sizeof long_name - 1] = 0;
    assert_int_equal (butler_client_submit (self->client, long_name, "m", ""), 0);
    assert_int_equal (butler_client_find (self->client, long_name), -1);
    json_t *object = json_object ();
    assert_null (butler_client_call_json (self->client, "s", "m", object, NULL));
    assert_int_equal (butler_client_status (self->client), -1);
    json_t *array = json_array ();
    assert_null (butler_client_call_json (self->client, "s", "m", NULL, array));
    json_decref (object);
    json_decref (array);
    assert_int_equal (butler_client_pending (self->client), 0);
    assert_false (raw_router_hears (self->router, 20));
}

static void
wrong_endpoints_are_refused (void **state)
{
    raw_client_t *self = *state;
    const char *const wrong [] = { "", "x", "tcp://", "tcp://127.0.0.1", "foo://x", "%s%n", NULL };
    for (int index = 0; wrong [index]; index++) {
        assert_null (butler_client_new (wrong [index]));
        assert_int_equal (butler_client_connect (self->client, wrong [index]), -1);
    }
    butler_client_t *client = butler_client_new (NULL);
    assert_null (butler_client_socket (client));
    assert_int_equal (butler_client_submit (client, "s", "m", ""), 0);
    assert_string_equal (butler_client_error (client), "ConnectionError: there is no endpoint");
    assert_int_equal (butler_client_recv (client, -1), 0);
    butler_client_destroy (&client);
    butler_client_destroy (&client);
}

static void
rubbish_is_dropped (void **state)
{
    raw_client_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    zframe_t *peer = frame_at (request, 0);
    raw_router_send (self->router, peer, "", NULL);
    raw_router_send (self->router, peer, "x", NULL);
    raw_router_send (self->router, peer, "", "1.0:1", NULL);
    raw_router_send (self->router, peer, "", "1.0:2", "not mine", NULL);
    raw_router_send (self->router, peer, "", "1.0:", "no number", NULL);
    raw_router_send (self->router, peer, "", "1.0:99999999999999999999999", "too long", NULL);
    raw_router_send (self->router, peer, "", "0.3.0:1", "old", NULL);
    raw_router_send (self->router, peer, "", "api.images", "200", NULL);
    raw_router_send (self->router, peer, "", "1.0:1", "a", "b", "c", "d", "e", "f", "g", "h", "i", NULL);
    raw_router_send (self->router, peer, "\x02", NULL);
    s_answer (self->router, &request, "true");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_true (json_is_true (butler_client_result (self->client)));
}

static void
interruption_ends_the_wait (void **state)
{
    raw_client_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    zsys_interrupted = 1;
    assert_int_equal (butler_client_recv (self->client, -1), 0);
    assert_int_equal (errno, EINTR);
    assert_null (butler_client_call (self->client, "s", "m", ""));
    assert_int_equal (errno, EINTR);
    assert_int_equal (butler_client_status (self->client), 0);
    zsys_interrupted = 0;
    zmsg_t *interrupted = raw_router_recv (self->router);
    raw_router_expect_cancel (self->router, interrupted);
    zmsg_destroy (&interrupted);
    s_answer (self->router, &request, "1");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_pending (self->client), 0);
}

static void
before_the_first_request_there_is_nothing (void **state)
{
    raw_client_t *self = *state;
    assert_int_equal (butler_client_status (self->client), 200);
    assert_null (butler_client_error (self->client));
    assert_null (butler_client_result (self->client));
    assert_null (butler_client_body (self->client));
    assert_int_equal (butler_client_size (self->client), 0);
    assert_int_equal (butler_client_wait (self->client), -1);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
}

static void
silent_router_is_left_for_the_next (void **state)
{
    raw_client_t *self = *state;
    zsock_t *second = raw_router_new ();
    butler_client_connect (self->client, zsock_endpoint (second));
    butler_courier_set_interval (&self->client->courier, LONG);
    butler_client_set_timeout (self->client, 100 * LONG);
    butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    zmsg_destroy (&request);
    zsock_t *before = butler_client_socket (self->client);
    //  The first is asked whether it lives, and says nothing
    int64_t now = zclock_mono () + LONG;
    request = raw_client_recv_at (self->client, self->router, now);
    assert_frame (request, 3, "mmi.butler.router");
    zmsg_destroy (&request);
    butler_courier_turn (&self->client->courier, now + 2 * LONG - 1);
    assert_ptr_equal (butler_client_socket (self->client), before);
    now += 2 * LONG + LONG / 2;             //  with the most that chance may add
    butler_courier_turn (&self->client->courier, now);
    assert_ptr_not_equal (butler_client_socket (self->client), before);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    request = raw_client_recv_at (self->client, second, now);
    assert_frame (request, 3, "s");
    s_answer (second, &request, "2");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    zsock_destroy (&second);
}

//  Asked at that time, the router says that it lives
static void
s_answer_probe (raw_client_t *self, int64_t now)
{
    zmsg_t *probe = raw_client_recv_at (self->client, self->router, now);
    assert_frame (probe, 3, "mmi.butler.router");
    raw_router_answer (self->router, probe, "butler.router", "200", NULL);
    raw_client_take_at (self->client, now);
    zmsg_destroy (&probe);
}

static void
router_that_answers_a_probe_is_kept (void **state)
{
    raw_client_t *self = *state;
    butler_client_connect (self->client, "tcp://127.0.0.1:1");
    butler_courier_set_interval (&self->client->courier, LONG);
    butler_client_set_timeout (self->client, 100 * LONG);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    zsock_t *before = butler_client_socket (self->client);
    int64_t now = zclock_mono ();
    for (int count = 0; count < 4; count++)
        s_answer_probe (self, now += LONG);
    assert_ptr_equal (butler_client_socket (self->client), before);
    s_answer (self->router, &request, "1");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
}

static void
router_that_nobody_listened_to_is_kept (void **state)
{
    raw_client_t *self = *state;
    butler_client_connect (self->client, "tcp://127.0.0.1:1");
    butler_courier_set_interval (&self->client->courier, LONG);
    butler_client_set_timeout (self->client, 100 * LONG);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    zsock_t *before = butler_client_socket (self->client);
    int64_t now = zclock_mono ();
    for (int count = 0; count < 9; count++)         //  more often than there may be sockets
        s_answer_probe (self, now += 4 * LONG);     //  until then the program is busy, and asks nothing
    assert_ptr_equal (butler_client_socket (self->client), before);
    s_answer (self->router, &request, "1");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
}

static void
absent_router_is_left_for_the_next (void **state)
{
    raw_client_t *self = *state;
    char *nowhere = s_nowhere ();
    butler_client_t *client = butler_client_new (nowhere);
    zstr_free (&nowhere);
    butler_client_connect (client, zsock_endpoint (self->router));
    butler_courier_set_interval (&client->courier, LONG);
    butler_client_set_timeout (client, 100 * LONG);
    zsock_t *before = butler_client_socket (client);
    const int64_t early = zclock_mono ();
    const uint64_t number = butler_client_submit (client, "s", "m", "");
    butler_courier_turn (&client->courier, early + LONG - 1);
    assert_ptr_equal (butler_client_socket (client), before);
    zmsg_t *request = raw_client_recv_at (client, self->router, zclock_mono () + LONG + LONG / 2);
    assert_frame (request, 3, "s");
    s_answer (self->router, &request, "1");
    assert_int_equal (butler_client_recv (client, PATIENCE), number);
    assert_int_equal (butler_client_status (client), 200);
    butler_client_destroy (&client);
}

static void
destroy_forgets_what_is_open (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_persistent (self->client, false);
    butler_client_set_retries (self->client, 3);
    for (int count = 0; count < 100; count++)
        butler_client_submit (self->client, "s", "m", "i", count);
    for (int count = 0; count < 50; count++)
        raw_router_serve (self->router, "[1]");
    zmq_pollitem_t item = { .socket = zsock_resolve (butler_client_socket (self->client)), .events = ZMQ_POLLIN };
    assert_int_equal (zmq_poll (&item, 1, PATIENCE), 1);
    assert_true (butler_client_recv (self->client, 0) > 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        RAW_CLIENT_TEST (request_has_five_frames),
        RAW_CLIENT_TEST (kwargs_are_sent_where_there_are_some),
        RAW_CLIENT_TEST (persistent_expiration_covers_all_attempts),
        RAW_CLIENT_PATIENT_TEST (answer_ends_its_request),
        RAW_CLIENT_PATIENT_TEST (bare_text_of_an_old_worker_is_a_string),
        RAW_CLIENT_PATIENT_TEST (error_has_its_parts),
        RAW_CLIENT_PATIENT_TEST (bare_404_is_an_error),
        RAW_CLIENT_PATIENT_TEST (answers_come_as_they_come),
        RAW_CLIENT_TEST (a_thousand_requests_are_each_answered_once),
        RAW_CLIENT_TEST (timeout_comes_once),
        RAW_CLIENT_TEST (short_timeouts_overtake_long_ones),
        cmocka_unit_test (without_a_router_nothing_is_sent),
        cmocka_unit_test (requests_wait_for_the_router_in_their_order),
        RAW_CLIENT_TEST (router_restart_is_survived),
        RAW_CLIENT_TEST (persistent_client_sends_once),
        RAW_CLIENT_TEST (other_client_sends_each_attempt_over_a_new_socket),
        RAW_CLIENT_TEST (answer_to_an_earlier_attempt_counts),
        RAW_CLIENT_TEST (expiry_of_one_attempt_does_not_end_the_request),
        RAW_CLIENT_TEST (others_in_flight_are_not_disturbed_by_a_new_attempt),
        cmocka_unit_test (call_returns_its_result),
        cmocka_unit_test (call_keeps_the_answers_to_others),
        cmocka_unit_test (send_returns_raw_bytes),
        cmocka_unit_test (find_tells_who_is_there),
        RAW_CLIENT_TEST (find_times_out),
        RAW_CLIENT_TEST (wrong_arguments_are_errors),
        RAW_CLIENT_TEST (wrong_endpoints_are_refused),
        RAW_CLIENT_PATIENT_TEST (rubbish_is_dropped),
        RAW_CLIENT_PATIENT_TEST (interruption_ends_the_wait),
        RAW_CLIENT_TEST (before_the_first_request_there_is_nothing),
        RAW_CLIENT_TEST (silent_router_is_left_for_the_next),
        RAW_CLIENT_TEST (router_that_answers_a_probe_is_kept),
        RAW_CLIENT_TEST (router_that_nobody_listened_to_is_kept),
        RAW_CLIENT_TEST (absent_router_is_left_for_the_next),
        RAW_CLIENT_PATIENT_TEST (destroy_forgets_what_is_open),
    };
    return cmocka_run_group_tests_name ("client", tests, NULL, NULL);
}
