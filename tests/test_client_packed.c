/*  test_client_packed.c - a client that learns whether its router reads the packed envelope
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_client.h"

#define MANY 16                     //  requests after which it asks
#define HEAD 14                     //  bytes of a packed request in front of its api:id

static zmsg_t *
s_recv (zsock_t *router)
{
    zmsg_t *message = zmsg_recv (router);
    assert_non_null (message);
    return message;
}

static bool
s_is_packed (zmsg_t *message)
{
    zframe_t *frame = frame_at (message, 1);
    return zframe_size (frame) > HEAD && memcmp (zframe_data (frame), "\xB5\x7E\x01\x01\0\0", 6) == 0;
}

//  A request in frames is echoed
static void
s_echo_frames (zsock_t *router, zmsg_t *request)
{
    assert_int_equal (zmsg_size (request), 6);
    zmsg_t *answer = zmsg_new ();
    const size_t kept [] = { 0, 1, 2, 5 };
    for (size_t index = 0; index < 4; index++) {
        zframe_t *frame = zframe_dup (frame_at (request, kept [index]));
        zmsg_append (answer, &frame);
    }
    assert_int_equal (zmsg_send (&answer, router), 0);
}

//  A packed one, too: its body stands behind api:id, service and trace, or in a frame of its own
static void
s_echo_packed (zsock_t *router, zmsg_t *request)
{
    zframe_t *packed = frame_at (request, 1);
    const uint8_t *id = zframe_data (packed) + HEAD, *end = zframe_data (packed) + zframe_size (packed);
    const uint8_t *service = id + 1 + *id, *trace = service + 1 + *service, *body = trace + 1 + *trace;
    assert_true (body <= end);
    uint8_t answer [4096];
    const size_t body_size = (size_t) (end - body);
    assert_true (body_size + 300 < sizeof answer);
    memcpy (answer, "\xB5\x7E\x01\x02", 4);
    memcpy (answer + 4, id, 1 + (size_t) *id);
    memcpy (answer + 5 + *id, body, body_size);
    zmsg_t *message = zmsg_new ();
    zframe_t *peer = zframe_dup (frame_at (request, 0));
    zmsg_append (message, &peer);
    zmsg_addmem (message, answer, 5 + (size_t) *id + body_size);
    if (zmsg_size (request) > 2) {
        zframe_t *apart = zframe_dup (frame_at (request, 2));
        zmsg_append (message, &apart);
    }
    assert_int_equal (zmsg_send (&message, router), 0);
}

static void
s_submit (raw_client_t *self, const char *body, size_t size)
{
    assert_true (butler_client_submit_direct (self->client, "api.echo", body, size) > 0);
}

//  One request and its answer; whether it came packed
static bool
s_exchange (raw_client_t *self, const char *body, size_t size)
{
    s_submit (self, body, size);
    zmsg_t *request = s_recv (self->router);
    const bool packed = s_is_packed (request);
    if (packed)
        s_echo_packed (self->router, request);
    else
        s_echo_frames (self->router, request);
    zmsg_destroy (&request);
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    assert_int_equal (butler_client_size (self->client), size);
    assert_memory_equal (butler_client_body (self->client), body, size);
    return packed;
}

//  Requests in frames until it asks, and the answer to that
static void
s_be_asked (raw_client_t *self, const char *code)
{
    for (int count = 0; count < MANY; count++)
        assert_false (s_exchange (self, "x", 1));
    zmsg_t *probe = s_recv (self->router);
    assert_frame (probe, 3, "mmi.butler.packed");
    raw_router_answer (self->router, probe, "butler.packed", code, NULL);
    zmsg_destroy (&probe);
}

//  The answer is taken in with those to others
static void
s_await_packed (raw_client_t *self)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!s_exchange (self, "x", 1))
        assert_true (zclock_mono () < limit);
}

//  The trace of a packed request
static void
s_assert_trace (zmsg_t *request, const char *trace)
{
    assert_true (s_is_packed (request));
    const uint8_t *id = (uint8_t *) zframe_data (frame_at (request, 1)) + HEAD;
    const uint8_t *service = id + 1 + *id, *found = service + 1 + *service;
    assert_int_equal (*found, strlen (trace));
    assert_memory_equal (found + 1, trace, strlen (trace));
}

//  Answers what the client asks with its first trace, and waits until it packs
static void
s_be_asked_for_a_trace (raw_client_t *self)
{
    s_submit (self, "x", 1);
    zmsg_t *first = s_recv (self->router), *probe = s_recv (self->router);
    assert_frame (probe, 3, "mmi.butler.packed");
    raw_router_answer (self->router, probe, "butler.packed", "200", NULL);
    s_echo_frames (self->router, first);
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    zmsg_destroy (&first);
    zmsg_destroy (&probe);
}

static void
trace_makes_it_ask_at_once_and_is_sent_then (void **state)
{
    raw_client_t *self = *state;
    char longest [256] = "";
    memset (longest, 't', 255);
    assert_int_equal (butler_client_set_trace (self->client, "00-4bf9-00f0-01"), 0);
    s_be_asked_for_a_trace (self);
    static const char *kept = "gr\xC3\xBC\xC3\x9F dich";
    const char *traces [] = { "00-4bf9-00f0-01", longest, NULL, kept, kept, "" };
    for (size_t index = 0; index < sizeof traces / sizeof *traces; index++) {
        assert_int_equal (butler_client_set_trace (self->client, traces [index]), 0);
        s_submit (self, "x", 1);
        assert_int_equal (butler_client_set_trace (self->client, "another's"), 0);
        zmsg_t *request = s_recv (self->router);
        s_assert_trace (request, traces [index]? traces [index]: "");
        s_echo_packed (self->router, request);
        assert_true (butler_client_recv (self->client, PATIENCE) > 0);
        zmsg_destroy (&request);
    }
}

static void
wrong_traces_are_refused (void **state)
{
    raw_client_t *self = *state;
    char longer [257] = "";
    memset (longer, 't', 256);
    const char *wrong [] = { longer, "two\nlines", "\xC3", "\xC2\x9F" };
    assert_int_equal (butler_client_set_trace (self->client, "good"), 0);
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        assert_int_equal (butler_client_set_trace (self->client, wrong [index]), -1);
        assert_int_equal (errno, EINVAL);
    }
    s_be_asked_for_a_trace (self);
    s_submit (self, "x", 1);
    zmsg_t *request = s_recv (self->router);
    s_assert_trace (request, "good");
    zmsg_destroy (&request);
}

static void
who_sends_few_does_not_ask (void **state)
{
    raw_client_t *self = *state;
    for (int count = 0; count < MANY - 1; count++)
        assert_false (s_exchange (self, "x", 1));
    assert_false (raw_router_hears (self->router, 0));
}

static void
router_that_reads_it_gets_it (void **state)
{
    raw_client_t *self = *state;
    s_be_asked (self, "200");
    s_await_packed (self);
    static char large [5000];
    memset (large, 'l', sizeof large);
    const size_t sizes [] = { 0, 1, 2048, 2049, 5000 };
    for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++)
        assert_true (s_exchange (self, large, sizes [index]));
}

static void
router_that_does_not_goes_on_with_frames (void **state)
{
    raw_client_t *self = *state;
    s_be_asked (self, "400");
    for (int count = 0; count < 3 * MANY; count++)
        assert_false (s_exchange (self, "x", 1));       //  and is not asked again
}

//  Of a packed request: in the same envelope
static void
s_expect_cancel (zsock_t *router, zmsg_t *request)
{
    zmsg_t *message = s_recv (router);
    assert_int_equal (zmsg_size (message), 2);
    assert_true (zframe_eq (frame_at (message, 0), frame_at (request, 0)));
    const uint8_t *id = zframe_data (frame_at (request, 1)) + HEAD;
    zframe_t *packed = frame_at (message, 1);
    assert_int_equal (zframe_size (packed), 5 + (size_t) *id);
    assert_memory_equal (zframe_data (packed), "\xB5\x7E\x01\x04", 4);
    assert_memory_equal (zframe_data (packed) + 4, id, 1 + (size_t) *id);
    zmsg_destroy (&message);
}

static void
cancel_is_packed_where_the_channel_is (void **state)
{
    raw_client_t *self = *state;
    s_be_asked (self, "200");
    s_await_packed (self);
    const uint64_t number = butler_client_submit_direct (self->client, "api.echo", "x", 1);
    zmsg_t *request = s_recv (self->router);
    assert_int_equal (butler_client_cancel (self->client, number), 0);
    s_expect_cancel (self->router, request);
    zmsg_destroy (&request);
    assert_true (s_exchange (self, "x", 1));
}

//  Another router may be there now, which knows nothing of it and says nothing
static void
silence_makes_it_begin_anew (void **state)
{
    raw_client_t *self = *state;
    s_be_asked (self, "200");
    s_await_packed (self);
    butler_client_set_timeout (self->client, 50);
    s_submit (self, "lost", 4);
    zmsg_t *lost = s_recv (self->router);
    assert_true (s_is_packed (lost));
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    assert_int_equal (butler_client_status (self->client), 0);
    s_expect_cancel (self->router, lost);
    zmsg_destroy (&lost);
    butler_client_set_timeout (self->client, PATIENCE);
    s_be_asked (self, "200");
    s_await_packed (self);
}


int
main (void)
{
    const struct CMUnitTest tests [] = {
        RAW_CLIENT_PATIENT_TEST (who_sends_few_does_not_ask),
        RAW_CLIENT_PATIENT_TEST (trace_makes_it_ask_at_once_and_is_sent_then),
        RAW_CLIENT_PATIENT_TEST (wrong_traces_are_refused),
        RAW_CLIENT_PATIENT_TEST (router_that_reads_it_gets_it),
        RAW_CLIENT_PATIENT_TEST (router_that_does_not_goes_on_with_frames),
        RAW_CLIENT_PATIENT_TEST (cancel_is_packed_where_the_channel_is),
        RAW_CLIENT_PATIENT_TEST (silence_makes_it_begin_anew),
    };
    return cmocka_run_group_tests_name ("client_packed", tests, NULL, NULL);
}
