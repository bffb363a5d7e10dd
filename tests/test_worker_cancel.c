/*  test_worker_cancel.c - what a worker is told of its requests: attempts, traces, and that nobody waits
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_worker.h"
#include "butler_client.h"
#include "butler_router.h"

#define ROWS(table) (sizeof (table) / sizeof *(table))
#define WATCH "{\"method\":\"watch\"}"
#define LATER "{\"method\":\"later\"}"

//  ---- handlers

//  Until nobody waits for it, or the gate is open
static json_t *
s_watch (butler_request_t *request, void *arg)
{
    raw_worker_t *self = arg;
    raw_worker_begin (self, NULL);
    while (!butler_request_cancelled (request) && !raw_worker_is_open (self))
        zclock_sleep (1);
    return json_string (butler_request_cancelled (request)? "cancelled": "waited");
}

static json_t *
s_later (butler_request_t *request, void *arg)
{
    raw_worker_begin (arg, request);
    return butler_request_defer (request);
}

static json_t *
s_tell (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_pack ("[i, s]", butler_request_attempt (request), butler_request_trace (request));
}

static void
s_until_cancelled (const butler_request_t *request)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!butler_request_cancelled (request)) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (1);
    }
}

//  ---- fixture

static int
s_setup (void **state)
{
    raw_worker_t *self = raw_worker_new ();
    butler_service_register (self->service, "watch ()", s_watch, self);
    butler_service_register (self->service, "later ()", s_later, self);
    butler_service_set_direct (self->service, s_tell, self);
    *state = self;
    return 0;
}

//  With a part of them in front: its size in one byte, and its bytes
static void
s_append_packed (zmsg_t *message, const char *bytes, size_t size, const char *const *parts)
{
    char packed [512];
    memcpy (packed, bytes, size);
    for (; *parts; parts++) {
        const size_t length = strlen (*parts);
        packed [size++] = (char) length;
        memcpy (packed + size, *parts, length);
        size += length;
    }
    zmsg_addmem (message, packed, size);
}

static void
s_send_packed (raw_worker_t *self, const char *token, const char *bytes, size_t size, const char *const *parts)
{
    zmsg_t *message = zmsg_new ();
    zframe_t *peer = zframe_dup (self->peer);
    zmsg_append (message, &peer);
    s_append_packed (message, bytes, size, parts);
    zmsg_addstr (message, token);
    assert_int_equal (zmsg_send (&message, self->router), 0);
}

#define PACKED(bytes) bytes, sizeof bytes - 1

//  A direct request with 10 s left
static void
s_dispatch_packed (raw_worker_t *self, const char *token, const char *trace)
{
    const char *const parts [] = { "1.0:7", "api.test", trace, NULL };
    s_send_packed (self, token, PACKED ("\xB5\x7E\x01\x01" "\x01\x02" "\x80\0\0\0\0\0\x27\x10"), parts);
}

static void
s_cancel_packed (raw_worker_t *self, const char *token)
{
    const char *const parts [] = { "1.0:7", NULL };
    s_send_packed (self, token, PACKED ("\xB5\x7E\x01\x04"), parts);
}

//  The notice that cancels a request: fresh
static char *
s_notice (const char *token)
{
    char digits [2 * 255 + 1] = "";
    for (size_t index = 0; token [index]; index++)
        sprintf (digits + 2 * index, "%02x", (unsigned char) token [index]);
    return zsys_sprintf ("{\"cancel\": \"%s\"}", digits);
}

static void
s_cancel (raw_worker_t *self, const char *token)
{
    char *notice = s_notice (token);
    raw_router_send (self->router, self->peer, "\x02", notice, NULL);
    zstr_free (&notice);
}

//  ---- what a handler sees

static void
running_request_hears_that_its_client_gave_up (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    void (*const cancels []) (raw_worker_t *, const char *) = { s_cancel, s_cancel_packed };
    for (int index = 0; index < 2; index++) {
        raw_worker_dispatch (self, "t", "+60000", WATCH);
        raw_worker_until_begun (self, index + 1);
        cancels [index] (self, "t");
        raw_worker_expect_reply (self, "t", "\"cancelled\"");
    }
    assert_int_equal (actor_stat (self->worker, "cancelled"), 2);
    assert_int_equal (actor_stat (self->worker, "answered"), 2);
    assert_int_equal (actor_stat (self->worker, "held"), 0);
}

static void
one_alone_hears_it (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 3);
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", WATCH);
    raw_worker_dispatch (self, "b", "+60000", WATCH);
    raw_worker_dispatch (self, "c", "+60000", WATCH);
    raw_worker_until_begun (self, 3);
    s_cancel (self, "b");
    raw_worker_expect_reply (self, "b", "\"cancelled\"");
    s_cancel (self, "b");                   //  is answered by now
    raw_worker_dispatch (self, "b", "+60000", WATCH);
    raw_worker_until_begun (self, 4);
    raw_worker_open_gate (self);
    for (int count = 0; count < 3; count++) {
        zmsg_t *reply = raw_worker_recv (self);
        assert_frame (reply, 5, "\"waited\"");
        zmsg_destroy (&reply);
    }
    assert_int_equal (actor_stat (self->worker, "cancelled"), 1);
}

static void
tokens_are_of_any_size (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    char longest [256];
    memset (longest, 0xa5, 255);
    longest [255] = 0;
    const char *const tokens [] = { "\x07", "\x01\xFF\x80\x02\x03\x04\x05\x06\x07", longest };
    for (size_t index = 0; index < ROWS (tokens); index++) {
        raw_worker_dispatch (self, tokens [index], "+60000", WATCH);
        raw_worker_until_begun (self, (int) index + 1);
        s_cancel (self, tokens [index]);
        raw_worker_expect_reply (self, tokens [index], "\"cancelled\"");
    }
}

static void
several_notices_come_at_a_time (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 2);
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", WATCH);
    raw_worker_dispatch (self, "b", "+60000", WATCH);
    raw_worker_until_begun (self, 2);
    raw_router_send (self->router, self->peer, "\x02", "{\"news\": 1}", "{\"cancel\": \"61\"}", "no JSON",
                     "{\"cancel\": \"62\", \"more\": []}", NULL);
    for (int count = 0; count < 2; count++) {
        zmsg_t *reply = raw_worker_recv (self);
        assert_frame (reply, 5, "\"cancelled\"");
        zmsg_destroy (&reply);
    }
}

//  The request's token is "z", 7a
static void
notices_that_are_none_are_ignored (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "z", "+60000", WATCH);
    raw_worker_until_begun (self, 1);
    char longer [2 * 256 + 32] = "{\"cancel\": \"";
    memset (longer + strlen (longer), '7', 2 * 256);
    strcat (longer, "\"}");
    const char *const notices [] = {
        "", "cancel", "{", "[]", "[\"7a\"]", "\"7a\"", "{}", "{\"cancel\": null}", "{\"cancel\": 122}", "{\"cancel\": \"\"}",
        "{\"cancel\": [\"7a\"]}", "{\"cancel\": \"z\"}", "{\"cancel\": \"7\"}", "{\"cancel\": \"7A\"}", "{\"cancel\": \"7a7\"}",
        "{\"cancel\": \"7a \"}", "{\"cancel\": \"7a7a\"}", "{\"cancel\": \"7b\"}", "{\"Cancel\": \"7a\"}", longer,
        "{\"cancel\": \"7\xC3\xA4\"}", "{\"cancel\": \"7a\\u0000\"}", "{\"cancelled\": \"7a\"}"
    };
    for (size_t index = 0; index < ROWS (notices); index++)
        raw_router_send (self->router, self->peer, "\x02", notices [index], NULL);
    s_cancel_packed (self, "y");
    s_cancel_packed (self, "");
    raw_worker_dispatch (self, "last", "+60000", "x");
    raw_worker_until_stat (self, "held", 2);
    assert_int_equal (actor_stat (self->worker, "cancelled"), 0);
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "z", "\"waited\"");
}

//  A request whose time ends while its handler runs. One that a busy machine does not begin in time is not run.
static void
s_let_expire (raw_worker_t *self)
{
    const int begun = raw_worker_begun (self);
    char time [16];
    for (int ms = 50; raw_worker_begun (self) == begun; ms *= 2) {
        assert_true (ms < PATIENCE);
        snprintf (time, sizeof time, "+%d", ms);
        raw_worker_dispatch (self, "t", time, WATCH);
        zmsg_t *reply = raw_worker_recv (self);
        zframe_t *last = frame_at (reply, 5);
        if (raw_worker_begun (self) > begun)
            assert_frame (reply, 5, "\"cancelled\"");
        else
            assert_memory_equal (zframe_data (last), "504:expired:", 12);
        zmsg_destroy (&reply);
    }
}

static void
end_of_its_time_needs_no_message (void **state)
{
    raw_worker_t *self = *state;
    for (int threads = 1; threads >= 0; threads--) {
        butler_service_set_threads (self->service, threads);
        raw_worker_start (self);
        s_let_expire (self);
        zactor_destroy (&self->worker);
        zmsg_t *leave = raw_worker_recv (self);
        zmsg_destroy (&leave);
    }
}

//  It may be given to another worker by now
static void
router_that_is_lost_awaits_nothing (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 2);
    raw_worker_start (self);
    raw_worker_t other = { .router = raw_router_new () };
    raw_worker_connect (&other, self->worker);
    raw_worker_dispatch (self, "t", "+60000", WATCH);
    raw_worker_dispatch (&other, "t", "+60000", WATCH);
    raw_worker_until_begun (self, 2);
    raw_router_send (self->router, self->peer, "\x03", NULL);
    raw_worker_until_stat (self, "stale", 1);        //  its handler stopped
    assert_int_equal (actor_stat (self->worker, "held"), 1);
    assert_int_equal (actor_stat (self->worker, "cancelled"), 0);
    raw_worker_expect_ready (self);
    s_cancel (self, "t");                   //  the other router's has the same token
    raw_worker_dispatch (self, "u", "+60000", WATCH);
    raw_worker_until_stat (self, "held", 2);
    raw_worker_open_gate (self);
    raw_worker_expect_reply (&other, "t", "\"waited\"");
    raw_worker_expect_reply (self, "u", "\"waited\"");
    zframe_destroy (&other.peer);
    zsock_destroy (&other.router);
}

//  ---- what is not begun

static void
waiting_request_is_not_begun_and_gives_its_place_back (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", WAIT);
    raw_worker_until_begun (self, 1);
    raw_worker_dispatch (self, "b", "+60000", WAIT);
    raw_worker_dispatch (self, "c", "+60000", WAIT);
    raw_worker_dispatch (self, "d", "+60000", WAIT);
    raw_worker_until_stat (self, "held", 4);
    s_cancel (self, "c");
    raw_worker_expect_reply (self, "c", "500:exception:{\"name\":\"CancelledError\"");
    s_cancel_packed (self, "d");
    raw_worker_expect_reply (self, "d", "500:exception:");
    raw_worker_until_stat (self, "held", 2);
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    raw_worker_expect_reply (self, "b", "\"waited\"");
    assert_int_equal (raw_worker_begun (self), 2);
    assert_int_equal (actor_stat (self->worker, "cancelled"), 2);
    assert_int_equal (actor_stat (self->worker, "received"), 4);
    assert_int_equal (actor_stat (self->worker, "answered"), 4);
}

//  Some are still in the reactor's hands when the next message says that they are cancelled
static void
request_and_its_cancellation_may_come_together (void **state)
{
    enum { MANY = 60 };
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", WAIT);
    raw_worker_until_begun (self, 1);
    char token [16];
    for (int count = 0; count < MANY; count++) {
        snprintf (token, sizeof token, "%d", count);
        raw_worker_dispatch (self, token, "+60000", WAIT);
        s_cancel (self, token);
    }
    for (int count = 0; count < MANY; count++) {
        snprintf (token, sizeof token, "%d", count);
        raw_worker_expect_reply (self, token, "500:exception:");
    }
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    assert_int_equal (raw_worker_begun (self), 1);
}

//  Cancelled in whatever order, and while handlers take them
static void
cancellation_and_handlers_may_meet (void **state)
{
    enum { MANY = 300 };
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 4);
    butler_service_set_capacity (self->service, MANY);
    raw_worker_start (self);
    raw_worker_open_gate (self);
    char token [16];
    for (int count = 0; count < MANY; count++) {
        snprintf (token, sizeof token, "%d", count);
        raw_worker_dispatch (self, token, "+60000", WATCH);
    }
    for (int count = 0; count < MANY; count++) {
        snprintf (token, sizeof token, "%d", count * 7 % MANY);
        s_cancel (self, token);
    }
    for (int count = 0; count < MANY; count++) {
        zmsg_t *reply = raw_worker_recv (self);
        assert_frame (reply, 1, "\x04");
        zmsg_destroy (&reply);
    }
    assert_int_equal (actor_stat (self->worker, "held"), 0);
    assert_int_equal (actor_stat (self->worker, "answered"), MANY);
}

//  ---- what is put aside

static void
deferred_request_hears_it (void **state)
{
    raw_worker_t *self = *state;
    for (int threads = 1; threads >= 0; threads--) {
        butler_service_set_threads (self->service, threads);
        raw_worker_start (self);
        raw_worker_dispatch (self, "t", "+60000", LATER);
        butler_request_t *request = raw_worker_until_begun (self, 2 - threads);
        raw_worker_until_stat (self, "deferred", 1);
        assert_false (butler_request_cancelled (request));
        s_cancel (self, "t");
        s_until_cancelled (request);
        butler_request_answer_json (request, json_true ());
        assert_int_equal (butler_request_reply (&request), 0);
        raw_worker_expect_reply (self, "t", "true");
        zactor_destroy (&self->worker);
        zmsg_t *leave = raw_worker_recv (self);
        zmsg_destroy (&leave);
    }
}

static void
deferred_request_outlives_its_worker (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "t", "+60000", LATER);
    butler_request_t *request = raw_worker_until_begun (self, 1);
    raw_worker_until_stat (self, "deferred", 1);
    zactor_destroy (&self->worker);
    assert_true (butler_request_cancelled (request));
    butler_request_destroy (&request);
}

static void
drain_does_not_wait_for_what_is_cancelled (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "t", "+60000", LATER);
    butler_request_t *request = raw_worker_until_begun (self, 1);
    zstr_send (self->worker, "DRAIN");
    zmsg_t *leave = raw_worker_recv (self);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
    raw_router_send (self->router, self->peer, "\x05", NULL);
    s_cancel (self, "t");
    assert_next_answer (self->worker, "OK");
    butler_request_destroy (&request);
    raw_worker_until_stat (self, "held", 0);
}

//  ---- attempt and trace

static void
attempt_and_trace_are_told (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "t", "+10000", "x");
    raw_worker_expect_reply (self, "t", "[0,\"\"]");
    s_dispatch_packed (self, "t", "00-4bf9-01");
    zmsg_t *reply = raw_worker_recv (self);
    assert_memory_equal (zframe_data (frame_at (reply, 1)), "\xB5\x7E\x01\x02\x05" "1.0:7", 10);
    char *packed = zframe_strdup (frame_at (reply, 1));
    assert_string_equal (packed + 10, "[258,\"00-4bf9-01\"]");
    zstr_free (&packed);
    zmsg_destroy (&reply);
    const struct {
        const char *frame, *told;
    } rows [] = {
        { "{\"attempt\": 0}", "[0,\"\"]" },
        { "{\"attempt\": 2, \"traceparent\": \"00-4bf9-02\", \"more\": 1}", "[2,\"00-4bf9-02\"]" },
        { "{\"attempt\": 65535, \"traceparent\": \"\"}", "[65535,\"\"]" },
        { "{\"traceparent\": \"gr\xC3\xBC\xC3\x9F dich\"}", "[0,\"gr\xC3\xBC\xC3\x9F dich\"]" },
        //  What is wrong says nothing
        { "{\"attempt\": 65536}", "[0,\"\"]" },
        { "{\"attempt\": -1, \"traceparent\": \"x\"}", "[0,\"x\"]" },
        { "{\"attempt\": \"1\", \"traceparent\": 5}", "[0,\"\"]" },
        { "{\"attempt\": 1.5, \"traceparent\": \"two\\nlines\"}", "[0,\"\"]" },
        { "[1]", "[0,\"\"]" },
        { "no JSON", "[0,\"\"]" },
        { "", "[0,\"\"]" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        raw_router_send (self->router, self->peer, "t", "", "1.0:7", "api.test", "+10000", "x", rows [index].frame, NULL);
        raw_worker_expect_reply (self, "t", rows [index].told);
    }
}

static void
trace_has_a_limit (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    for (int size = 255; size <= 256; size++) {
        char extra [300];
        snprintf (extra, sizeof extra, "{\"traceparent\": \"%0*d\"}", size, 0);
        raw_router_send (self->router, self->peer, "t", "", "1.0:7", "api.test", "+10000", "x", extra, NULL);
        raw_worker_expect_reply (self, "t", size == 255? "[0,\"000": "[0,\"\"]");
    }
}

static void
worker_asks_for_the_seventh_frame (void **state)
{
    raw_worker_t *self = *state;
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "CONNECT", zsock_endpoint (self->router), NULL);
    zmsg_t *ready = raw_router_recv (self->router);
    char *properties = zframe_strdup (frame_at (ready, 3));
    assert_non_null (strstr (properties, "\"packed\":1,\"request\":2,"));
    free (properties);
    zmsg_destroy (&ready);
}

//  ---- taken one by one

static void
loop_hears_it (void **state)
{
    raw_worker_t *self = *state;
    butler_worker_t *worker = butler_worker_new (zsock_endpoint (self->router), "api.test");
    butler_worker_set_timeout (worker, PATIENCE);
    raw_worker_expect_ready (self);
    butler_worker_set_capacity (worker, 3);
    raw_worker_expect_ready (self);
    raw_router_send (self->router, self->peer, "a", "", "1.0:7", "api.test", "+60000", "x", "{\"attempt\": 3}", NULL);
    butler_request_t *first = butler_worker_recv (worker, NULL);
    assert_non_null (first);
    assert_int_equal (butler_request_attempt (first), 3);
    assert_false (butler_request_cancelled (first));
    //  One that is cancelled before it is taken is answered while the loop does something else
    raw_worker_dispatch (self, "b", "+60000", "never seen");
    s_cancel (self, "b");
    raw_worker_expect_reply (self, "b", "500:exception:");
    s_cancel_packed (self, "a");
    s_until_cancelled (first);
    raw_worker_dispatch (self, "c", "+60000", "y");
    butler_request_t *second = butler_worker_recv (worker, &first);
    assert_non_null (second);
    assert_memory_equal (butler_request_body (second), "y", 1);
    raw_worker_expect_reply (self, "a", "500:exception:");
    butler_worker_destroy (&worker);
    assert_true (butler_request_cancelled (second));
    butler_request_destroy (&second);
}

//  ---- a limit for the end

static void
s_expect_leave (raw_worker_t *self)
{
    zmsg_t *leave = raw_worker_recv (self);
    assert_frame (leave, 1, "\x05");
    zmsg_destroy (&leave);
    raw_router_send (self->router, self->peer, "\x05", NULL);
}

static void
drain_within_its_limit_is_done (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", WATCH);
    raw_worker_until_begun (self, 1);
    zstr_sendx (self->worker, "DRAIN", "60000", NULL);
    s_expect_leave (self);
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "a", "\"waited\"");
    assert_next_answer (self->worker, "OK");
}

static void
drain_beyond_its_limit_says_so (void **state)
{
    raw_worker_t *self = *state;
    butler_service_set_threads (self->service, 2);
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", WATCH);
    raw_worker_dispatch (self, "b", "+60000", WAIT);
    raw_worker_dispatch (self, "c", "+60000", WAIT);
    raw_worker_until_begun (self, 2);
    raw_worker_until_stat (self, "held", 3);
    zstr_sendx (self->worker, "DRAIN", "50", NULL);
    s_expect_leave (self);
    assert_next_answer (self->worker, "ERROR requests that are not done: 2");
    raw_worker_expect_reply (self, "c", "503:unavailable:");     //  was not begun
    raw_worker_expect_reply (self, "a", "\"cancelled\"");        //  has looked
    zstr_send (self->worker, "DRAIN");
    zstr_sendx (self->worker, "DRAIN", "0", NULL);
    assert_next_answer (self->worker, "ERROR it is draining already");
    raw_worker_open_gate (self);
    raw_worker_expect_reply (self, "b", "\"cancelled\"");        //  and goes out all the same
    assert_next_answer (self->worker, "OK");
    assert_int_equal (raw_worker_begun (self), 2);
}

static void
drain_without_time_gives_back_what_is_not_begun (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    raw_worker_dispatch (self, "a", "+60000", LATER);
    butler_request_t *request = raw_worker_until_begun (self, 1);
    raw_worker_until_stat (self, "deferred", 1);
    zstr_sendx (self->worker, "DRAIN", "0", NULL);
    s_expect_leave (self);
    assert_next_answer (self->worker, "ERROR requests that are not done: 1");
    assert_true (butler_request_cancelled (request));
    butler_request_destroy (&request);
    raw_worker_until_stat (self, "held", 0);
    zstr_send (self->worker, "DRAIN");
    assert_next_answer (self->worker, "OK");
}

//  Before each but the first the worker has looked whether it is done
static void
s_expect_beats (raw_worker_t *self, int count)
{
    while (count--) {
        zmsg_t *beat = raw_router_recv (self->router);
        assert_frame (beat, 1, "\x02");
        raw_router_send (self->router, self->peer, "\x02", NULL);
        zmsg_destroy (&beat);
    }
}

//  Of those that a handler put aside, it waits for those that clients wait for
static void
drain_beyond_its_limit_loses_nothing (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    zstr_sendx (self->worker, "SET", "heartbeat", "50", NULL);
    assert_next_answer (self->worker, "OK");
    zstr_sendx (self->worker, "SET", "liveness", "100", NULL);
    assert_next_answer (self->worker, "OK");
    butler_request_t *request [3];
    for (int index = 0; index < 3; index++) {
        raw_worker_dispatch (self, &"a\0b\0c" [2 * index], index < 2? "+60000": "+2000", LATER);
        request [index] = raw_worker_until_begun (self, index + 1);
    }
    raw_worker_until_stat (self, "deferred", 3);
    zstr_sendx (self->worker, "DRAIN", "0", NULL);
    s_expect_leave (self);
    assert_next_answer (self->worker, "ERROR requests that are not done: 3");
    assert_true (butler_request_cancelled (request [0]));
    zstr_send (self->worker, "DRAIN");
    s_expect_beats (self, 3);
    butler_request_answer_json (request [0], json_true ());
    assert_int_equal (butler_request_reply (&request [0]), 0);
    raw_worker_expect_reply (self, "a", "true");
    s_cancel (self, "b");
    assert_next_answer (self->worker, "OK");         //  and the last one's time is over
    assert_true (butler_request_time_left (request [2]) <= 0);
    butler_request_destroy (&request [1]);
    butler_request_destroy (&request [2]);
}

static void
limit_that_is_none_is_refused (void **state)
{
    raw_worker_t *self = *state;
    raw_worker_start (self);
    const char *const limits [] = { "", "soon", "-1", "3600001", "1.5" };
    for (size_t index = 0; index < ROWS (limits); index++) {
        zstr_sendx (self->worker, "DRAIN", limits [index], NULL);
        char *answer = zstr_recv (self->worker);
        assert_memory_equal (answer, "ERROR ", 6);
        zstr_free (&answer);
    }
    raw_worker_dispatch (self, "t", "+10000", "x");              //  it has not left
    raw_worker_expect_reply (self, "t", "[0,\"\"]");
}

//  ---- with a real router, and our client

static void
s_tell_actor (zactor_t *actor, const char *command, const char *first, const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    char *answer = zstr_recv (actor);
    assert_non_null (answer);
    assert_int_not_equal (strncmp (answer, "ERROR", 5), 0);
    zstr_free (&answer);
}

//  Frames first, and packed once the client knows that it may. The worker has a place for one more, which
//  waits behind the one that runs.
static void
client_gives_up_and_handlers_hear_it (void **state)
{
    enum { MANY = 40 };
    raw_worker_t *self = *state;
    butler_service_set_capacity (self->service, 2);
    zactor_t *router = zactor_new (butler_router, NULL);
    s_tell_actor (router, "SET", "service/unknown", "queue");
    s_tell_actor (router, "BIND", "frontend", "inproc://cancel-front");
    s_tell_actor (router, "BIND", "backend", "inproc://cancel-back");
    self->worker = zactor_new (butler_worker, self->service);
    s_tell_actor (self->worker, "CONNECT", "inproc://cancel-back", NULL);
    butler_client_t *client = butler_client_new ("inproc://cancel-front");
    butler_client_set_timeout (client, 60000);
    for (int count = 0; count < MANY; count++) {
        const uint64_t runs = butler_client_submit (client, "api.test", "watch", NULL);
        const uint64_t waits = butler_client_submit (client, "api.test", "watch", NULL);
        assert_true (runs && waits);
        butler_client_recv (client, 0);         //  sends them
        raw_worker_until_begun (self, count + 1);
        raw_worker_until_stat (self, "held", 2);
        assert_int_equal (butler_client_cancel (client, waits), 0);
        raw_worker_until_stat (self, "held", 1);         //  while the other runs
        assert_int_equal (butler_client_cancel (client, runs), 0);
        raw_worker_until_stat (self, "held", 0);
    }
    assert_int_equal (raw_worker_begun (self), MANY);
    assert_int_equal (actor_stat (self->worker, "cancelled"), 2 * MANY);
    assert_int_equal (actor_stat (self->worker, "answered"), 2 * MANY);
    raw_worker_open_gate (self);
    json_t *result = butler_client_call (client, "api.test", "wait", NULL);
    assert_string_equal (json_string_value (result), "waited");
    json_decref (result);
    butler_client_destroy (&client);
    zactor_destroy (&self->worker);
    zactor_destroy (&router);
}

int
main (void)
{
#define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, raw_worker_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (running_request_hears_that_its_client_gave_up),
        S_TEST (one_alone_hears_it),
        S_TEST (tokens_are_of_any_size),
        S_TEST (several_notices_come_at_a_time),
        S_TEST (notices_that_are_none_are_ignored),
        S_TEST (end_of_its_time_needs_no_message),
        S_TEST (router_that_is_lost_awaits_nothing),
        S_TEST (waiting_request_is_not_begun_and_gives_its_place_back),
        S_TEST (request_and_its_cancellation_may_come_together),
        S_TEST (cancellation_and_handlers_may_meet),
        S_TEST (deferred_request_hears_it),
        S_TEST (deferred_request_outlives_its_worker),
        S_TEST (drain_does_not_wait_for_what_is_cancelled),
        S_TEST (attempt_and_trace_are_told),
        S_TEST (trace_has_a_limit),
        S_TEST (worker_asks_for_the_seventh_frame),
        S_TEST (loop_hears_it),
        S_TEST (drain_within_its_limit_is_done),
        S_TEST (drain_beyond_its_limit_says_so),
        S_TEST (drain_without_time_gives_back_what_is_not_begun),
        S_TEST (drain_beyond_its_limit_loses_nothing),
        S_TEST (limit_that_is_none_is_refused),
        S_TEST (client_gives_up_and_handlers_hear_it),
    };
    return cmocka_run_group_tests_name ("worker_cancel", tests, NULL, NULL);
}
