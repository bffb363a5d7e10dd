/*  test_notice.c - tests of butler_notice
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_notice.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

static const uint8_t s_token [] = { 0x10, 0, 0, 0, 7, 0xFE, 0xDC, 0xBA, 0x98 };

static void
s_assert_text (butler_span_t found, const char *text)
{
    assert_int_equal (found.size, strlen (text));
    assert_memory_equal (found.data, text, found.size);
}

//  One string of an object
static void
s_assert_member (butler_span_t text, const char *name, butler_span_t value)
{
    json_t *object = json_loadb ((const char *) text.data, text.size, JSON_ALLOW_NUL, NULL);
    const json_t *member = json_object_get (object, name);
    assert_int_equal (json_string_length (member), value.size);
    assert_memory_equal (json_string_value (member), value.data, value.size);
    json_decref (object);
}

static void
cancel_names_the_token_in_hexadecimal (void **state)
{
    (void) state;
    butler_text_t text;
    s_assert_text (butler_notice_cancel (&text, butler_span (s_token, sizeof s_token)),
                   "{\"cancel\":\"1000000007fedcba98\"}");
}

static void
longest_token_finds_room (void **state)
{
    (void) state;
    butler_text_t text;
    uint8_t token [BUTLER_TOKEN_MAX];
    memset (token, 0xAB, sizeof token);
    assert_int_equal (butler_notice_cancel (&text, butler_span (token, sizeof token)).size, 2 * sizeof token + 13);
}

static void
attempt_comes_alone_or_with_a_trace (void **state)
{
    (void) state;
    butler_text_t text;
    s_assert_text (butler_notice_attempt (&text, 0, butler_span (NULL, 0)), "{\"attempt\":0}");
    s_assert_text (butler_notice_attempt (&text, 65535, butler_span (NULL, 0)), "{\"attempt\":65535}");
    s_assert_text (butler_notice_attempt (&text, 1, butler_span_string ("00-4bf9-00f0-01")),
                   "{\"attempt\":1,\"traceparent\":\"00-4bf9-00f0-01\"}");
}

static void
heartbeat_and_refusal_are_read_as_they_were (void **state)
{
    (void) state;
    size_t size;
    butler_notice_t notice;
    char *text = butler_notice_heartbeat (3600000, &size);
    s_assert_text (butler_span_string (text), "{\"heartbeat\":3600000}");
    assert_int_equal (size, strlen (text));
    free (text);
    text = butler_notice_refused ("no \"worker\"\n of yours \xC3\xA9", &size);
    butler_notice_parse (&notice, butler_span (text, size));
    assert_string_equal (notice.refused, "no \"worker\"\n of yours \xC3\xA9");
    assert_int_equal (notice.heartbeat, 0);
    butler_notice_clear (&notice);
    free (text);
}

static void
all_that_a_notice_says_is_read (void **state)
{
    (void) state;
    butler_notice_t notice;
    butler_notice_parse (&notice, butler_span_string ("{\"refused\": \"full\", \"heartbeat\": 3600000, \"more\": 1, "
                                                      "\"cancel\": \"1000000007fedcba98\"}"));
    assert_string_equal (notice.refused, "full");
    assert_int_equal (notice.heartbeat, 3600000);
    assert_int_equal (notice.token_size, sizeof s_token);
    assert_memory_equal (notice.token, s_token, sizeof s_token);
    butler_notice_clear (&notice);
    assert_null (notice.refused);
}

static void
token_is_read_as_it_was (void **state)
{
    (void) state;
    butler_text_t text;
    uint8_t token [BUTLER_TOKEN_MAX];
    butler_notice_t notice;
    for (size_t size = 1; size <= sizeof token; size++) {
        token [size - 1] = (uint8_t) (size * 89);
        butler_notice_parse (&notice, butler_notice_cancel (&text, butler_span (token, size)));
        assert_int_equal (notice.token_size, size);
        assert_memory_equal (notice.token, token, size);
        butler_notice_clear (&notice);
    }
}

static void
what_is_wrong_says_nothing (void **state)
{
    (void) state;
    char longer [2 * (BUTLER_TOKEN_MAX + 1) + 32] = "{\"cancel\": \"";
    memset (longer + strlen (longer), '7', 2 * (BUTLER_TOKEN_MAX + 1));
    strcat (longer, "\"}");
    const char *const texts [] = {
        "", "{", "[]", "\"cancel\"", "{}", "{\"refused\": 1}", "{\"heartbeat\": 0}", "{\"heartbeat\": -1}",
        "{\"heartbeat\": 3600001}", "{\"heartbeat\": \"1\"}", "{\"heartbeat\": 1.5}", "{\"cancel\": \"\"}",
        "{\"cancel\": \"7\"}", "{\"cancel\": \"7A\"}", "{\"cancel\": \"7a7\"}", "{\"cancel\": 7}", longer
    };
    for (size_t index = 0; index < sizeof texts / sizeof *texts; index++) {
        butler_notice_t notice;
        butler_notice_parse (&notice, butler_span_string (texts [index]));
        assert_null (notice.refused);
        assert_int_equal (notice.heartbeat, 0);
        assert_int_equal (notice.token_size, 0);
        butler_notice_clear (&notice);
    }
}

//  Any printable UTF-8 may be a trace
static void
trace_is_read_as_it_was (void **state)
{
    (void) state;
    butler_text_t text;
    char longest [255];
    memset (longest, '"', sizeof longest);
    const butler_span_t traces [] = {
        butler_span_string ("\\\"}, {\\"), butler_span_string ("gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x98\x80"),
        butler_span (longest, sizeof longest),
    };
    for (size_t index = 0; index < sizeof traces / sizeof *traces; index++)
        s_assert_member (butler_notice_attempt (&text, 7, traces [index]), "traceparent", traces [index]);
}

static void
s_assert_parsed (const butler_view_t *cancel, butler_side_t side, butler_kind_t kind, butler_view_t *view)
{
    static butler_frames_t frames;
    butler_notice_put_cancel (&frames, cancel);
    assert_int_equal (butler_view_parse (view, side, &frames), 0);
    assert_int_equal (view->kind, kind);
    assert_int_equal (view->envelope, cancel->envelope);
}

static void
cancel_is_put_in_its_envelope (void **state)
{
    (void) state;
    butler_view_t view;
    const butler_span_t peer = butler_span_string ("peer"), api_id = butler_span_string ("1.0:42");
    const butler_span_t token = butler_span (s_token, sizeof s_token);
    s_assert_parsed (&(butler_view_t) { .envelope = BUTLER_ENVELOPE_FRAMES, .token = token, .api_id = api_id },
                     BUTLER_SIDE_WORKER, BUTLER_MSG_HEARTBEAT, &view);
    s_assert_text (view.notice, "{\"cancel\":\"1000000007fedcba98\"}");
    s_assert_parsed (&(butler_view_t) { .envelope = BUTLER_ENVELOPE_PACKED, .token = token, .api_id = api_id },
                     BUTLER_SIDE_WORKER, BUTLER_MSG_CANCEL, &view);
    assert_true (butler_span_equal (view.token, token));
    s_assert_parsed (&(butler_view_t) { .envelope = BUTLER_ENVELOPE_PACKED, .peer = peer, .api_id = api_id },
                     BUTLER_SIDE_FRONTEND, BUTLER_MSG_CANCEL, &view);
    s_assert_text (view.api_id, "1.0:42");
}

//  Of either dialect: the expiration says nothing
static void
client_in_frames_asks_butler_cancel (void **state)
{
    (void) state;
    static const char *ids [] = { "1.0:42", "0.3.0:42" };
    for (size_t index = 0; index < 2; index++) {
        const butler_view_t cancel = { .envelope = BUTLER_ENVELOPE_FRAMES, .api_id = butler_span_string (ids [index]) };
        butler_frames_t frames = { .count = 0 };
        butler_notice_put_cancel (&frames, &cancel);
        butler_view_t view;
        assert_int_equal (butler_view_check (&view, BUTLER_MSG_REQUEST, BUTLER_SIDE_FRONTEND, &frames, 0), 0);
        s_assert_text (view.service, "butler.cancel");
        s_assert_text (view.api_id, ids [index]);
        butler_frames_clear (&frames);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (cancel_names_the_token_in_hexadecimal),
        cmocka_unit_test (longest_token_finds_room),
        cmocka_unit_test (attempt_comes_alone_or_with_a_trace),
        cmocka_unit_test (heartbeat_and_refusal_are_read_as_they_were),
        cmocka_unit_test (all_that_a_notice_says_is_read),
        cmocka_unit_test (token_is_read_as_it_was),
        cmocka_unit_test (what_is_wrong_says_nothing),
        cmocka_unit_test (trace_is_read_as_it_was),
        cmocka_unit_test (cancel_is_put_in_its_envelope),
        cmocka_unit_test (client_in_frames_asks_butler_cancel),
    };
    return cmocka_run_group_tests_name ("notice", tests, NULL, NULL);
}
