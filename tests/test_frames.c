/*  test_frames.c - tests of butler_frames
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire_pair.h"

//  Frames "0", "1", ... behind the routing id that the router adds
static void
s_send_numbered (void *socket, int count)
{
    for (int index = 0; index < count; index++) {
        const char byte = (char) ('0' + index % 10);
        assert_int_equal (zmq_send (socket, &byte, 1, index + 1 < count? ZMQ_SNDMORE: 0), 1);
    }
}

static void
nothing_there_is_eagain_and_does_not_wait (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("old"));
    assert_int_equal (butler_frames_recv (&frames, pair->router), -1);
    assert_int_equal (errno, EAGAIN);
    assert_int_equal (frames.count, 0);
}

static void
message_of_as_many_frames_as_fit_is_received (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_send_numbered (pair->peer [0], BUTLER_FRAMES_MAX - 1);
    assert_int_equal (wire_recv (&frames, pair->router), 0);
    assert_int_equal (frames.count, 9);
    wire_assert_text (&frames, 0, "peer-0");
    wire_assert_text (&frames, 1, "0");
    wire_assert_text (&frames, 8, "7");
    butler_frames_clear (&frames);
}

//  Of too many frames the first are kept, and the next message is whole
static void
s_overlong_is_drained (wire_pair_t *pair, int count)
{
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_send_numbered (pair->peer [0], count - 1);
    s_send_numbered (pair->peer [0], 2);
    assert_int_equal (wire_recv (&frames, pair->router), -1);
    assert_int_equal (errno, EPROTO);
    assert_int_equal (frames.count, 9);
    wire_assert_text (&frames, 0, "peer-0");
    wire_assert_text (&frames, 8, "7");
    assert_int_equal (wire_recv (&frames, pair->router), 0);
    assert_int_equal (frames.count, 3);
    wire_assert_text (&frames, 2, "1");
    butler_frames_clear (&frames);
}

static void
one_frame_too_many_is_malformed_and_drained (void **state)
{
    s_overlong_is_drained ((wire_pair_t *) *state, 10);
}

static void
a_hundred_frames_are_malformed_and_drained (void **state)
{
    s_overlong_is_drained ((wire_pair_t *) *state, 100);
}

static void
frames_are_reused_from_message_to_message (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (int count = 8; count > 0; count--) {
        s_send_numbered (pair->peer [1], count);
        assert_int_equal (wire_recv (&frames, pair->router), 0);
        assert_int_equal (frames.count, count + 1);
    }
    butler_frames_clear (&frames);
    butler_frames_clear (&frames);
    assert_int_equal (frames.count, 0);
}

static void
s_fill (butler_frames_t *frames, const char *peer)
{
    zmq_msg_t body = wire_body ("a body that is too long to be kept in a message itself", 55);
    butler_frames_clear (frames);
    butler_frames_append (frames, butler_span_string (peer));
    butler_frames_append (frames, butler_span (NULL, 0));
    butler_frames_append_msg (frames, &body);
    assert_int_equal (zmq_msg_size (&body), 0);
    zmq_msg_close (&body);
}

static void
s_assert_filled (butler_frames_t *frames, const char *peer)
{
    assert_int_equal (frames->count, 3);
    wire_assert_text (frames, 0, peer);
    wire_assert_text (frames, 1, "");
    wire_assert_frame (frames, 2, "a body that is too long to be kept in a message itself", 55);
}

static void
sending_empties_the_frames (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_fill (&frames, "peer-1");
    assert_int_equal (butler_frames_send (&frames, 0, pair->router), 0);
    assert_int_equal (frames.count, 0);
    assert_int_equal (wire_recv (&frames, pair->peer [1]), 0);
    assert_int_equal (frames.count, 2);
    wire_assert_frame (&frames, 1, "a body that is too long to be kept in a message itself", 55);
    butler_frames_clear (&frames);
}

static void
sending_to_nobody_keeps_the_frames (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_fill (&frames, "nobody");
    assert_int_equal (butler_frames_send (&frames, 0, pair->router), -1);
    assert_int_equal (errno, EHOSTUNREACH);
    s_assert_filled (&frames, "nobody");
    butler_frames_clear (&frames);
}

static void
sending_to_a_full_pipe_keeps_the_frames (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    int sent = 0;
    for (;; sent++) {
        assert_true (sent < 100);
        s_fill (&frames, "peer-0");
        if (butler_frames_send (&frames, 0, pair->router))
            break;
    }
    assert_int_equal (errno, EAGAIN);
    s_assert_filled (&frames, "peer-0");
    for (; sent > 0; sent--)
        assert_int_equal (wire_recv (&frames, pair->peer [0]), 0);
    s_fill (&frames, "peer-1");
    assert_int_equal (butler_frames_send (&frames, 0, pair->router), 0);
}

static void
sending_from_a_later_frame_leaves_the_first_out (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_fill (&frames, "left out");
    assert_int_equal (butler_frames_send (&frames, 1, pair->peer [0]), 0);
    assert_int_equal (wire_recv (&frames, pair->router), 0);
    assert_int_equal (frames.count, 3);
    wire_assert_text (&frames, 0, "peer-0");
    wire_assert_text (&frames, 1, "");
    butler_frames_clear (&frames);
}

static void
ended_context_is_said (void **state)
{
    (void) state;
    wire_pair_t pair;
    wire_pair_init (&pair, 0);
    zmq_ctx_shutdown (pair.context);
    butler_frames_t frames;
    butler_frames_init (&frames);
    assert_int_equal (butler_frames_recv (&frames, pair.router), -1);
    assert_int_equal (errno, ETERM);
    assert_int_equal (frames.count, 0);
    wire_pair_fini (&pair);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, wire_setup, wire_teardown)

//  Without a ZAP handler libzmq lets in whoever comes, and says nothing of who that is
static void
who_was_not_vouched_for_is_not_taken_for_one_of_the_process (void **state)
{
    wire_pair_t *pair = (wire_pair_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_send_numbered (pair->peer [0], 1);
    assert_int_equal (wire_recv (&frames, pair->router), 0);
    assert_int_equal (butler_frames_user (&frames).size, 0);
    char endpoint [64];
    size_t size = sizeof endpoint;
    assert_int_equal (zmq_bind (pair->router, "tcp://127.0.0.1:*"), 0);
    assert_int_equal (zmq_getsockopt (pair->router, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    void *stranger = wire_socket (pair, ZMQ_DEALER);
    assert_int_equal (zmq_connect (stranger, endpoint), 0);
    s_send_numbered (stranger, 1);
    assert_int_equal (wire_recv (&frames, pair->router), 0);
    const butler_span_t user = butler_frames_user (&frames);
    assert_int_equal (user.size, 1);
    assert_int_equal (user.data [0], 0);
    butler_frames_clear (&frames);
    zmq_close (stranger);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (nothing_there_is_eagain_and_does_not_wait),
        TEST (message_of_as_many_frames_as_fit_is_received),
        TEST (one_frame_too_many_is_malformed_and_drained),
        TEST (a_hundred_frames_are_malformed_and_drained),
        TEST (frames_are_reused_from_message_to_message),
        TEST (sending_empties_the_frames),
        TEST (sending_to_nobody_keeps_the_frames),
        cmocka_unit_test_setup_teardown (sending_to_a_full_pipe_keeps_the_frames, wire_setup_narrow, wire_teardown),
        TEST (sending_from_a_later_frame_leaves_the_first_out),
        TEST (who_was_not_vouched_for_is_not_taken_for_one_of_the_process),
        cmocka_unit_test (ended_context_is_said)
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
