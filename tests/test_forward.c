/*  test_forward.c - tests of butler_forward
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "count_malloc.h"
#include "wire_pair.h"
#include "wire/butler_fields.h"
#include "wire/butler_forward.h"

//  The client's pair and the workers': requests come in on one, and go out on the other
static wire_pair_t s_front, s_back;

static void
s_send_request (const void *body, size_t size)
{
    zmq_msg_t msg = wire_body (body, size);
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_put_request (&frames, butler_span_string ("1.0:42"), butler_span_string ("api.images"),
                        butler_span_string ("+2500"), &msg);
    assert_int_equal (butler_frames_send (&frames, 0, s_front.peer [0]), 0);
}

static void
s_send_reply (const char *token, const void *response, size_t size)
{
    zmq_msg_t msg = wire_body (response, size);
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_put_reply (&frames, butler_span_string (token), butler_span_string ("1.0:42"), &msg);
    assert_int_equal (butler_frames_send (&frames, 0, s_back.peer [1]), 0);
}

static void
s_recv_parsed (butler_frames_t *frames, butler_view_t *view, butler_side_t side, void *socket)
{
    assert_int_equal (wire_recv (frames, socket), 0);
    assert_int_equal (butler_view_parse (view, side, frames), 0);
}

//  With another expiration ("": as it came); what is encoded anew is encoded in here
static butler_frames_t s_spare;

static int
s_forward (butler_frames_t *frames, const butler_view_t *view, const char *worker, const char *expiration)
{
    butler_onward_t to = { .peer = butler_span_string (worker), .token = butler_span ("token\0end", 9) };
    to.renewed = butler_field_expiration (butler_span_string (expiration), &to.relative, &to.expiration);
    return butler_forward_request (frames, view, &to, &s_spare, s_back.router);
}

static int
s_forward_reply (butler_frames_t *frames, const butler_view_t *view, const char *client)
{
    const butler_onward_t to = { .peer = butler_span_string (client) };
    return butler_forward_reply (frames, view, &to, &s_spare, s_front.router);
}

static void
s_assert_dispatched (const char *expiration)
{
    butler_frames_t frames;
    butler_frames_init (&frames);
    assert_int_equal (wire_recv (&frames, s_back.peer [1]), 0);
    assert_int_equal (frames.count, 6);
    wire_assert_frame (&frames, 0, "token\0end", 9);
    wire_assert_text (&frames, 1, "");
    wire_assert_text (&frames, 2, "1.0:42");
    wire_assert_text (&frames, 3, "api.images");
    wire_assert_text (&frames, 4, expiration);
    wire_assert_text (&frames, 5, "body");
    butler_frames_clear (&frames);
}

static void
s_request_reaches_the_worker (const char *expiration)
{
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    s_send_request ("body", 4);
    s_recv_parsed (&frames, &view, BUTLER_SIDE_FRONTEND, s_front.router);
    assert_int_equal (s_forward (&frames, &view, "peer-1", expiration), 0);
    assert_int_equal (frames.count, 0);
    s_assert_dispatched (*expiration? expiration: "+2500");
}

static void
request_goes_on_as_it_came (void **state)
{
    (void) state;
    s_request_reaches_the_worker ("");
}

static void
expiration_can_be_replaced (void **state)
{
    (void) state;
    s_request_reaches_the_worker ("1764000000000");
    s_request_reaches_the_worker ("+7");
    s_request_reaches_the_worker ("0");
}

static void
reply_goes_on_as_it_came (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    s_send_reply ("token", "response", 8);
    s_recv_parsed (&frames, &view, BUTLER_SIDE_BACKEND, s_back.router);
    assert_int_equal (s_forward_reply (&frames, &view, "peer-0"), 0);
    assert_int_equal (frames.count, 0);
    assert_int_equal (wire_recv (&frames, s_front.peer [0]), 0);
    assert_int_equal (frames.count, 3);
    wire_assert_text (&frames, 0, "");
    wire_assert_text (&frames, 1, "1.0:42");
    wire_assert_text (&frames, 2, "response");
    butler_frames_clear (&frames);
}

static void
worker_that_is_gone_leaves_the_request_for_the_next (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    s_send_request ("body", 4);
    s_recv_parsed (&frames, &view, BUTLER_SIDE_FRONTEND, s_front.router);
    for (int attempt = 0; attempt < 3; attempt++) {
        assert_int_equal (s_forward (&frames, &view, "gone", "+1"), -1);
        assert_int_equal (errno, EHOSTUNREACH);
        assert_int_equal (frames.count, 6);
        assert_true (butler_span_equal (view.api_id, butler_span_string ("1.0:42")));
    }
    assert_int_equal (s_forward (&frames, &view, "", ""), -1);
    assert_int_equal (s_forward (&frames, &view, "peer-1", ""), 0);
    s_assert_dispatched ("+2500");
}

static void
worker_whose_pipe_is_full_leaves_the_request_for_the_next (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    int sent = 0;
    for (;; sent++) {
        assert_true (sent < 1000);
        s_send_request ("body", 4);
        s_recv_parsed (&frames, &view, BUTLER_SIDE_FRONTEND, s_front.router);
        if (s_forward (&frames, &view, "peer-0", ""))
            break;
    }
    assert_int_equal (errno, EAGAIN);
    assert_int_equal (frames.count, 6);
    assert_int_equal (s_forward (&frames, &view, "peer-1", ""), 0);
    s_assert_dispatched ("+2500");
    for (; sent > 0; sent--)
        assert_int_equal (wire_recv (&frames, s_back.peer [0]), 0);
    butler_frames_clear (&frames);
}

static void
client_that_is_gone_leaves_the_reply (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    s_send_reply ("token", "response", 8);
    s_recv_parsed (&frames, &view, BUTLER_SIDE_BACKEND, s_back.router);
    assert_int_equal (s_forward_reply (&frames, &view, "gone"), -1);
    assert_int_equal (errno, EHOSTUNREACH);
    assert_int_equal (frames.count, 6);
    butler_frames_clear (&frames);
}

//  Where a body lies when it is received is where it lay when it was sent
static void
body_is_never_copied (void **state)
{
    (void) state;
    static uint8_t s_body [100000];
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    zmq_msg_t msg = wire_body (s_body, sizeof s_body);
    const void *data = zmq_msg_data (&msg);
    butler_put_request (&frames, butler_span_string ("1.0:42"), butler_span_string ("api"),
                        butler_span_string ("+1"), &msg);
    assert_int_equal (butler_frames_send (&frames, 0, s_front.peer [0]), 0);
    s_recv_parsed (&frames, &view, BUTLER_SIDE_FRONTEND, s_front.router);
    assert_ptr_equal (zmq_msg_data (view.body), data);
    assert_int_equal (s_forward (&frames, &view, "peer-1", "+9"), 0);
    s_recv_parsed (&frames, &view, BUTLER_SIDE_WORKER, s_back.peer [1]);
    assert_ptr_equal (zmq_msg_data (view.body), data);
    butler_frames_clear (&frames);
}

//  One request and its reply through the router; what the router's turn allocated
static unsigned long
s_walk (butler_frames_t *frames, const uint8_t *body, size_t size)
{
    butler_view_t view;
    butler_frames_t away;
    butler_frames_init (&away);
    s_send_request (body, size);
    unsigned long before = count_malloc;
    s_recv_parsed (frames, &view, BUTLER_SIDE_FRONTEND, s_front.router);
    assert_int_equal (s_forward (frames, &view, "peer-1", "+1000"), 0);
    unsigned long allocated = count_malloc - before;
    assert_int_equal (wire_recv (&away, s_back.peer [1]), 0);

    s_send_reply ("token", body, size);
    before = count_malloc;
    s_recv_parsed (frames, &view, BUTLER_SIDE_BACKEND, s_back.router);
    assert_int_equal (s_forward_reply (frames, &view, "peer-0"), 0);
    allocated += count_malloc - before;
    assert_int_equal (wire_recv (&away, s_front.peer [0]), 0);
    butler_frames_clear (&away);
    return allocated;
}

//  Not by us and not by libzmq, for bodies inside a message, beside it and far beyond
static void
nothing_is_allocated_for_a_message (void **state)
{
    (void) state;
    if (!count_malloc_works ())
        return;
    static const size_t s_sizes [] = { 0, 20, 200, 8000, 100000 };
    static uint8_t s_body [100000];
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (int count = 0; count < 1000; count++)
        s_walk (&frames, s_body, 0);
    for (size_t index = 0; index < sizeof s_sizes / sizeof *s_sizes; index++) {
        unsigned long allocated = 0;
        for (int count = 0; count < 1000; count++)
            allocated += s_walk (&frames, s_body, s_sizes [index]);
        assert_int_equal (allocated, 0);
    }
}

//  The counter is not blind
static void
allocation_is_counted (void **state)
{
    (void) state;
    if (!count_malloc_works ())
        return;
    const unsigned long before = count_malloc;
    zmq_msg_t msg = wire_body ("a body that libzmq keeps outside of the message", 48);
    assert_true (count_malloc > before);
    zmq_msg_close (&msg);
}

static int
s_setup (void **state)
{
    (void) state;
    wire_pair_init (&s_front, 0);
    wire_pair_init (&s_back, 4);
    return 0;
}

static int
s_teardown (void **state)
{
    (void) state;
    wire_pair_fini (&s_front);
    wire_pair_fini (&s_back);
    butler_frames_clear (&s_spare);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (request_goes_on_as_it_came),
        TEST (expiration_can_be_replaced),
        TEST (reply_goes_on_as_it_came),
        TEST (worker_that_is_gone_leaves_the_request_for_the_next),
        TEST (worker_whose_pipe_is_full_leaves_the_request_for_the_next),
        TEST (client_that_is_gone_leaves_the_reply),
        TEST (body_is_never_copied),
        TEST (nothing_is_allocated_for_a_message),
        cmocka_unit_test (allocation_is_counted)
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
