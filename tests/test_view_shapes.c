/*  test_view_shapes.c - tests of how butler_view_parse () tells messages apart, and of hostile ones
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_view.h"
#include <stdarg.h>
#include <setjmp.h>
#include <errno.h>
#include <cmocka.h>
#include "guard.h"
#include "wire/butler_fields.h"

static const char *const s_extreme [] = {
    "", "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "1.0:42", "0.3.0:7", "api.images",
    "mmi.api.images", "1764000000000", "+2500", "200", "MDPC01", "MDPW01", "MDPC02", "MDPW02",
    "\xb5\x7e\x01\x01\x01\x01\x01\x01", "\xb5\x7e\x01\x02\x03" "a:b", "\xb5\x7e\x01\x04\x03" "a:b", "peer", "{}", "gr\xc3\xbc\xc3\x9f dich"
};
#define EXTREMES (sizeof s_extreme / sizeof *s_extreme)

//  Frames from texts, up to NULL
static void
s_frames (butler_frames_t *frames, ...)
{
    butler_frames_clear (frames);
    va_list arguments;
    va_start (arguments, frames);
    const char *text;
    while ((text = va_arg (arguments, const char *)))
        butler_frames_append (frames, butler_span_string (text));
    va_end (arguments);
}

static void
s_assert_fault (butler_frames_t *frames, butler_side_t side, const char *fault)
{
    butler_view_t view;
    assert_int_equal (butler_view_parse (&view, side, frames), -1);
    assert_int_equal (errno, EPROTO);
    assert_int_equal (view.kind, 0);
    assert_string_equal (view.fault, fault);
    butler_frames_clear (frames);
}

static void
s_assert_kind (butler_frames_t *frames, butler_side_t side, int kind)
{
    butler_view_t view;
    assert_int_equal (butler_view_parse (&view, side, frames), 0);
    assert_int_equal (view.kind, kind);
    butler_frames_clear (frames);
}

static void
no_frames_are_malformed (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (int side = BUTLER_SIDE_FRONTEND; side <= BUTLER_SIDE_WORKER; side++)
        s_assert_fault (&frames, (butler_side_t) side, "no frames");
    s_frames (&frames, "peer", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_FRONTEND, "no frames");
    s_frames (&frames, "peer", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_BACKEND, "no frames");
}

static void
other_envelopes_are_named (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_frames (&frames, "peer", "", "MDPC01", "echo", "body", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_FRONTEND, "unsupported envelope: MDP/0.1");
    s_frames (&frames, "peer", "", "MDPW01", "\x01", "echo", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_BACKEND, "unsupported envelope: MDP/0.1");
    s_frames (&frames, "peer", "MDPC02", "\x01", "echo", "body", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_FRONTEND, "unsupported envelope: MDP/0.2");
    s_frames (&frames, "peer", "MDPW02", "\x01", "echo", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_BACKEND, "unsupported envelope: MDP/0.2");
}

static void
packed_envelope_is_told_by_eight_bytes (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_frames (&frames, "peer", "\xb5\x7e\x01\x01\x01\x01\x01\x01", "body", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_FRONTEND, "packed request: expiration is missing");
    s_frames (&frames, "\xb5\x7e\x01\x02\x03" "a:b", "body", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_CLIENT, BUTLER_MSG_RESPONSE);
    s_frames (&frames, "\xb5\x7e\x01\x01\x01\x01\x01\x01", "", "a:1", "api", "1", "body", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_WORKER, "packed request: expiration is missing");
    s_frames (&frames, "\xb5\x7e\x01\x01\x01\x01\x01", "", "a:1", "api", "1", "body", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
    s_frames (&frames, "\xb5\x7f\x01\x01\x01\x01\x01\x01", "", "a:1", "api", "1", "body", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
}

//  What could be read is there for the answer
static void
malformed_request_still_tells_whom_to_answer (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    s_frames (&frames, "peer", "", "1.0:42", "bad\nname", "+100", "body", NULL);
    assert_int_equal (butler_view_parse (&view, BUTLER_SIDE_FRONTEND, &frames), -1);
    assert_true (butler_span_equal (view.peer, butler_span_string ("peer")));
    assert_true (butler_span_equal (view.api_id, butler_span_string ("1.0:42")));
    assert_int_equal (view.dialect, 1);
    s_frames (&frames, "peer", "", "1.0:42", "api", "+1", "body", "7", "8", "9", NULL);
    assert_int_equal (butler_view_parse (&view, BUTLER_SIDE_FRONTEND, &frames), -1);
    assert_true (butler_span_equal (view.api_id, butler_span_string ("1.0:42")));
    s_frames (&frames, "peer", "", "1.0:42", NULL);
    assert_int_equal (butler_view_parse (&view, BUTLER_SIDE_FRONTEND, &frames), -1);
    assert_true (butler_span_equal (view.api_id, butler_span_string ("1.0:42")));
    s_frames (&frames, "peer", "", "no id", "api", "+100", "body", NULL);
    assert_int_equal (butler_view_parse (&view, BUTLER_SIDE_FRONTEND, &frames), -1);
    assert_true (butler_span_equal (view.peer, butler_span_string ("peer")));
    assert_int_equal (view.api_id.size, 0);
    assert_int_equal (view.dialect, 0);
    butler_frames_clear (&frames);
}

static void
relative_expiration_of_a_request_is_for_dialect_1_alone (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    s_frames (&frames, "peer", "", "1.0:42", "api", "+2500", "body", NULL);
    assert_int_equal (butler_view_parse (&view, BUTLER_SIDE_FRONTEND, &frames), 0);
    assert_true (view.relative);
    assert_int_equal (view.expiration, 2500);
    s_frames (&frames, "peer", "", "0.3.0:42", "api", "+2500", "body", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_FRONTEND, "REQUEST: expiration is relative, which is for dialect 1");
    s_frames (&frames, "token", "", "0.3.0:42", "api", "+2500", "body", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
}

static void
client_tells_response_from_discovery_by_shape (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_frames (&frames, "", "1.0:42", "200", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_CLIENT, BUTLER_MSG_RESPONSE);
    s_frames (&frames, "", "api.images", "200", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_CLIENT, BUTLER_MSG_DISCOVERY);
    s_frames (&frames, "", "1.0:42", "api.images", "200", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_CLIENT, BUTLER_MSG_DISCOVERY);
    s_frames (&frames, "", "api.images", "body", NULL);
    s_assert_fault (&frames, BUTLER_SIDE_CLIENT, "DISCOVERY: code is missing or not three digits");
}

static void
worker_takes_one_byte_for_a_command_and_else_for_a_token (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    s_frames (&frames, "\x07", "", "a:1", "api", "1", "body", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_WORKER, BUTLER_MSG_DISPATCH);
    s_frames (&frames, "\x02", "", "a:1", "api", "1", "body", NULL);
    s_assert_kind (&frames, BUTLER_SIDE_WORKER, BUTLER_MSG_HEARTBEAT);
    for (char byte = 1; byte <= 6; byte++) {
        const char command [] = { byte, 0 };
        s_frames (&frames, command, "", "a:1", "api", "1", "body", NULL);
        butler_view_t view;
        if (butler_view_parse (&view, BUTLER_SIDE_WORKER, &frames) == 0)
            assert_int_equal (view.kind, BUTLER_MSG_HEARTBEAT);
    }
    butler_frames_clear (&frames);
}

static void
check_tells_what_does_not_go_to_a_side (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    butler_put_heartbeat (&frames, butler_span (NULL, 0), butler_span_string ("{}"));
    assert_int_equal (butler_view_check (&view, BUTLER_MSG_HEARTBEAT, BUTLER_SIDE_WORKER, &frames, 0), 0);
    assert_int_equal (butler_view_check (&view, BUTLER_MSG_HEARTBEAT, BUTLER_SIDE_BACKEND, &frames, 0), -1);
    assert_int_equal (butler_view_check (&view, BUTLER_MSG_HEARTBEAT, BUTLER_SIDE_CLIENT, &frames, 0), -1);
    assert_int_equal (errno, EPROTO);
    butler_frames_clear (&frames);
}

//  Hostile messages: each frame lies in memory of its own between pages that fault
static guard_t s_guard [BUTLER_FRAMES_MAX];
static uint64_t s_seed = 0x2545f4914f6cdd1du;

static uint32_t
s_random (uint32_t below)
{
    s_seed ^= s_seed << 13;
    s_seed ^= s_seed >> 7;
    s_seed ^= s_seed << 17;
    return (uint32_t) (s_seed >> 32) % below;
}

//  One of the texts that mean something, at times damaged, or any bytes
static butler_span_t
s_random_bytes (uint8_t *buffer)
{
    size_t size = s_random (300);
    if (s_random (4)) {
        const char *text = s_extreme [s_random (EXTREMES)];
        size = strlen (text);
        memcpy (buffer, text, size);
    }
    else
        for (size_t at = 0; at < size; at++)
            buffer [at] = (uint8_t) s_random (256);
    if (size && s_random (4) == 0)
        buffer [s_random ((uint32_t) size)] ^= (uint8_t) (1 << s_random (8));
    if (size && s_random (16) == 0)
        size = s_random ((uint32_t) size);
    return butler_span (buffer, size);
}

static void
s_lay (butler_frames_t *frames, butler_span_t bytes)
{
    const butler_span_t laid = guard_lay (&s_guard [frames->count], bytes, s_random (4) > 0);
    uint8_t *data = s_guard [frames->count].page + (laid.data - s_guard [frames->count].page);
    assert_int_equal (zmq_msg_init_data (&frames->frame [frames->count], data, laid.size, NULL, NULL), 0);
    frames->size [frames->count] = laid.size;
    frames->made = ++frames->count;
}

//  A right message of one of the layouts, or one without any plan; then some damage
static void
s_mutant (butler_frames_t *frames)
{
    static const char *const s_layouts [] [BUTLER_FRAMES_MAX] = {
        { "peer", "", "1.0:42", "api.images", "+2500", "{}" },
        { "peer", "\x01", "api.images", "{}" },
        { "peer", "\x02" },
        { "peer", "\x04", "token", "", "0.3.0:7", "body" },
        { "peer", "\x04", "worker", "\x02" },
        { "peer", "\x05" },
        { "", "1.0:42", "body" },
        { "", "1.0:42", "api.images", "200" },
        { "", "api.images", "200" },
        { "token", "", "0.3.0:7", "api.images", "1764000000000", "body", "{}" },
        { "\x02", "{}", "{}" },
        { "\x03" },
        { "peer", "\xb5\x7e\x01\x02\x03" "a:b", "token", "body" },
        { "peer", "\xb5\x7e\x01\x02\x03" "a:b" "body", "token" },
        { "peer", "\xb5\x7e\x01\x04\x03" "a:b" },
        { "\xb5\x7e\x01\x02\x03" "a:b", "body" },
        { "\xb5\x7e\x01\x03\x03" "a:b" "\x03" "api" "\x03" "200" },
        { "\xb5\x7e\x01\x04\x03" "a:b", "token" },
        { NULL }
    };
    const char *const *layout = s_layouts [s_random (sizeof s_layouts / sizeof *s_layouts)];
    const unsigned damaged = s_random (8);
    const unsigned most = *layout? 9: s_random (10);
    for (unsigned index = 0; index < most && (layout [index] || !*layout || index < damaged); index++) {
        uint8_t buffer [512];
        const bool plain = layout [index] && (index != damaged || s_random (2));
        s_lay (frames, plain? butler_span_string (layout [index]): s_random_bytes (buffer));
        if (index == damaged && s_random (4) == 0)
            break;
    }
}

static bool
s_lies_in (butler_span_t span, butler_frames_t *frames)
{
    if (span.size == 0)
        return true;
    for (unsigned index = 0; index < frames->count; index++) {
        const butler_span_t frame = butler_frames_at (frames, index);
        if (span.data >= frame.data && span.data + span.size <= frame.data + frame.size)
            return true;
    }
    return false;
}

//  Whatever is accepted keeps the promises of the view
static void
s_assert_sound (const butler_view_t *view, butler_side_t side, butler_frames_t *frames)
{
    assert_true (s_lies_in (view->peer, frames) && s_lies_in (view->token, frames));
    assert_true (s_lies_in (view->api_id, frames) && s_lies_in (view->service, frames));
    assert_true (s_lies_in (view->properties, frames) && s_lies_in (view->notice, frames));
    assert_true (s_lies_in (view->trace, frames) && s_lies_in (view->content, frames));
    assert_true (view->api_id.size == 0 || butler_is_api_id (view->api_id));
    assert_true (view->service.size == 0 || butler_service_name_valid (view->service));
    assert_int_equal (view->dialect, butler_dialect_of (view->api_id));
    assert_true (view->expiration >= 0 && view->passed < frames->count);
    assert_non_null (butler_kind_name (view->kind));
    if (view->kind == BUTLER_MSG_REQUEST && view->envelope == BUTLER_ENVELOPE_FRAMES) {
        assert_int_equal (side, BUTLER_SIDE_FRONTEND);
        assert_int_equal (frames->count, 6);
        assert_ptr_equal (view->body, &frames->frame [5]);
    }
    if (view->kind == BUTLER_MSG_REPLY) {
        assert_int_equal (side, BUTLER_SIDE_BACKEND);
        assert_true (view->envelope || view->body == &frames->frame [5]);
    }
}

static void
a_hundred_thousand_hostile_messages_do_no_harm (void **state)
{
    (void) state;
    unsigned accepted = 0, refused = 0;
    for (int index = 0; index < BUTLER_FRAMES_MAX; index++)
        guard_init (&s_guard [index]);
    for (int count = 0; count < 100000; count++) {
        butler_frames_t frames;
        butler_frames_init (&frames);
        s_mutant (&frames);
        for (int side = BUTLER_SIDE_FRONTEND; side <= BUTLER_SIDE_WORKER; side++) {
            butler_view_t view;
            errno = 0;
            if (butler_view_parse (&view, (butler_side_t) side, &frames) == 0) {
                s_assert_sound (&view, (butler_side_t) side, &frames);
                accepted++;
                continue;
            }
            assert_int_equal (errno, EPROTO);
            assert_non_null (view.fault);
            assert_int_equal (view.kind, 0);
            assert_true (s_lies_in (view.peer, &frames) && s_lies_in (view.api_id, &frames));
            refused++;
        }
        butler_frames_clear (&frames);
    }
    for (int index = 0; index < BUTLER_FRAMES_MAX; index++)
        guard_fini (&s_guard [index]);
    assert_in_range (accepted, 40000, 200000);      //  both happen often, so both are tried
    assert_in_range (refused, 200000, 360000);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (no_frames_are_malformed),
        cmocka_unit_test (other_envelopes_are_named),
        cmocka_unit_test (packed_envelope_is_told_by_eight_bytes),
        cmocka_unit_test (malformed_request_still_tells_whom_to_answer),
        cmocka_unit_test (relative_expiration_of_a_request_is_for_dialect_1_alone),
        cmocka_unit_test (client_tells_response_from_discovery_by_shape),
        cmocka_unit_test (worker_takes_one_byte_for_a_command_and_else_for_a_token),
        cmocka_unit_test (check_tells_what_does_not_go_to_a_side),
        cmocka_unit_test (a_hundred_thousand_hostile_messages_do_no_harm)
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
