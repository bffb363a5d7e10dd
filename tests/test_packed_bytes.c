/*  test_packed_bytes.c - tests of the packed envelope against bytes that were written by hand
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_packed.h"
#include <stdarg.h>
#include <setjmp.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

//  Eight bytes each of 0x11, 0x22 stand for a token
#define TOKEN "\x11\x11\x11\x11\x22\x22\x22\x22"

//  Relative, 2500 ms; a trace; the body inside
static const uint8_t s_request [] = {
    0xb5, 0x7e, 0x01, 0x01,
    0x00, 0x00,
    0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0xc4,
    0x06, '1', '.', '0', ':', '4', '2',
    0x03, 'a', 'p', 'i',
    0x02, 't', '7',
    'b', 'o', 'd', 'y'
};

//  The second further worker; 2025-11-24T16:00:00Z; no trace, no body
static const uint8_t s_dispatch [] = {
    0xb5, 0x7e, 0x01, 0x01,
    0x00, 0x02,
    0x00, 0x00, 0x01, 0x9a, 0xb6, 0x97, 0xe8, 0x00,
    0x03, 'a', ':', 'b',
    0x01, 's',
    0x00
};

static const uint8_t s_reply [] = {
    0xb5, 0x7e, 0x01, 0x02,
    0x06, '1', '.', '0', ':', '4', '2',
    '4', '2'
};

static const uint8_t s_discovery [] = {
    0xb5, 0x7e, 0x01, 0x03,
    0x07, '0', '.', '3', '.', '0', ':', '7',
    0x03, 'a', 'p', 'i',
    0x03, '2', '0', '0'
};

static const uint8_t s_cancel [] = {
    0xb5, 0x7e, 0x01, 0x04,
    0x06, '1', '.', '0', ':', '4', '2'
};

#define BYTES(array) butler_span (array, sizeof array)

static butler_frames_t s_frames;
static butler_view_t s_view;

//  Frames from spans, up to one without data
static void
s_lay (butler_span_t first, butler_span_t second, butler_span_t third)
{
    butler_frames_clear (&s_frames);
    const butler_span_t bytes [] = { first, second, third };
    for (int index = 0; index < 3 && bytes [index].data; index++)
        butler_frames_append (&s_frames, bytes [index]);
}

static const butler_span_t s_none = { NULL, 0 };

static void
s_parse (butler_side_t side, int kind)
{
    if (butler_view_parse (&s_view, side, &s_frames))
        fail_msg ("%s", s_view.fault);
    assert_int_equal (s_view.kind, kind);
    assert_int_equal (s_view.envelope, 1);
}

static void
s_refuse (butler_side_t side, const char *fault)
{
    assert_int_equal (butler_view_parse (&s_view, side, &s_frames), -1);
    assert_int_equal (errno, EPROTO);
    assert_int_equal (s_view.kind, 0);
    assert_string_equal (s_view.fault, fault);
}

static void
s_assert_text (butler_span_t span, const char *text)
{
    assert_int_equal (span.size, strlen (text));
    if (span.size)
        assert_memory_equal (span.data, text, span.size);
}

//  The frames that an encoder makes of a view
static void
s_assert_encoded (const butler_view_t *view, zmq_msg_t *body, butler_span_t packed, const char *token, const char *apart)
{
    butler_frames_clear (&s_frames);
    assert_int_equal (butler_view_encode (&s_frames, view, body), apart != NULL);
    assert_int_equal (s_frames.count, 1 + (token != NULL) + (apart != NULL));
    assert_true (butler_span_equal (butler_frames_at (&s_frames, 0), packed));
    if (token)
        s_assert_text (butler_frames_at (&s_frames, 1), token);
    if (apart)
        s_assert_text (butler_frames_at (&s_frames, s_frames.count - 1), apart);
}

static void
request_is_these_bytes (void **state)
{
    (void) state;
    s_lay (butler_span_string ("peer"), BYTES (s_request), s_none);
    s_parse (BUTLER_SIDE_FRONTEND, BUTLER_MSG_REQUEST);
    s_assert_text (s_view.peer, "peer");
    s_assert_text (s_view.api_id, "1.0:42");
    s_assert_text (s_view.service, "api");
    s_assert_text (s_view.trace, "t7");
    s_assert_text (s_view.content, "body");
    s_assert_text (s_view.token, "");
    assert_true (s_view.relative && s_view.expiration == 2500);
    assert_int_equal (s_view.attempt, 0);
    assert_int_equal (s_view.dialect, 1);

    const butler_view_t view = {
        .kind = BUTLER_MSG_REQUEST, .envelope = 1, .relative = true, .expiration = 2500,
        .api_id = butler_span_string ("1.0:42"), .service = butler_span_string ("api"),
        .trace = butler_span_string ("t7"), .content = butler_span_string ("body"),
    };
    s_assert_encoded (&view, NULL, BYTES (s_request), NULL, NULL);
}

static void
dispatch_is_these_bytes (void **state)
{
    (void) state;
    s_lay (BYTES (s_dispatch), butler_span_string (TOKEN), butler_span_string ("a frame of its own"));
    s_parse (BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
    s_assert_text (s_view.api_id, "a:b");
    s_assert_text (s_view.service, "s");
    s_assert_text (s_view.trace, "");
    s_assert_text (s_view.content, "a frame of its own");
    s_assert_text (s_view.token, TOKEN);
    assert_true (!s_view.relative && s_view.expiration == 1764000000000);
    assert_int_equal (s_view.attempt, 2);
    assert_int_equal (s_view.dialect, 0);

    const butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .envelope = 1, .attempt = 2, .expiration = 1764000000000,
        .api_id = butler_span_string ("a:b"), .service = butler_span_string ("s"),
        .token = butler_span_string (TOKEN),
    };
    s_assert_encoded (&view, NULL, BYTES (s_dispatch), TOKEN, NULL);
    static char s_big [BUTLER_PACKED_INLINE + 2];
    memset (s_big, 'b', sizeof s_big - 1);
    zmq_msg_t body;
    zmq_msg_init_size (&body, sizeof s_big - 1);
    memcpy (zmq_msg_data (&body), s_big, sizeof s_big - 1);
    s_assert_encoded (&view, &body, BYTES (s_dispatch), TOKEN, s_big);
    zmq_msg_close (&body);
}

static void
reply_and_response_are_these_bytes (void **state)
{
    (void) state;
    s_lay (butler_span_string ("peer"), BYTES (s_reply), butler_span_string (TOKEN));
    s_parse (BUTLER_SIDE_BACKEND, BUTLER_MSG_REPLY);
    s_assert_text (s_view.api_id, "1.0:42");
    s_assert_text (s_view.content, "42");
    s_assert_text (s_view.token, TOKEN);
    s_lay (BYTES (s_reply), s_none, s_none);
    s_parse (BUTLER_SIDE_CLIENT, BUTLER_MSG_RESPONSE);
    s_assert_text (s_view.api_id, "1.0:42");
    s_assert_text (s_view.content, "42");

    butler_view_t view = {
        .kind = BUTLER_MSG_REPLY, .envelope = 1, .api_id = butler_span_string ("1.0:42"),
        .content = butler_span_string ("42"), .token = butler_span_string (TOKEN),
    };
    s_assert_encoded (&view, NULL, BYTES (s_reply), TOKEN, NULL);
    view.kind = BUTLER_MSG_RESPONSE;
    view.token = s_none;
    s_assert_encoded (&view, NULL, BYTES (s_reply), NULL, NULL);
}

static void
discovery_is_these_bytes (void **state)
{
    (void) state;
    s_lay (BYTES (s_discovery), s_none, s_none);
    s_parse (BUTLER_SIDE_CLIENT, BUTLER_MSG_DISCOVERY);
    s_assert_text (s_view.api_id, "0.3.0:7");
    s_assert_text (s_view.service, "api");
    s_assert_text (s_view.notice, "200");
    const butler_view_t view = {
        .kind = BUTLER_MSG_DISCOVERY, .envelope = 1, .api_id = butler_span_string ("0.3.0:7"),
        .service = butler_span_string ("api"), .notice = butler_span_string ("200"),
    };
    s_assert_encoded (&view, NULL, BYTES (s_discovery), NULL, NULL);
}

static void
cancel_is_these_bytes (void **state)
{
    (void) state;
    s_lay (butler_span_string ("peer"), BYTES (s_cancel), s_none);
    s_parse (BUTLER_SIDE_FRONTEND, BUTLER_MSG_CANCEL);
    s_assert_text (s_view.api_id, "1.0:42");
    s_lay (BYTES (s_cancel), butler_span_string (TOKEN), s_none);
    s_parse (BUTLER_SIDE_WORKER, BUTLER_MSG_CANCEL);
    s_assert_text (s_view.api_id, "1.0:42");
    s_assert_text (s_view.token, TOKEN);
    butler_view_t view = { .kind = BUTLER_MSG_CANCEL, .envelope = 1, .api_id = butler_span_string ("1.0:42") };
    s_assert_encoded (&view, NULL, BYTES (s_cancel), NULL, NULL);
    view.token = butler_span_string (TOKEN);
    s_assert_encoded (&view, NULL, BYTES (s_cancel), TOKEN, NULL);
}

static void
s_lay_request (uint8_t attempt, uint8_t form, char version)
{
    uint8_t request [sizeof s_request];
    memcpy (request, s_request, sizeof request);
    request [5] = attempt;
    request [6] = form;
    request [15] = (uint8_t) version;
    s_lay (butler_span_string ("peer"), BYTES (request), s_none);
}

static void
attempts_are_the_routers_to_count (void **state)
{
    (void) state;
    s_lay_request (1, 0x80, '1');
    s_refuse (BUTLER_SIDE_FRONTEND, "packed: attempts are for the router to count");
    s_assert_text (s_view.api_id, "1.0:42");
    s_assert_text (s_view.peer, "peer");
}

//  A router says it to any worker that asked for it, whoever the client is
static void
relative_deadline_of_a_client_is_for_dialect_1 (void **state)
{
    (void) state;
    s_lay_request (0, 0x80, '0');
    s_refuse (BUTLER_SIDE_FRONTEND, "packed: expiration is relative, which is for dialect 1");
    s_assert_text (s_view.api_id, "0.0:42");
    s_lay_request (0, 0x00, '0');
    s_parse (BUTLER_SIDE_FRONTEND, BUTLER_MSG_REQUEST);
    assert_true (!s_view.relative && s_view.expiration == 2500);

    uint8_t dispatch [sizeof s_dispatch];
    memcpy (dispatch, s_dispatch, sizeof dispatch);
    memcpy (dispatch + 6, s_request + 6, 8);
    s_lay (BYTES (dispatch), butler_span_string (TOKEN), s_none);
    s_parse (BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
    assert_true (s_view.relative && s_view.expiration == 2500);
    assert_int_equal (s_view.dialect, 0);
}

//  Who can be told is told, also where what is wrong stands before the api:id
static void
request_with_an_impossible_deadline_tells_its_api_id (void **state)
{
    (void) state;
    s_lay_request (0, 0xff, '1');
    s_refuse (BUTLER_SIDE_FRONTEND, "packed request: expiration is too large");
    s_assert_text (s_view.api_id, "1.0:42");
}

static void
body_may_be_empty_in_either_place (void **state)
{
    (void) state;
    s_lay (BYTES (s_dispatch), butler_span_string (TOKEN), s_none);
    s_parse (BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
    assert_int_equal (s_view.content.size, 0);
    assert_ptr_equal (s_view.body, &s_frames.frame [0]);
    s_lay (BYTES (s_dispatch), butler_span_string (TOKEN), butler_span ("", 0));
    s_parse (BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
    assert_int_equal (s_view.content.size, 0);
    assert_ptr_equal (s_view.body, &s_frames.frame [2]);
}

//  A kind that the packed envelope does not have goes as frames
static void
kind_without_a_packed_form_goes_as_frames (void **state)
{
    (void) state;
    butler_view_t view = { .kind = BUTLER_MSG_HEARTBEAT, .envelope = 1 };
    s_assert_encoded (&view, NULL, butler_span_string ("\x02"), NULL, NULL);
    view.kind = BUTLER_MSG_RECONNECT;
    s_assert_encoded (&view, NULL, butler_span_string ("\x03"), NULL, NULL);
}

static int
s_teardown (void **state)
{
    (void) state;
    butler_frames_clear (&s_frames);
    return 0;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (request_is_these_bytes),
        cmocka_unit_test (dispatch_is_these_bytes),
        cmocka_unit_test (reply_and_response_are_these_bytes),
        cmocka_unit_test (discovery_is_these_bytes),
        cmocka_unit_test (cancel_is_these_bytes),
        cmocka_unit_test (attempts_are_the_routers_to_count),
        cmocka_unit_test (relative_deadline_of_a_client_is_for_dialect_1),
        cmocka_unit_test (request_with_an_impossible_deadline_tells_its_api_id),
        cmocka_unit_test (body_may_be_empty_in_either_place),
        cmocka_unit_test (kind_without_a_packed_form_goes_as_frames)
    };
    return cmocka_run_group_tests (tests, NULL, s_teardown);
}
