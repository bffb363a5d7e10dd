/*  test_packed.c - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "guard.h"
#include "wire_pair.h"
#include "wire/butler_packed.h"

//  What a part may hold, or may not: bytes, or one byte that fills the size
typedef struct {
    const char *bytes;
    size_t size;
    bool fill;
} s_value_t;

typedef struct {
    const char *name;               //  as faults have it
    bool text;                      //  has its length in front; else a number
    const s_value_t *valid;
    size_t valids;
    const s_value_t *invalid;
    size_t invalids;
    size_t offset;                  //  of a text: where the view points to it
} s_part_t;

typedef struct {
    const char *name;               //  of the layout
    int kind;
    butler_side_t side;
    uint8_t layout;
    bool content;
    size_t parts;
    const s_part_t *part;
} s_message_t;

#define COUNT(array) (sizeof (array) / sizeof *(array))
#define PARTS 8
#define LONGEST 512
#define BIG (BUTLER_PACKED_INLINE + 1)      //  a body that goes into a frame of its own


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

static const s_value_t s_valid_request_attempt [] = {
    { "\x00\x00", sizeof "\x00\x00" - 1, false },
};

static const s_value_t s_valid_request_expiration [] = {
    { "\x00\x00\x01\x9A\xB6\x97\xE8\x00", sizeof "\x00\x00\x01\x9A\xB6\x97\xE8\x00" - 1, false },
    { "\x00\x00\x00\x00\x00\x00\x00\x00", sizeof "\x00\x00\x00\x00\x00\x00\x00\x00" - 1, false },
    { "\x00\x03\x8D\x7E\xA4\xC6\x7F\xFF", sizeof "\x00\x03\x8D\x7E\xA4\xC6\x7F\xFF" - 1, false },
    { "\x80\x00\x00\x00\x00\x00\x09\xC4", sizeof "\x80\x00\x00\x00\x00\x00\x09\xC4" - 1, false },
    { "\x80\x00\x00\x00\x00\x00\x00\x00", sizeof "\x80\x00\x00\x00\x00\x00\x00\x00" - 1, false },
    { "\x80\x00\x00\x02\x54\x0B\xE3\xFF", sizeof "\x80\x00\x00\x02\x54\x0B\xE3\xFF" - 1, false },
};

static const s_value_t s_invalid_request_expiration [] = {
    { "\x00\x03\x8D\x7E\xA4\xC6\x80\x00", sizeof "\x00\x03\x8D\x7E\xA4\xC6\x80\x00" - 1, false },
    { "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", sizeof "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF" - 1, false },
    { "\x80\x00\x00\x02\x54\x0B\xE4\x00", sizeof "\x80\x00\x00\x02\x54\x0B\xE4\x00" - 1, false },
    { "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", sizeof "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" - 1, false },
};

static const s_value_t s_valid_request_trace [] = {
    { "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", sizeof "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" - 1, false },
    { "", sizeof "" - 1, false },
    { "t", 255, true },
    { "gr\xC3\xBC\xC3\x9F dich", sizeof "gr\xC3\xBC\xC3\x9F dich" - 1, false },
};

static const s_value_t s_invalid_request_trace [] = {
    { "a\x00", sizeof "a\x00" - 1, false },
    { "two\nlines", sizeof "two\nlines" - 1, false },
    { "\xC2\x9F", sizeof "\xC2\x9F" - 1, false },
    { "cut \xE2\x82", sizeof "cut \xE2\x82" - 1, false },
};

static const s_part_t s_parts_of_request [] = {
    { "attempt", false, s_valid_request_attempt, COUNT (s_valid_request_attempt),
      NULL, 0, 0 },
    { "expiration", false, s_valid_request_expiration, COUNT (s_valid_request_expiration),
      s_invalid_request_expiration, COUNT (s_invalid_request_expiration), 0 },
    { "api:id", true, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), offsetof (butler_view_t, api_id) },
    { "service", true, s_valid_service, COUNT (s_valid_service),
      s_invalid_service, COUNT (s_invalid_service), offsetof (butler_view_t, service) },
    { "trace", true, s_valid_request_trace, COUNT (s_valid_request_trace),
      s_invalid_request_trace, COUNT (s_invalid_request_trace), offsetof (butler_view_t, trace) },
};

static const s_part_t s_parts_of_reply [] = {
    { "api:id", true, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), offsetof (butler_view_t, api_id) },
};

static const s_part_t s_parts_of_discovery [] = {
    { "api:id", true, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), offsetof (butler_view_t, api_id) },
    { "service", true, s_valid_service, COUNT (s_valid_service),
      s_invalid_service, COUNT (s_invalid_service), offsetof (butler_view_t, service) },
    { "code", true, s_valid_code, COUNT (s_valid_code),
      s_invalid_code, COUNT (s_invalid_code), offsetof (butler_view_t, notice) },
};

static const s_part_t s_parts_of_cancel [] = {
    { "api:id", true, s_valid_api_id, COUNT (s_valid_api_id),
      s_invalid_api_id, COUNT (s_invalid_api_id), offsetof (butler_view_t, api_id) },
};

static s_message_t s_request_at_frontend = {
    "request", BUTLER_MSG_REQUEST, BUTLER_SIDE_FRONTEND, 1, true,
    COUNT (s_parts_of_request), s_parts_of_request
};

static s_message_t s_response_at_client = {
    "reply", BUTLER_MSG_RESPONSE, BUTLER_SIDE_CLIENT, 2, true,
    COUNT (s_parts_of_reply), s_parts_of_reply
};

static s_message_t s_discovery_at_client = {
    "discovery", BUTLER_MSG_DISCOVERY, BUTLER_SIDE_CLIENT, 3, false,
    COUNT (s_parts_of_discovery), s_parts_of_discovery
};

static s_message_t s_reply_at_backend = {
    "reply", BUTLER_MSG_REPLY, BUTLER_SIDE_BACKEND, 2, true,
    COUNT (s_parts_of_reply), s_parts_of_reply
};

static s_message_t s_dispatch_at_worker = {
    "request", BUTLER_MSG_DISPATCH, BUTLER_SIDE_WORKER, 1, true,
    COUNT (s_parts_of_request), s_parts_of_request
};

static s_message_t s_cancel_at_frontend = {
    "cancel", BUTLER_MSG_CANCEL, BUTLER_SIDE_FRONTEND, 4, false,
    COUNT (s_parts_of_cancel), s_parts_of_cancel
};

static s_message_t s_cancel_at_worker = {
    "cancel", BUTLER_MSG_CANCEL, BUTLER_SIDE_WORKER, 4, false,
    COUNT (s_parts_of_cancel), s_parts_of_cancel
};

//  Each side receives what the other end of a pair sends
static wire_pair_t s_pair;
static guard_t s_guard;

static bool
s_at_router (const s_message_t *message)
{
    return message->side == BUTLER_SIDE_FRONTEND || message->side == BUTLER_SIDE_BACKEND;
}

static bool
s_has_token (const s_message_t *message)
{
    return message->side == BUTLER_SIDE_WORKER || message->side == BUTLER_SIDE_BACKEND;
}

//  What stands in a part: its first valid value, or the one value that is tried
static butler_span_t
s_part (const s_message_t *message, size_t index, size_t odd, const s_value_t *value)
{
    static uint8_t s_room [PARTS][LONGEST];
    const s_value_t *chosen = index == odd? value: message->part [index].valid;
    assert_true (index < PARTS && chosen->size <= LONGEST);
    if (chosen->fill)
        memset (s_room [index], *chosen->bytes, chosen->size);
    else
        memcpy (s_room [index], chosen->bytes, chosen->size);
    return butler_span (s_room [index], chosen->size);
}

//  The packed frame as the model has it, byte by byte; `inside` stands behind the last part
static butler_span_t
s_compose (const s_message_t *message, size_t odd, const s_value_t *value, butler_span_t inside)
{
    static uint8_t s_frame [PARTS * LONGEST + BIG];
    uint8_t *at = s_frame;
    *at++ = 0xb5;
    *at++ = 0x7e;
    *at++ = 1;
    *at++ = message->layout;
    for (size_t index = 0; index < message->parts; index++) {
        const butler_span_t bytes = s_part (message, index, odd, value);
        if (message->part [index].text)
            *at++ = (uint8_t) bytes.size;
        memcpy (at, bytes.data, bytes.size);
        at += bytes.size;
    }
    if (inside.size)
        memcpy (at, inside.data, inside.size);
    return butler_span (s_frame, (size_t) (at - s_frame) + inside.size);
}

static butler_span_t
s_plain (const s_message_t *message)
{
    return s_compose (message, PARTS, NULL, butler_span (NULL, 0));
}

//  The frames up to a body, as they are sent
static void
s_build (butler_frames_t *frames, const s_message_t *message, butler_span_t packed, const char *token)
{
    butler_frames_clear (frames);
    if (!s_at_router (message))
        butler_frames_append (frames, butler_span_string ("peer-0"));
    butler_frames_append (frames, packed);
    if (s_has_token (message))
        butler_frames_append (frames, butler_span_string (token));
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

static uint64_t
s_number (butler_span_t bytes)
{
    uint64_t number = 0;
    for (size_t at = 0; at < bytes.size; at++)
        number = number * 256 + bytes.data [at];
    return number;
}

//  ---- what is right

static butler_span_t
s_member (const s_part_t *part, const butler_view_t *view)
{
    butler_span_t span;
    memcpy (&span, (const uint8_t *) view + part->offset, sizeof span);
    return span;
}

//  What an encoder is told
static butler_view_t
s_describe (const s_message_t *message, size_t odd, const s_value_t *value)
{
    butler_view_t view = { .kind = message->kind, .envelope = BUTLER_ENVELOPE_PACKED };
    for (size_t index = 0; index < message->parts; index++) {
        const butler_span_t bytes = s_part (message, index, odd, value);
        if (message->part [index].text)
            memcpy ((uint8_t *) &view + message->part [index].offset, &bytes, sizeof bytes);
        else
        if (bytes.size == 2)
            view.attempt = (uint16_t) s_number (bytes);
        else {
            view.relative = bytes.data [0] >= 0x80;
            view.expiration = (int64_t) (s_number (bytes) & INT64_MAX);
        }
    }
    if (!s_at_router (message))
        view.peer = butler_span_string ("peer-0");
    if (s_has_token (message))
        view.token = butler_span_string ("token");
    return view;
}

static void
s_assert_parsed (const s_message_t *message, const butler_view_t *view, butler_frames_t *frames,
                 size_t odd, const s_value_t *value, butler_span_t body)
{
    const butler_view_t expected = s_describe (message, odd, value);
    assert_int_equal (view->kind, message->kind);
    assert_int_equal (view->envelope, BUTLER_ENVELOPE_PACKED);
    assert_null (view->fault);
    assert_null (view->deadline);
    assert_true (view->attempt == expected.attempt && view->relative == expected.relative);
    assert_true (view->expiration == expected.expiration);
    assert_int_equal (view->dialect, view->api_id.data [0] == '1' && view->api_id.data [1] == '.');
    for (size_t index = 0; index < message->parts; index++)
        if (message->part [index].text)
            assert_true (butler_span_equal (s_member (&message->part [index], view),
                                            s_part (message, index, odd, value)));
    assert_true (butler_span_equal (view->peer, butler_span_string (s_at_router (message)? "peer-0": "")));
    assert_true (butler_span_equal (view->token, butler_span_string (s_has_token (message)? "token": "")));
    assert_true (butler_span_equal (view->content, body));
    assert_int_equal (view->passed, s_at_router (message)? 1: 0);
    //  The message that has the content ends with it
    const unsigned first = view->passed;
    const unsigned apart = body.size >= BIG? first + 1 + s_has_token (message): first;
    assert_ptr_equal (view->body, &frames->frame [apart]);
    assert_int_equal (frames->count, first + 1 + s_has_token (message) + (body.size >= BIG));
    if (body.size)
        assert_ptr_equal (view->content.data + body.size, butler_frames_at (frames, apart).data + frames->size [apart]);
}

//  Encoded as the model says, and parsed as it was; `given`: as a message, else in the view
static void
s_assert_survives (const s_message_t *message, size_t odd, const s_value_t *value, butler_span_t body, bool given)
{
    butler_frames_t frames;
    butler_frames_init (&frames);
    butler_frames_append (&frames, butler_span_string ("what was in there"));
    butler_view_t view = s_describe (message, odd, value);
    zmq_msg_t msg = wire_body (body.data, given? body.size: 0);
    if (!given)
        view.content = body;
    const bool apart = butler_view_encode (&frames, &view, given? &msg: NULL);
    assert_int_equal (apart, body.size >= BIG);
    assert_int_equal (zmq_msg_size (&msg), apart || !given? 0: body.size);
    zmq_msg_close (&msg);
    const butler_span_t packed = s_compose (message, odd, value, apart? butler_span (NULL, 0): body);
    assert_true (butler_span_equal (butler_frames_at (&frames, s_at_router (message)? 0: 1), packed));
    if (s_carry (&frames, message, &view))
        fail_msg ("%s value %zu: %s", message->name, odd, view.fault);
    s_assert_parsed (message, &view, &frames, odd, value, body);
    butler_frames_clear (&frames);
}

static void
survives_the_wire_with_each_valid_value (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    static uint8_t s_body [BIG];
    memset (s_body, 'b', sizeof s_body);
    for (size_t odd = 0; odd < message->parts; odd++)
        for (size_t index = 0; index < message->part [odd].valids; index++) {
            const s_value_t *value = &message->part [odd].valid [index];
            s_assert_survives (message, odd, value, butler_span (NULL, 0), false);
            if (!message->content)
                continue;
            s_assert_survives (message, odd, value, butler_span (NULL, 0), true);
            s_assert_survives (message, odd, value, butler_span ("\x00 body", 6), false);
            s_assert_survives (message, odd, value, butler_span ("\x00 body", 6), true);
            s_assert_survives (message, odd, value, butler_span (s_body, BIG - 1), true);
            s_assert_survives (message, odd, value, butler_span (s_body, BIG), true);
        }
}

//  ---- what is wrong

//  The fault names it; who sent it is known, and the request, where its api:id could be read and an answer is due
static void
s_assert_malformed (butler_frames_t *frames, const s_message_t *message, const char *fault, bool identified)
{
    const bool told = identified && (message->side != BUTLER_SIDE_FRONTEND || message->content);
    butler_view_t view;
    if (s_carry (frames, message, &view) == 0)
        fail_msg ("%s is not malformed; expected: %s", message->name, fault);
    assert_int_equal (errno, EPROTO);
    assert_int_equal (view.kind, 0);
    assert_int_equal (view.envelope, BUTLER_ENVELOPE_PACKED);
    assert_non_null (view.fault);
    if (strncmp (view.fault, fault, strlen (fault)) != 0)
        fail_msg ("%s: \"%s\" is not \"%s\"", message->name, view.fault, fault);
    assert_true (butler_span_equal (view.peer, butler_span_string (s_at_router (message)? "peer-0": "")));
    assert_true (butler_span_equal (view.api_id, butler_span_string (told? "1.0:42": "")));
    assert_int_equal (view.dialect, identified);
}

static void
is_malformed_with_each_invalid_value (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    for (size_t odd = 0; odd < message->parts; odd++)
        for (size_t index = 0; index < message->part [odd].invalids; index++) {
            const s_value_t *value = &message->part [odd].invalid [index];
            if (value->size > UINT8_MAX)
                continue;           //  a byte can't say that length
            char fault [64];
            snprintf (fault, sizeof fault, "packed %s: %s is ", message->name, message->part [odd].name);
            const butler_span_t packed = s_compose (message, odd, value, butler_span (NULL, 0));
            s_build (&frames, message, packed, "token");
            if (packed.size < BUTLER_PACKED_LEAST)
                continue;           //  and so is none
            s_assert_malformed (&frames, message, fault, strcmp (message->part [odd].name, "api:id") != 0);
        }
    butler_frames_clear (&frames);
}

//  Laid against pages that fault, on one side and the other: one byte too far, and the test is over
static int
s_parse_guarded (const s_message_t *message, butler_span_t packed, bool at_end, butler_view_t *view)
{
    butler_frames_t frames;
    butler_frames_init (&frames);
    if (s_at_router (message))
        butler_frames_append (&frames, butler_span_string ("peer-0"));
    const butler_span_t laid = guard_lay (&s_guard, packed, at_end);
    zmq_msg_t msg;
    uint8_t *data = s_guard.page + (laid.data - s_guard.page);
    assert_int_equal (zmq_msg_init_data (&msg, data, laid.size, NULL, NULL), 0);
    butler_frames_append_msg (&frames, &msg);
    if (s_has_token (message))
        butler_frames_append (&frames, butler_span_string ("token"));
    const int rc = butler_view_parse (view, message->side, &frames);
    butler_frames_clear (&frames);
    return rc;
}

static void
is_malformed_cut_at_every_byte (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    const butler_span_t packed = s_plain (message);
    for (size_t size = 0; size < packed.size; size++)
        for (int at_end = 0; at_end < 2; at_end++) {
            butler_view_t view;
            assert_int_equal (s_parse_guarded (message, butler_span (packed.data, size), at_end, &view), -1);
            assert_int_equal (errno, EPROTO);
            assert_int_equal (view.kind, 0);
            assert_non_null (view.fault);
            if (size >= BUTLER_PACKED_LEAST)
                assert_memory_equal (view.fault, "packed ", 7);
        }
    butler_view_t view;
    assert_int_equal (s_parse_guarded (message, packed, true, &view), 0);
    assert_int_equal (s_parse_guarded (message, packed, false, &view), 0);
}

static void
is_malformed_with_more_than_it_has (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    const butler_span_t inside = butler_span_string ("b");
    for (int apart = 0; apart < 3; apart++) {
        s_build (&frames, message, s_compose (message, PARTS, NULL, inside), "token");
        for (int index = 0; index < apart; index++)
            butler_frames_append (&frames, butler_span_string (""));
        if (apart || !message->content)
            s_assert_malformed (&frames, message, apart? "packed: there are two bodies":
                                "packed: there is something behind the last part", true);
    }
    for (unsigned more = 1; more <= 5; more++) {
        s_build (&frames, message, s_plain (message), "token");
        for (unsigned index = 0; index < more; index++)
            butler_frames_append (&frames, butler_span_string (more > 1? "more": ""));
        if (more > 1 || !message->content)
            s_assert_malformed (&frames, message, more > 1? "packed: too many frames":
                                "packed: there is something behind the last part", true);
    }
    butler_frames_clear (&frames);
}

static void
is_malformed_without_a_right_token (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    if (!s_has_token (message))
        return;
    butler_frames_t frames;
    butler_frames_init (&frames);
    char big [257];
    memset (big, 'T', sizeof big);
    big [256] = 0;
    static const char *const s_fault = "packed: token is missing or not 1 to 255 bytes";
    s_build (&frames, message, s_plain (message), "");
    s_assert_malformed (&frames, message, s_fault, true);
    s_build (&frames, message, s_plain (message), big);
    s_assert_malformed (&frames, message, s_fault, true);
    s_build (&frames, message, s_plain (message), "token");
    frames.count--;
    s_assert_malformed (&frames, message, s_fault, true);
    butler_view_t view;
    s_build (&frames, message, s_plain (message), big + 1);
    assert_int_equal (s_carry (&frames, message, &view), 0);
    assert_int_equal (view.token.size, 255);
    butler_frames_clear (&frames);
}

static void
is_malformed_with_another_version (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    uint8_t packed [LONGEST];
    const butler_span_t right = s_plain (message);
    memcpy (packed, right.data, right.size);
    for (int version = 0; version < 256; version++) {
        packed [2] = (uint8_t) version;
        s_build (&frames, message, butler_span (packed, right.size), "token");
        if (version != 1)
            s_assert_malformed (&frames, message, "packed: no such version", false);
    }
    butler_frames_clear (&frames);
}

//  The layouts that a side receives
static bool
s_arrives (butler_side_t side, int layout)
{
    switch (side) {
        case BUTLER_SIDE_FRONTEND:
            return layout == 1 || layout == 4;
        case BUTLER_SIDE_BACKEND:
            return layout == 2;
        case BUTLER_SIDE_CLIENT:
            return layout == 2 || layout == 3;
        case BUTLER_SIDE_WORKER:
            return layout == 1 || layout == 4;
    }
    return false;
}

static void
is_malformed_with_another_layout (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    butler_frames_t frames;
    butler_frames_init (&frames);
    uint8_t packed [LONGEST];
    const butler_span_t right = s_plain (message);
    memcpy (packed, right.data, right.size);
    for (int layout = 0; layout < 256; layout++) {
        packed [3] = (uint8_t) layout;
        s_build (&frames, message, butler_span (packed, right.size), "token");
        if (!s_arrives (message->side, layout))
            s_assert_malformed (&frames, message, "packed: not a message for this side", false);
    }
    butler_frames_clear (&frames);
}

//  Any one byte wrong, then any two; whatever is still taken keeps the promises of the view
static void
stays_inside_its_bytes_with_any_of_them_wrong (void **state)
{
    const s_message_t *message = (const s_message_t *) *state;
    uint8_t packed [LONGEST];
    const butler_span_t right = s_plain (message);
    uint32_t seed = 17;
    for (size_t at = 4; at < right.size; at++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy (packed, right.data, right.size);
            packed [at] = (uint8_t) byte;
            seed = seed * 1664525 + 1013904223;
            if (byte & 1)
                packed [4 + (seed >> 8) % (right.size - 4)] = (uint8_t) (seed >> 24);
            butler_view_t view;
            if (s_parse_guarded (message, butler_span (packed, right.size), byte & 2, &view) == 0) {
                assert_true (butler_is_api_id (view.api_id));
                assert_true (view.service.size == 0 || butler_is_service (view.service));
                assert_true (view.expiration >= 0 && (view.attempt == 0 || message->side == BUTLER_SIDE_WORKER));
                continue;
            }
            assert_int_equal (errno, EPROTO);
            assert_non_null (view.fault);
            assert_true (view.api_id.size == 0 || butler_is_api_id (view.api_id));
        }
}

static int
s_setup (void **state)
{
    (void) state;
    wire_pair_init (&s_pair, 0);
    guard_init (&s_guard);
    return 0;
}

static int
s_teardown (void **state)
{
    (void) state;
    wire_pair_fini (&s_pair);
    guard_fini (&s_guard);
    return 0;
}

#define TEST(test, message) { #message "_" #test, test, NULL, NULL, &s_ ## message }

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (survives_the_wire_with_each_valid_value, request_at_frontend),
        TEST (is_malformed_with_each_invalid_value, request_at_frontend),
        TEST (is_malformed_cut_at_every_byte, request_at_frontend),
        TEST (is_malformed_with_more_than_it_has, request_at_frontend),
        TEST (is_malformed_without_a_right_token, request_at_frontend),
        TEST (is_malformed_with_another_version, request_at_frontend),
        TEST (is_malformed_with_another_layout, request_at_frontend),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, request_at_frontend),
        TEST (survives_the_wire_with_each_valid_value, response_at_client),
        TEST (is_malformed_with_each_invalid_value, response_at_client),
        TEST (is_malformed_cut_at_every_byte, response_at_client),
        TEST (is_malformed_with_more_than_it_has, response_at_client),
        TEST (is_malformed_without_a_right_token, response_at_client),
        TEST (is_malformed_with_another_version, response_at_client),
        TEST (is_malformed_with_another_layout, response_at_client),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, response_at_client),
        TEST (survives_the_wire_with_each_valid_value, discovery_at_client),
        TEST (is_malformed_with_each_invalid_value, discovery_at_client),
        TEST (is_malformed_cut_at_every_byte, discovery_at_client),
        TEST (is_malformed_with_more_than_it_has, discovery_at_client),
        TEST (is_malformed_without_a_right_token, discovery_at_client),
        TEST (is_malformed_with_another_version, discovery_at_client),
        TEST (is_malformed_with_another_layout, discovery_at_client),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, discovery_at_client),
        TEST (survives_the_wire_with_each_valid_value, reply_at_backend),
        TEST (is_malformed_with_each_invalid_value, reply_at_backend),
        TEST (is_malformed_cut_at_every_byte, reply_at_backend),
        TEST (is_malformed_with_more_than_it_has, reply_at_backend),
        TEST (is_malformed_without_a_right_token, reply_at_backend),
        TEST (is_malformed_with_another_version, reply_at_backend),
        TEST (is_malformed_with_another_layout, reply_at_backend),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, reply_at_backend),
        TEST (survives_the_wire_with_each_valid_value, dispatch_at_worker),
        TEST (is_malformed_with_each_invalid_value, dispatch_at_worker),
        TEST (is_malformed_cut_at_every_byte, dispatch_at_worker),
        TEST (is_malformed_with_more_than_it_has, dispatch_at_worker),
        TEST (is_malformed_without_a_right_token, dispatch_at_worker),
        TEST (is_malformed_with_another_version, dispatch_at_worker),
        TEST (is_malformed_with_another_layout, dispatch_at_worker),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, dispatch_at_worker),
        TEST (survives_the_wire_with_each_valid_value, cancel_at_frontend),
        TEST (is_malformed_with_each_invalid_value, cancel_at_frontend),
        TEST (is_malformed_cut_at_every_byte, cancel_at_frontend),
        TEST (is_malformed_with_more_than_it_has, cancel_at_frontend),
        TEST (is_malformed_without_a_right_token, cancel_at_frontend),
        TEST (is_malformed_with_another_version, cancel_at_frontend),
        TEST (is_malformed_with_another_layout, cancel_at_frontend),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, cancel_at_frontend),
        TEST (survives_the_wire_with_each_valid_value, cancel_at_worker),
        TEST (is_malformed_with_each_invalid_value, cancel_at_worker),
        TEST (is_malformed_cut_at_every_byte, cancel_at_worker),
        TEST (is_malformed_with_more_than_it_has, cancel_at_worker),
        TEST (is_malformed_without_a_right_token, cancel_at_worker),
        TEST (is_malformed_with_another_version, cancel_at_worker),
        TEST (is_malformed_with_another_layout, cancel_at_worker),
        TEST (stays_inside_its_bytes_with_any_of_them_wrong, cancel_at_worker),
    };
    return cmocka_run_group_tests (tests, s_setup, s_teardown);
}
