/*  test_forward_packed.c - tests of butler_forward where one side or both speak packed
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "count_malloc.h"
#include "wire_pair.h"
#include "wire/butler_forward.h"
#include "wire/butler_packed.h"

#define FRAMES BUTLER_ENVELOPE_FRAMES
#define PACKED BUTLER_ENVELOPE_PACKED
#define BIG (BUTLER_PACKED_INLINE + 1)

//  The client's pair and the workers': requests come in on one, and go out on the other
static wire_pair_t s_front, s_back;

static butler_frames_t s_in, s_spare, s_away;
static butler_view_t s_view, s_seen;
static uint8_t s_body [100000];

//  ---- what comes in

static void
s_send (void *socket, const butler_view_t *view, size_t size)
{
    butler_frames_t frames;
    butler_frames_init (&frames);
    zmq_msg_t body = wire_body (s_body, size);
    butler_view_encode (&frames, view, &body);
    zmq_msg_close (&body);
    assert_int_equal (butler_frames_send (&frames, 0, socket), 0);
    butler_frames_clear (&frames);
}

static void
s_parse (butler_frames_t *frames, butler_view_t *view, butler_side_t side, void *socket)
{
    assert_int_equal (wire_recv (frames, socket), 0);
    if (butler_view_parse (view, side, frames))
        fail_msg ("%s", view->fault);
}

static void
s_take_request (uint8_t envelope, size_t size)
{
    const butler_view_t view = {
        .kind = BUTLER_MSG_REQUEST, .envelope = envelope, .relative = true, .expiration = 2500,
        .api_id = butler_span_string ("1.0:42"), .service = butler_span_string ("api.images"),
        .trace = butler_span_string ("trace"),
    };
    s_send (s_front.peer [0], &view, size);
    s_parse (&s_in, &s_view, BUTLER_SIDE_FRONTEND, s_front.router);
}

static void
s_take_reply (uint8_t envelope, size_t size)
{
    const butler_view_t view = {
        .kind = BUTLER_MSG_REPLY, .envelope = envelope,
        .token = butler_span_string ("token"), .api_id = butler_span_string ("1.0:42"),
    };
    s_send (s_back.peer [1], &view, size);
    s_parse (&s_in, &s_view, BUTLER_SIDE_BACKEND, s_back.router);
}

//  ---- what goes on

static butler_onward_t
s_to (const char *worker, uint8_t envelope)
{
    return (butler_onward_t) {
        .peer = butler_span_string (worker), .envelope = envelope, .token = butler_span ("token\0end", 9),
    };
}

static int
s_forward (const butler_onward_t *to)
{
    return butler_forward_request (&s_in, &s_view, to, &s_spare, s_back.router);
}

static int
s_forward_reply (const char *client, uint8_t envelope)
{
    const butler_onward_t to = { .peer = butler_span_string (client), .envelope = envelope };
    return butler_forward_reply (&s_in, &s_view, &to, &s_spare, s_front.router);
}

static void
s_assert_text (butler_span_t span, const char *text)
{
    assert_true (butler_span_equal (span, butler_span_string (text)));
}

static void
s_assert_given (uint8_t envelope, bool relative, int64_t expiration, size_t size)
{
    s_parse (&s_away, &s_seen, BUTLER_SIDE_WORKER, s_back.peer [1]);
    assert_int_equal (s_seen.kind, BUTLER_MSG_DISPATCH);
    assert_int_equal (s_seen.envelope, envelope);
    assert_true (butler_span_equal (s_seen.token, butler_span ("token\0end", 9)));
    s_assert_text (s_seen.api_id, "1.0:42");
    s_assert_text (s_seen.service, "api.images");
    assert_true (s_seen.relative == relative && s_seen.expiration == expiration);
    assert_int_equal (s_seen.attempt, 0);
    assert_true (butler_span_equal (s_seen.content, butler_span (s_body, size)));
}

static void
s_assert_answered (uint8_t envelope, size_t size)
{
    s_parse (&s_away, &s_seen, BUTLER_SIDE_CLIENT, s_front.peer [0]);
    assert_int_equal (s_seen.kind, BUTLER_MSG_RESPONSE);
    assert_int_equal (s_seen.envelope, envelope);
    s_assert_text (s_seen.api_id, "1.0:42");
    assert_true (butler_span_equal (s_seen.content, butler_span (s_body, size)));
}

static const size_t s_sizes [] = { 0, 1, BUTLER_PACKED_INLINE, BIG, sizeof s_body };
#define SIZES (sizeof s_sizes / sizeof *s_sizes)

static void
request_reaches_a_worker_of_either_envelope (void **state)
{
    (void) state;
    for (uint8_t from = FRAMES; from <= PACKED; from++)
        for (uint8_t into = FRAMES; into <= PACKED; into++)
            for (size_t index = 0; index < SIZES; index++) {
                s_take_request (from, s_sizes [index]);
                butler_onward_t to = s_to ("peer-1", into);
                assert_int_equal (s_forward (&to), 0);
                assert_int_equal (s_in.count, 0);
                s_assert_given (into, true, 2500, s_sizes [index]);
                s_assert_text (s_seen.trace, from && into? "trace": "");
            }
}

static void
renewed_expiration_is_the_only_thing_that_differs (void **state)
{
    (void) state;
    for (uint8_t from = FRAMES; from <= PACKED; from++)
        for (uint8_t into = FRAMES; into <= PACKED; into++)
            for (size_t index = 0; index < 2 * SIZES; index++) {
                s_take_request (from, s_sizes [index / 2]);
                butler_onward_t to = s_to ("peer-1", into);
                to.renewed = true;
                to.relative = index & 1;
                to.expiration = to.relative? 7: 1764000000000;
                assert_int_equal (s_forward (&to), 0);
                s_assert_given (into, to.relative, to.expiration, s_sizes [index / 2]);
                s_assert_text (s_seen.trace, from && into? "trace": "");
            }
}

//  With the expiration as it came, and with another
static void
seventh_frame_goes_behind_the_body (void **state)
{
    (void) state;
    for (uint8_t from = FRAMES; from <= PACKED; from++)
        for (size_t index = 0; index < 2 * SIZES; index++) {
            s_take_request (from, s_sizes [index / 2]);
            butler_onward_t to = s_to ("peer-1", FRAMES);
            to.extra = butler_span_string ("{\"attempt\":0}");
            to.renewed = index & 1;
            to.expiration = 1764000000000;
            assert_int_equal (s_forward (&to), 0);
            s_assert_given (FRAMES, !to.renewed, to.renewed? to.expiration: 2500, s_sizes [index / 2]);
            assert_int_equal (s_away.count, 7);
            s_assert_text (s_seen.properties, "{\"attempt\":0}");
        }
}

static void
reply_reaches_a_client_of_either_envelope (void **state)
{
    (void) state;
    for (uint8_t from = FRAMES; from <= PACKED; from++)
        for (uint8_t into = FRAMES; into <= PACKED; into++)
            for (size_t index = 0; index < SIZES; index++) {
                s_take_reply (from, s_sizes [index]);
                assert_int_equal (s_forward_reply ("peer-0", into), 0);
                assert_int_equal (s_in.count, 0);
                s_assert_answered (into, s_sizes [index]);
            }
}

//  The one packed frame that was made is the one that is received, and so is a body beside it
static void
packed_frames_are_moved_as_they_came (void **state)
{
    (void) state;
    for (size_t index = 0; index < SIZES; index++) {
        s_take_request (PACKED, s_sizes [index]);
        const uint8_t *packed = s_view.api_id.data;
        const void *body = zmq_msg_data (s_view.body);
        butler_onward_t to = s_to ("peer-1", PACKED);
        assert_int_equal (s_forward (&to), 0);
        s_assert_given (PACKED, true, 2500, s_sizes [index]);
        assert_ptr_equal (s_seen.api_id.data, packed);
        assert_ptr_equal (zmq_msg_data (s_seen.body), body);
    }
    s_take_reply (PACKED, BIG);
    const void *body = zmq_msg_data (s_view.body);
    assert_int_equal (s_forward_reply ("peer-0", PACKED), 0);
    s_assert_answered (PACKED, BIG);
    assert_ptr_equal (zmq_msg_data (s_seen.body), body);
}

//  A body in a frame of its own is never copied, whatever else changes
static void
body_beside_is_moved_into_another_envelope (void **state)
{
    (void) state;
    for (uint8_t from = FRAMES; from <= PACKED; from++)
        for (uint8_t into = FRAMES; into <= PACKED; into++) {
            s_take_request (from, BIG);
            const void *body = zmq_msg_data (s_view.body);
            butler_onward_t to = s_to ("peer-1", into);
            to.renewed = true;
            assert_int_equal (s_forward (&to), 0);
            s_assert_given (into, false, 0, BIG);
            assert_ptr_equal (zmq_msg_data (s_seen.body), body);
            s_take_reply (from, BIG);
            body = zmq_msg_data (s_view.body);
            assert_int_equal (s_forward_reply ("peer-0", into), 0);
            s_assert_answered (into, BIG);
            assert_ptr_equal (zmq_msg_data (s_seen.body), body);
        }
}

//  Another sender may put any body inside
static void
large_body_inside_is_passed_on_all_the_same (void **state)
{
    (void) state;
    for (uint8_t into = FRAMES; into <= PACKED; into++) {
        const butler_view_t view = {
            .kind = BUTLER_MSG_REQUEST, .envelope = PACKED, .relative = true, .expiration = 2500,
            .api_id = butler_span_string ("1.0:42"), .service = butler_span_string ("api.images"),
            .content = butler_span (s_body, sizeof s_body),
        };
        assert_false (butler_view_encode (&s_in, &view, NULL));
        assert_int_equal (butler_frames_send (&s_in, 0, s_front.peer [0]), 0);
        s_parse (&s_in, &s_view, BUTLER_SIDE_FRONTEND, s_front.router);
        butler_onward_t to = s_to ("peer-1", into);
        assert_int_equal (s_forward (&to), 0);
        s_assert_given (into, true, 2500, sizeof s_body);
    }
}

static void
worker_that_is_gone_leaves_the_request_for_the_next (void **state)
{
    (void) state;
    for (uint8_t from = FRAMES; from <= PACKED; from++)
        for (size_t index = 0; index < SIZES; index++) {
            s_take_request (from, s_sizes [index]);
            const butler_view_t before = s_view;
            const unsigned count = s_in.count;
            for (uint8_t into = FRAMES; into <= PACKED; into++) {
                butler_onward_t gone = s_to ("gone", into);
                gone.renewed = true;
                assert_int_equal (s_forward (&gone), -1);
                assert_int_equal (errno, EHOSTUNREACH);
                assert_int_equal (s_in.count, count);
                assert_memory_equal (&s_view, &before, sizeof before);
                assert_true (butler_span_equal (s_view.content, butler_span (s_body, s_sizes [index])));
            }
            butler_onward_t to = s_to ("peer-1", PACKED);
            assert_int_equal (s_forward (&to), 0);
            s_assert_given (PACKED, true, 2500, s_sizes [index]);
        }
}

static void
client_that_is_gone_leaves_the_reply (void **state)
{
    (void) state;
    for (uint8_t into = FRAMES; into <= PACKED; into++) {
        s_take_reply (PACKED, BIG);
        assert_int_equal (s_forward_reply ("gone", into), -1);
        assert_int_equal (errno, EHOSTUNREACH);
        assert_int_equal (s_in.count, 4);
        assert_true (butler_span_equal (s_view.content, butler_span (s_body, BIG)));
    }
}

//  What the router's turn allocated for one request and its reply
static unsigned long
s_walk (size_t size)
{
    const butler_onward_t to = s_to ("peer-1", PACKED);
    const butler_view_t reply = {
        .kind = BUTLER_MSG_REPLY, .envelope = PACKED,
        .token = butler_span_string ("token"), .api_id = butler_span_string ("1.0:42"),
    };
    const butler_view_t request = {
        .kind = BUTLER_MSG_REQUEST, .envelope = PACKED, .relative = true, .expiration = 2500,
        .api_id = butler_span_string ("1.0:42"), .service = butler_span_string ("api.images"),
    };
    s_send (s_front.peer [0], &request, size);
    unsigned long before = count_malloc;
    s_parse (&s_in, &s_view, BUTLER_SIDE_FRONTEND, s_front.router);
    assert_int_equal (s_forward (&to), 0);
    unsigned long allocated = count_malloc - before;
    assert_int_equal (wire_recv (&s_away, s_back.peer [1]), 0);
    s_send (s_back.peer [1], &reply, size);
    before = count_malloc;
    s_parse (&s_in, &s_view, BUTLER_SIDE_BACKEND, s_back.router);
    assert_int_equal (s_forward_reply ("peer-0", PACKED), 0);
    allocated += count_malloc - before;
    assert_int_equal (wire_recv (&s_away, s_front.peer [0]), 0);
    return allocated;
}

static void
nothing_is_allocated_for_a_message (void **state)
{
    (void) state;
    if (!count_malloc_works ())
        return;
    for (int count = 0; count < 1000; count++)
        s_walk (0);
    for (size_t index = 0; index < SIZES; index++) {
        unsigned long allocated = 0;
        for (int count = 0; count < 500; count++)
            allocated += s_walk (s_sizes [index]);
        assert_int_equal (allocated, 0);
    }
}

static int
s_setup (void **state)
{
    (void) state;
    for (size_t index = 0; index < sizeof s_body; index++)
        s_body [index] = (uint8_t) (index * 7);
    wire_pair_init (&s_front, 0);
    wire_pair_init (&s_back, 0);
    return 0;
}

static int
s_teardown (void **state)
{
    (void) state;
    butler_frames_clear (&s_in);
    butler_frames_clear (&s_spare);
    butler_frames_clear (&s_away);
    wire_pair_fini (&s_front);
    wire_pair_fini (&s_back);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (request_reaches_a_worker_of_either_envelope),
        TEST (renewed_expiration_is_the_only_thing_that_differs),
        TEST (seventh_frame_goes_behind_the_body),
        TEST (reply_reaches_a_client_of_either_envelope),
        TEST (packed_frames_are_moved_as_they_came),
        TEST (body_beside_is_moved_into_another_envelope),
        TEST (large_body_inside_is_passed_on_all_the_same),
        TEST (worker_that_is_gone_leaves_the_request_for_the_next),
        TEST (client_that_is_gone_leaves_the_reply),
        TEST (nothing_is_allocated_for_a_message)
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
