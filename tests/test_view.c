/*  test_view.c - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire_pair.h"
#include "wire/butler_view.h"

//  What a field may hold, or may not: bytes, or one byte that fills the size
typedef struct {
    const char *bytes;
    size_t size;
    bool fill;
} s_value_t;

//  Where the view points to it
typedef enum { S_NOWHERE, S_SPAN, S_MESSAGE } s_member_t;

typedef struct {
    const char *name;
    bool optional;
    const s_value_t *valid;
    size_t valids;
    const s_value_t *invalid;
    size_t invalids;
    s_member_t member;
    size_t offset;
} s_field_t;

typedef struct {
    int kind;
    butler_side_t side;
    bool many;                      //  further frames are allowed
    size_t fields;
    const s_field_t *field;
} s_message_t;

#define COUNT(array) (sizeof (array) / sizeof *(array))

static const s_value_t s_valid_empty [] = {
    { "", 0, false }
};

static const s_value_t s_invalid_empty [] = {
    { "x", 1, false },
    { "\x00", 1, false }
};

static const s_value_t s_valid_ready [] = {
    { "\x01", 1, false }
};

static const s_value_t s_valid_heartbeat [] = {
    { "\x02", 1, false }
};

static const s_value_t s_valid_reconnect [] = {
    { "\x03", 1, false }
};

static const s_value_t s_valid_reply [] = {
    { "\x04", 1, false }
};

static const s_value_t s_valid_leave [] = {
    { "\x05", 1, false }
};

static const s_value_t s_invalid_command [] = {
    { "", 0, false },
    { "\x00", 1, false },
    { "\x06", 1, false },
    { "\x07", 1, false },
    { "\x02\x02", 2, false }
};

static const s_value_t s_valid_token [] = {
    { "\x01\x00\x00\x00\x07\x00\x00\x00\x2A", sizeof "\x01\x00\x00\x00\x07\x00\x00\x00\x2A" - 1, false },
    { "T", sizeof "T" - 1, false },
    { "T", 255, true },
};

static const s_value_t s_invalid_token [] = {
    { "", sizeof "" - 1, false },
    { "T", 256, true },
};

static const s_value_t s_valid_routing_id [] = {
    { "other", sizeof "other" - 1, false },
    { "R", 255, true },
};

static const s_value_t s_invalid_routing_id [] = {
    { "", sizeof "" - 1, false },
    { "R", 256, true },
};

static const s_value_t s_valid_api_id [] = {
    { "1.0:42", sizeof "1.0:42" - 1, false },
    { "0.3.0:0f9c2e77-53a0-4c6f", sizeof "0.3.0:0f9c2e77-53a0-4c6f" - 1, false },
    { "a:b", sizeof "a:b" - 1, false },
    { "1.0::~ :", sizeof "1.0::~ :" - 1, false },
};

static const s_value_t s_invalid_api_id [] = {
    { "", sizeof "" - 1, false },
    { "1:", sizeof "1:" - 1, false },
    { ":", 256, true },
    { "1.0-42", sizeof "1.0-42" - 1, false },
    { ":42", sizeof ":42" - 1, false },
    { ":4:2", sizeof ":4:2" - 1, false },
    { "1.0:", sizeof "1.0:" - 1, false },
    { "1.0:\x1F", sizeof "1.0:\x1F" - 1, false },
    { "1.0:4\x7F", sizeof "1.0:4\x7F" - 1, false },
    { "1.0:\xC3\xA9", sizeof "1.0:\xC3\xA9" - 1, false },
    { "1.0:long enough\000for a word", sizeof "1.0:long enough\000for a word" - 1, false },
};

static const s_value_t s_valid_service [] = {
    { "api.images", sizeof "api.images" - 1, false },
    { "mmi.api.images", sizeof "mmi.api.images" - 1, false },
    { "s", sizeof "s" - 1, false },
    { "s", 250, true },
    { "gr\xC3\xBC\xC3\x9F dich \xC2\xA0", sizeof "gr\xC3\xBC\xC3\x9F dich \xC2\xA0" - 1, false },
    { "\xE2\x82\xAC \xED\x9F\xBF \xEE\x80\x80", sizeof "\xE2\x82\xAC \xED\x9F\xBF \xEE\x80\x80" - 1, false },
    { "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", sizeof "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF" - 1, false },
};

static const s_value_t s_invalid_service [] = {
    { "", sizeof "" - 1, false },
    { "s", 251, true },
    { "api\x00images", sizeof "api\x00images" - 1, false },
    { "api.images\n", sizeof "api.images\n" - 1, false },
    { "\x7F", sizeof "\x7F" - 1, false },
    { "a\xC2\x80", sizeof "a\xC2\x80" - 1, false },
    { "a\xC2\x9F", sizeof "a\xC2\x9F" - 1, false },
    { "\xC0\xAF", sizeof "\xC0\xAF" - 1, false },
    { "\xC1\xBF", sizeof "\xC1\xBF" - 1, false },
    { "\xE0\x9F\xBF", sizeof "\xE0\x9F\xBF" - 1, false },
    { "\xF0\x8F\xBF\xBF", sizeof "\xF0\x8F\xBF\xBF" - 1, false },
    { "\xED\xA0\x80", sizeof "\xED\xA0\x80" - 1, false },
    { "\xED\xBF\xBF", sizeof "\xED\xBF\xBF" - 1, false },
    { "\xF4\x90\x80\x80", sizeof "\xF4\x90\x80\x80" - 1, false },
    { "\xF5\x80\x80\x80", sizeof "\xF5\x80\x80\x80" - 1, false },
    { "\x80", sizeof "\x80" - 1, false },
    { "\xC3", sizeof "\xC3" - 1, false },
    { "\xE2\x82", sizeof "\xE2\x82" - 1, false },
    { "\xF0\x90\x80", sizeof "\xF0\x90\x80" - 1, false },
    { "\xE2\x28\xA1", sizeof "\xE2\x28\xA1" - 1, false },
    { "long enough \xC3(", sizeof "long enough \xC3(" - 1, false },
};

static const s_value_t s_valid_expiration [] = {
    { "1764000000000", sizeof "1764000000000" - 1, false },
    { "0", sizeof "0" - 1, false },
    { "999999999999999", sizeof "999999999999999" - 1, false },
};

static const s_value_t s_invalid_expiration [] = {
    { "", sizeof "" - 1, false },
    { "9999999999999999", sizeof "9999999999999999" - 1, false },
    { "+", sizeof "+" - 1, false },
    { "+12345678901", sizeof "+12345678901" - 1, false },
    { "-1", sizeof "-1" - 1, false },
    { "12.5", sizeof "12.5" - 1, false },
    { " 12", sizeof " 12" - 1, false },
    { "12\x00", sizeof "12\x00" - 1, false },
    { "++12", sizeof "++12" - 1, false },
    { "0x10", sizeof "0x10" - 1, false },
};

static const s_value_t s_valid_code [] = {
    { "200", sizeof "200" - 1, false },
    { "400", sizeof "400" - 1, false },
};

static const s_value_t s_invalid_code [] = {
    { "", sizeof "" - 1, false },
    { "20", sizeof "20" - 1, false },
    { "2000", sizeof "2000" - 1, false },
    { "2O0", sizeof "2O0" - 1, false },
};

static const s_value_t s_valid_order [] = {
    { "\x02", sizeof "\x02" - 1, false },
    { "\x03", sizeof "\x03" - 1, false },
};

static const s_value_t s_invalid_order [] = {
    { "", sizeof "" - 1, false },
    { "\x02\x02", sizeof "\x02\x02" - 1, false },
    { "\x04", sizeof "\x04" - 1, false },
};

static const s_value_t s_valid_json [] = {
    { "{\"threads\": 4}", sizeof "{\"threads\": 4}" - 1, false },
};

static const s_value_t s_valid_body [] = {
    { "hello \x00 world", sizeof "hello \x00 world" - 1, false },
    { "", sizeof "" - 1, false },
};

//  [] [api:id] [service] [expiration] [body]
static const s_field_t s_fields_of_request [] = {
    { "delimiter", false, s_valid_empty, COUNT (s_valid_empty),
      s_invalid_empty, COUNT (s_invalid_empty), S_NOWHERE, 0 },
    { "api_id", false, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), S_SPAN, offsetof (butler_view_t, api_id) },
    { "service", false, s_valid_service, COUNT (s_valid_service),
      s_invalid_service, COUNT (s_invalid_service), S_SPAN, offsetof (butler_view_t, service) },
    { "expiration", false, s_valid_expiration, COUNT (s_valid_expiration),
      s_invalid_expiration, COUNT (s_invalid_expiration), S_MESSAGE, offsetof (butler_view_t, deadline) },
    { "body", false, s_valid_body, COUNT (s_valid_body),
      NULL, 0, S_MESSAGE, offsetof (butler_view_t, body) },
};

static s_message_t s_request_at_frontend = {
    BUTLER_MSG_REQUEST, BUTLER_SIDE_FRONTEND, false,
    COUNT (s_fields_of_request), s_fields_of_request
};

//  [] [api:id] [response]
static const s_field_t s_fields_of_response [] = {
    { "delimiter", false, s_valid_empty, COUNT (s_valid_empty),
      s_invalid_empty, COUNT (s_invalid_empty), S_NOWHERE, 0 },
    { "api_id", false, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), S_SPAN, offsetof (butler_view_t, api_id) },
    { "response", false, s_valid_body, COUNT (s_valid_body),
      NULL, 0, S_MESSAGE, offsetof (butler_view_t, body) },
};

static s_message_t s_response_at_client = {
    BUTLER_MSG_RESPONSE, BUTLER_SIDE_CLIENT, false,
    COUNT (s_fields_of_response), s_fields_of_response
};

//  [] ([api:id]) [service] [code]
static const s_field_t s_fields_of_discovery [] = {
    { "delimiter", false, s_valid_empty, COUNT (s_valid_empty),
      s_invalid_empty, COUNT (s_invalid_empty), S_NOWHERE, 0 },
    { "api_id", true, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), S_SPAN, offsetof (butler_view_t, api_id) },
    { "service", false, s_valid_service, COUNT (s_valid_service),
      s_invalid_service, COUNT (s_invalid_service), S_SPAN, offsetof (butler_view_t, service) },
    { "code", false, s_valid_code, COUNT (s_valid_code),
      s_invalid_code, COUNT (s_invalid_code), S_SPAN, offsetof (butler_view_t, notice) },
};

static s_message_t s_discovery_at_client = {
    BUTLER_MSG_DISCOVERY, BUTLER_SIDE_CLIENT, false,
    COUNT (s_fields_of_discovery), s_fields_of_discovery
};

//  [04] [worker] [order]
static const s_field_t s_fields_of_relay [] = {
    { "command", false, s_valid_reply, COUNT (s_valid_reply),
      s_invalid_command, COUNT (s_invalid_command), S_NOWHERE, 0 },
    { "worker", false, s_valid_routing_id, COUNT (s_valid_routing_id),
      s_invalid_routing_id, COUNT (s_invalid_routing_id), S_SPAN, offsetof (butler_view_t, token) },
    { "order", false, s_valid_order, COUNT (s_valid_order),
      s_invalid_order, COUNT (s_invalid_order), S_SPAN, offsetof (butler_view_t, notice) },
};

static s_message_t s_relay_at_backend = {
    BUTLER_MSG_RELAY, BUTLER_SIDE_BACKEND, false,
    COUNT (s_fields_of_relay), s_fields_of_relay
};

//  [04] [token] [] [api:id] [response]
static const s_field_t s_fields_of_reply [] = {
    { "command", false, s_valid_reply, COUNT (s_valid_reply),
      s_invalid_command, COUNT (s_invalid_command), S_NOWHERE, 0 },
    { "token", false, s_valid_token, COUNT (s_valid_token),
      s_invalid_token, COUNT (s_invalid_token), S_SPAN, offsetof (butler_view_t, token) },
    { "delimiter", false, s_valid_empty, COUNT (s_valid_empty),
      s_invalid_empty, COUNT (s_invalid_empty), S_NOWHERE, 0 },
    { "api_id", false, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), S_SPAN, offsetof (butler_view_t, api_id) },
    { "response", false, s_valid_body, COUNT (s_valid_body),
      NULL, 0, S_MESSAGE, offsetof (butler_view_t, body) },
};

static s_message_t s_reply_at_backend = {
    BUTLER_MSG_REPLY, BUTLER_SIDE_BACKEND, false,
    COUNT (s_fields_of_reply), s_fields_of_reply
};

//  [02] ([notice] …)
static const s_field_t s_fields_of_heartbeat [] = {
    { "command", false, s_valid_heartbeat, COUNT (s_valid_heartbeat),
      s_invalid_command, COUNT (s_invalid_command), S_NOWHERE, 0 },
    { "notice", true, s_valid_json, COUNT (s_valid_json),
      NULL, 0, S_SPAN, offsetof (butler_view_t, notice) },
};

static s_message_t s_heartbeat_at_backend = {
    BUTLER_MSG_HEARTBEAT, BUTLER_SIDE_BACKEND, false,
    1, s_fields_of_heartbeat
};

static s_message_t s_heartbeat_at_worker = {
    BUTLER_MSG_HEARTBEAT, BUTLER_SIDE_WORKER, true,
    COUNT (s_fields_of_heartbeat), s_fields_of_heartbeat
};

//  [01] [service] ([properties])
static const s_field_t s_fields_of_ready [] = {
    { "command", false, s_valid_ready, COUNT (s_valid_ready),
      s_invalid_command, COUNT (s_invalid_command), S_NOWHERE, 0 },
    { "service", false, s_valid_service, COUNT (s_valid_service),
      s_invalid_service, COUNT (s_invalid_service), S_SPAN, offsetof (butler_view_t, service) },
    { "properties", true, s_valid_json, COUNT (s_valid_json),
      NULL, 0, S_SPAN, offsetof (butler_view_t, properties) },
};

static s_message_t s_ready_at_backend = {
    BUTLER_MSG_READY, BUTLER_SIDE_BACKEND, false,
    COUNT (s_fields_of_ready), s_fields_of_ready
};

//  [05]
static const s_field_t s_fields_of_leave [] = {
    { "command", false, s_valid_leave, COUNT (s_valid_leave),
      s_invalid_command, COUNT (s_invalid_command), S_NOWHERE, 0 },
};

static s_message_t s_leave_at_backend = {
    BUTLER_MSG_LEAVE, BUTLER_SIDE_BACKEND, false,
    COUNT (s_fields_of_leave), s_fields_of_leave
};

static s_message_t s_leave_at_worker = {
    BUTLER_MSG_LEAVE, BUTLER_SIDE_WORKER, false,
    COUNT (s_fields_of_leave), s_fields_of_leave
};

//  [token] [] [api:id] [service] [expiration] [body] ([extra])
static const s_field_t s_fields_of_dispatch [] = {
    { "token", false, s_valid_token, COUNT (s_valid_token),
      s_invalid_token, COUNT (s_invalid_token), S_SPAN, offsetof (butler_view_t, token) },
    { "delimiter", false, s_valid_empty, COUNT (s_valid_empty),
      s_invalid_empty, COUNT (s_invalid_empty), S_NOWHERE, 0 },
    { "api_id", false, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), S_SPAN, offsetof (butler_view_t, api_id) },
    { "service", false, s_valid_service, COUNT (s_valid_service),
      s_invalid_service, COUNT (s_invalid_service), S_SPAN, offsetof (butler_view_t, service) },
    { "expiration", false, s_valid_expiration, COUNT (s_valid_expiration),
      s_invalid_expiration, COUNT (s_invalid_expiration), S_MESSAGE, offsetof (butler_view_t, deadline) },
    { "body", false, s_valid_body, COUNT (s_valid_body),
      NULL, 0, S_MESSAGE, offsetof (butler_view_t, body) },
    { "extra", true, s_valid_json, COUNT (s_valid_json),
      NULL, 0, S_SPAN, offsetof (butler_view_t, properties) },
};

static s_message_t s_dispatch_at_worker = {
    BUTLER_MSG_DISPATCH, BUTLER_SIDE_WORKER, false,
    COUNT (s_fields_of_dispatch), s_fields_of_dispatch
};

//  [03]
static const s_field_t s_fields_of_reconnect [] = {
    { "command", false, s_valid_reconnect, COUNT (s_valid_reconnect),
      s_invalid_command, COUNT (s_invalid_command), S_NOWHERE, 0 },
};

static s_message_t s_reconnect_at_worker = {
    BUTLER_MSG_RECONNECT, BUTLER_SIDE_WORKER, false,
    COUNT (s_fields_of_reconnect), s_fields_of_reconnect
};

//  Each side receives what the other end of a pair sends
static wire_pair_t s_pair;

static bool
s_at_router (const s_message_t *message)
{
    return message->side == BUTLER_SIDE_FRONTEND || message->side == BUTLER_SIDE_BACKEND;
}

static void
s_append (butler_frames_t *frames, const s_value_t *value)
{
    char bytes [512];
    memset (bytes, *value->bytes, sizeof bytes);
    if (!value->fill && value->size)
        memcpy (bytes, value->bytes, value->size);
    assert_true (value->size <= sizeof bytes);
    butler_frames_append (frames, butler_span (bytes, value->size));
}

//  The message with the first valid value in each field, but for one (or for none)
static void
s_build (butler_frames_t *frames, const s_message_t *message, size_t odd, const s_value_t *value)
{
    butler_frames_clear (frames);
    if (!s_at_router (message))
        butler_frames_append (frames, butler_span_string ("peer-0"));
    for (size_t index = 0; index < message->fields; index++)
        s_append (frames, index == odd? value: message->field [index].valid);
}

//  Over the sockets and through the parser; the frames are then what was received
static int
s_carry (butler_frames_t *frames, const s_message_t *message, butler_view_t *view)
{
    void *from = s_at_router (message)? s_pair.peer [0]: s_pair.router;
    void *to = s_at_router (message)? s_pair.router: s_pair.peer [0];
    assert_int_equal (butler_frames_send (frames, 0, from), 0);
    assert_int_equal (wire_recv (frames, to), 0);
    memset (view, 0xa5, sizeof *view);
    return butler_view_parse (view, message->side, frames);
}

static void
s_assert_malformed (butler_frames_t *frames, const s_message_t *message, const char *what)
{
    butler_view_t view;
    if (s_carry (frames, message, &view) == 0)
        fail_msg ("%s with %s is not malformed", butler_kind_name (message->kind), what);
    assert_int_equal (errno, EPROTO);
    assert_non_null (view.fault);
    assert_int_equal (view.kind, 0);
    if (s_at_router (message))
        assert_true (butler_span_equal (view.peer, butler_span_string ("peer-0")));
}

//  Does the view point to the frame of this field?
static void
s_assert_member (const s_field_t *field, const butler_view_t *view, butler_frames_t *frames, unsigned index)
{
    const uint8_t *member = (const uint8_t *) view + field->offset;
    if (field->member == S_SPAN) {
        butler_span_t span;
        memcpy (&span, member, sizeof span);
        assert_ptr_equal (span.data, butler_frames_at (frames, index).data);
        assert_int_equal (span.size, butler_frames_at (frames, index).size);
    }
    if (field->member == S_MESSAGE) {
        zmq_msg_t *msg;
        memcpy (&msg, member, sizeof msg);
        assert_ptr_equal (msg, &frames->frame [index]);
    }
}

static void
s_assert_parsed (const s_message_t *message, const butler_view_t *view, butler_frames_t *frames)
{
    const unsigned first = s_at_router (message)? 1: 0;
    assert_int_equal (view->kind, message->kind);
    assert_int_equal (view->envelope, 0);
    assert_null (view->fault);
    assert_int_equal (frames->count, message->fields + first);
    if (first)
        assert_true (butler_span_equal (view->peer, butler_span_string ("peer-0")));
    else
        assert_int_equal (view->peer.size, 0);
    for (unsigned index = 0; index < message->fields; index++)
        s_assert_member (&message->field [index], view, frames, first + index);
}

static void
survives_the_wire_with_each_valid_value (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_view_t view;
    for (size_t odd = 0; odd < message->fields; odd++)
        for (size_t value = 0; value < message->field [odd].valids; value++) {
            s_build (&frames, message, odd, &message->field [odd].valid [value]);
            if (s_carry (&frames, message, &view))
                fail_msg ("%s value %zu: %s", message->field [odd].name, value, view.fault);
            s_assert_parsed (message, &view, &frames);
        }
    butler_frames_clear (&frames);
}

static void
is_malformed_with_each_invalid_value (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (size_t odd = 0; odd < message->fields; odd++)
        for (size_t value = 0; value < message->field [odd].invalids; value++) {
            char what [64];
            snprintf (what, sizeof what, "invalid %s number %zu", message->field [odd].name, value);
            s_build (&frames, message, odd, &message->field [odd].invalid [value]);
            s_assert_malformed (&frames, message, what);
        }
    butler_frames_clear (&frames);
}

static void
is_malformed_with_too_few_frames (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    size_t required = 0;
    for (size_t index = 0; index < message->fields; index++)
        required += !message->field [index].optional;
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (size_t count = required - 1; count > 0; count--) {
        s_build (&frames, message, 0, message->field [0].valid);
        frames.count = (unsigned) count + (s_at_router (message)? 0: 1);
        s_assert_malformed (&frames, message, "too few frames");
    }
    butler_frames_clear (&frames);
}

static void
is_malformed_with_too_many_frames (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (unsigned more = 1; !message->many && more <= 9 - 1 - message->fields; more++) {
        s_build (&frames, message, 0, message->field [0].valid);
        for (unsigned index = 0; index < more; index++)
            butler_frames_append (&frames, butler_span_string ("more"));
        s_assert_malformed (&frames, message, "too many frames");
    }
    butler_frames_clear (&frames);
}

static void
optional_fields_may_be_missing (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    if (!s_at_router (message))
        butler_frames_append (&frames, butler_span_string ("peer-0"));
    for (size_t index = 0; index < message->fields; index++)
        if (!message->field [index].optional)
            s_append (&frames, message->field [index].valid);
    butler_view_t view;
    assert_int_equal (s_carry (&frames, message, &view), 0);
    assert_int_equal (view.kind, message->kind);
    for (size_t index = 0; index < message->fields; index++)
        if (message->field [index].optional) {
            butler_span_t span;
            memcpy (&span, (const uint8_t *) &view + message->field [index].offset, sizeof span);
            assert_int_equal (span.size, 0);
        }
    butler_frames_clear (&frames);
}

//  What an encoder makes is the message with the first valid value in each field
static void
s_assert_encoded (butler_frames_t *frames, const s_message_t *message)
{
    butler_frames_t expected;
    butler_frames_init (&expected);
    s_build (&expected, message, 0, message->field [0].valid);
    assert_int_equal (frames->count, expected.count);
    for (unsigned index = 0; index < expected.count; index++)
        assert_true (butler_span_equal (butler_frames_at (frames, index), butler_frames_at (&expected, index)));
    butler_view_t view;
    const unsigned first = s_at_router (message)? 0: 1;
    assert_int_equal (butler_view_check (&view, (butler_kind_t) message->kind, message->side, frames, first), 0);
    assert_int_equal (view.kind, message->kind);
    butler_frames_clear (&expected);
    butler_frames_clear (frames);
}

static butler_span_t
s_span (const s_value_t *value)
{
    return butler_span (value->bytes, value->size);
}

static void
request_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    zmq_msg_t body = wire_body (s_valid_body->bytes, s_valid_body->size);
    butler_put_request (&frames, s_span (s_valid_api_id), s_span (s_valid_service), s_span (s_valid_expiration), &body);
    s_assert_encoded (&frames, &s_request_at_frontend);
}

static void
response_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    zmq_msg_t response = wire_body (s_valid_body->bytes, s_valid_body->size);
    butler_put_response (&frames, butler_span_string ("peer-0"), s_span (s_valid_api_id), &response);
    s_assert_encoded (&frames, &s_response_at_client);
}

static void
discovery_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_put_discovery (&frames, butler_span_string ("peer-0"), s_span (s_valid_api_id), s_span (s_valid_service), s_span (s_valid_code));
    s_assert_encoded (&frames, &s_discovery_at_client);
}

static void
relay_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_put_relay (&frames, s_span (s_valid_routing_id), s_span (s_valid_order));
    s_assert_encoded (&frames, &s_relay_at_backend);
}

static void
reply_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    zmq_msg_t response = wire_body (s_valid_body->bytes, s_valid_body->size);
    butler_put_reply (&frames, s_span (s_valid_token), s_span (s_valid_api_id), &response);
    s_assert_encoded (&frames, &s_reply_at_backend);
}

static void
heartbeat_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_put_heartbeat (&frames, butler_span_string ("peer-0"), s_span (s_valid_json));
    s_assert_encoded (&frames, &s_heartbeat_at_worker);
}

static void
ready_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_put_ready (&frames, s_span (s_valid_service), s_span (s_valid_json));
    s_assert_encoded (&frames, &s_ready_at_backend);
}

static void
leave_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_put_leave (&frames, butler_span_string ("peer-0"));
    s_assert_encoded (&frames, &s_leave_at_worker);
}

static void
dispatch_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    zmq_msg_t body = wire_body (s_valid_body->bytes, s_valid_body->size);
    butler_put_dispatch (&frames, butler_span_string ("peer-0"), s_span (s_valid_token), s_span (s_valid_api_id), s_span (s_valid_service), s_span (s_valid_expiration), &body, s_span (s_valid_json));
    s_assert_encoded (&frames, &s_dispatch_at_worker);
}

static void
reconnect_is_encoded_as_it_is_described (void **state)
{
    (void) state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_put_reconnect (&frames, butler_span_string ("peer-0"));
    s_assert_encoded (&frames, &s_reconnect_at_worker);
}

static int
s_setup (void **state)
{
    (void) state;
    wire_pair_init (&s_pair, 0);
    return 0;
}

static int
s_teardown (void **state)
{
    (void) state;
    wire_pair_fini (&s_pair);
    return 0;
}

#define TEST(test, message) { #message "_" #test, test, NULL, NULL, &s_ ## message }

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (survives_the_wire_with_each_valid_value, request_at_frontend),
        TEST (is_malformed_with_each_invalid_value, request_at_frontend),
        TEST (is_malformed_with_too_few_frames, request_at_frontend),
        TEST (is_malformed_with_too_many_frames, request_at_frontend),
        TEST (optional_fields_may_be_missing, request_at_frontend),
        cmocka_unit_test (request_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, response_at_client),
        TEST (is_malformed_with_each_invalid_value, response_at_client),
        TEST (is_malformed_with_too_few_frames, response_at_client),
        TEST (is_malformed_with_too_many_frames, response_at_client),
        TEST (optional_fields_may_be_missing, response_at_client),
        cmocka_unit_test (response_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, discovery_at_client),
        TEST (is_malformed_with_each_invalid_value, discovery_at_client),
        TEST (is_malformed_with_too_few_frames, discovery_at_client),
        TEST (is_malformed_with_too_many_frames, discovery_at_client),
        TEST (optional_fields_may_be_missing, discovery_at_client),
        cmocka_unit_test (discovery_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, relay_at_backend),
        TEST (is_malformed_with_each_invalid_value, relay_at_backend),
        TEST (is_malformed_with_too_few_frames, relay_at_backend),
        TEST (is_malformed_with_too_many_frames, relay_at_backend),
        TEST (optional_fields_may_be_missing, relay_at_backend),
        cmocka_unit_test (relay_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, reply_at_backend),
        TEST (is_malformed_with_each_invalid_value, reply_at_backend),
        TEST (is_malformed_with_too_few_frames, reply_at_backend),
        TEST (is_malformed_with_too_many_frames, reply_at_backend),
        TEST (optional_fields_may_be_missing, reply_at_backend),
        cmocka_unit_test (reply_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, heartbeat_at_backend),
        TEST (is_malformed_with_each_invalid_value, heartbeat_at_backend),
        TEST (is_malformed_with_too_few_frames, heartbeat_at_backend),
        TEST (is_malformed_with_too_many_frames, heartbeat_at_backend),
        TEST (optional_fields_may_be_missing, heartbeat_at_backend),
        TEST (survives_the_wire_with_each_valid_value, heartbeat_at_worker),
        TEST (is_malformed_with_each_invalid_value, heartbeat_at_worker),
        TEST (is_malformed_with_too_few_frames, heartbeat_at_worker),
        TEST (is_malformed_with_too_many_frames, heartbeat_at_worker),
        TEST (optional_fields_may_be_missing, heartbeat_at_worker),
        cmocka_unit_test (heartbeat_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, ready_at_backend),
        TEST (is_malformed_with_each_invalid_value, ready_at_backend),
        TEST (is_malformed_with_too_few_frames, ready_at_backend),
        TEST (is_malformed_with_too_many_frames, ready_at_backend),
        TEST (optional_fields_may_be_missing, ready_at_backend),
        cmocka_unit_test (ready_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, leave_at_backend),
        TEST (is_malformed_with_each_invalid_value, leave_at_backend),
        TEST (is_malformed_with_too_few_frames, leave_at_backend),
        TEST (is_malformed_with_too_many_frames, leave_at_backend),
        TEST (optional_fields_may_be_missing, leave_at_backend),
        TEST (survives_the_wire_with_each_valid_value, leave_at_worker),
        TEST (is_malformed_with_each_invalid_value, leave_at_worker),
        TEST (is_malformed_with_too_few_frames, leave_at_worker),
        TEST (is_malformed_with_too_many_frames, leave_at_worker),
        TEST (optional_fields_may_be_missing, leave_at_worker),
        cmocka_unit_test (leave_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, dispatch_at_worker),
        TEST (is_malformed_with_each_invalid_value, dispatch_at_worker),
        TEST (is_malformed_with_too_few_frames, dispatch_at_worker),
        TEST (is_malformed_with_too_many_frames, dispatch_at_worker),
        TEST (optional_fields_may_be_missing, dispatch_at_worker),
        cmocka_unit_test (dispatch_is_encoded_as_it_is_described),
        TEST (survives_the_wire_with_each_valid_value, reconnect_at_worker),
        TEST (is_malformed_with_each_invalid_value, reconnect_at_worker),
        TEST (is_malformed_with_too_few_frames, reconnect_at_worker),
        TEST (is_malformed_with_too_many_frames, reconnect_at_worker),
        TEST (optional_fields_may_be_missing, reconnect_at_worker),
        cmocka_unit_test (reconnect_is_encoded_as_it_is_described)
    };
    return cmocka_run_group_tests (tests, s_setup, s_teardown);
}
