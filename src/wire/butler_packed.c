/*  butler_packed.c - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_packed.h"
#include <errno.h>
#include "butler_fields.h"

#define LAYOUT_VERSION 0x01

//  The bytes that are not read yet
typedef struct {
    const uint8_t *at, *end;
} s_bytes_t;

static int
s_fault (butler_view_t *self, const char *fault)
{
    self->fault = fault;
    errno = EPROTO;
    return -1;
}

static bool
s_number (s_bytes_t *bytes, int width, uint64_t *number)
{
    if (bytes->end - bytes->at < width)
        return false;
    *number = 0;
    while (width--)
        *number = *number << 8 | *bytes->at++;
    return true;
}

static bool
s_text (s_bytes_t *bytes, butler_span_t *text)
{
    if (bytes->at == bytes->end || bytes->end - bytes->at - 1 < *bytes->at)
        return false;
    *text = butler_span (bytes->at + 1, *bytes->at);
    bytes->at += 1 + text->size;
    return true;
}

static bool
s_attempt (s_bytes_t *bytes, butler_view_t *self)
{
    uint64_t number;
    if (!s_number (bytes, 2, &number))
        return false;
    self->attempt = (uint16_t) number;
    return true;
}

static bool
s_expiration (s_bytes_t *bytes, butler_view_t *self)
{
    uint64_t number;
    if (!s_number (bytes, 8, &number))
        return false;
    self->relative = number >> 63;
    self->expiration = (int64_t) (number & INT64_MAX);
    return true;
}

//  The layouts: NULL, or what is wrong

static const char *
s_read_request (butler_view_t *self, s_bytes_t *bytes)
{
    butler_span_t text;
    if (!s_attempt (bytes, self))
        return "packed request: attempt is missing";
    if (!s_expiration (bytes, self))
        return "packed request: expiration is missing";
    if (!s_text (bytes, &text) || !butler_is_api_id (text))
        return "packed request: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside";
    self->api_id = text;
    self->dialect = butler_dialect_of (text);
    if (!s_text (bytes, &text) || !butler_is_service (text))
        return "packed request: service is missing or not 1 to 250 bytes of printable UTF-8";
    self->service = text;
    if (!s_text (bytes, &text) || !butler_field_printable (text))
        return "packed request: trace is missing or not at most 255 bytes of printable UTF-8";
    self->trace = text;
    if (self->expiration > butler_field_expiration_most (self->relative))
        return "packed request: expiration is too large";
    return NULL;
}

static const char *
s_read_reply (butler_view_t *self, s_bytes_t *bytes)
{
    butler_span_t text;
    if (!s_text (bytes, &text) || !butler_is_api_id (text))
        return "packed reply: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside";
    self->api_id = text;
    self->dialect = butler_dialect_of (text);
    return NULL;
}

static const char *
s_read_discovery (butler_view_t *self, s_bytes_t *bytes)
{
    butler_span_t text;
    if (!s_text (bytes, &text) || !butler_is_api_id (text))
        return "packed discovery: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside";
    self->api_id = text;
    self->dialect = butler_dialect_of (text);
    if (!s_text (bytes, &text) || !butler_is_service (text))
        return "packed discovery: service is missing or not 1 to 250 bytes of printable UTF-8";
    self->service = text;
    if (!s_text (bytes, &text) || !butler_is_code (text))
        return "packed discovery: code is missing or not three digits";
    self->notice = text;
    return NULL;
}

static const char *
s_read_cancel (butler_view_t *self, s_bytes_t *bytes)
{
    butler_span_t text;
    if (!s_text (bytes, &text) || !butler_is_api_id (text))
        return "packed cancel: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside";
    self->api_id = text;
    self->dialect = butler_dialect_of (text);
    return NULL;
}

static const char *
s_read (butler_view_t *self, uint8_t layout, s_bytes_t *bytes)
{
    switch (layout) {
        case 1:
            return s_read_request (self, bytes);
        case 2:
            return s_read_reply (self, bytes);
        case 3:
            return s_read_discovery (self, bytes);
        case 4:
            return s_read_cancel (self, bytes);
    }
    return "packed: no such kind of message";
}

//  What a layout is where it is received, and whether there may be a body behind it
typedef struct {
    uint8_t kind;                   //  0: nothing that is received there
    bool content;
} s_form_t;

#define LAYOUTS 5

static s_form_t
s_form (butler_side_t side, uint8_t layout)
{
    static const s_form_t forms [][LAYOUTS] = {
        [BUTLER_SIDE_FRONTEND][1] = { BUTLER_MSG_REQUEST, true },
        [BUTLER_SIDE_FRONTEND][4] = { BUTLER_MSG_CANCEL, false },
        [BUTLER_SIDE_BACKEND][2] = { BUTLER_MSG_REPLY, true },
        [BUTLER_SIDE_CLIENT][2] = { BUTLER_MSG_RESPONSE, true },
        [BUTLER_SIDE_CLIENT][3] = { BUTLER_MSG_DISCOVERY, false },
        [BUTLER_SIDE_WORKER][1] = { BUTLER_MSG_DISPATCH, true },
        [BUTLER_SIDE_WORKER][4] = { BUTLER_MSG_CANCEL, false },
    };
    return layout < LAYOUTS? forms [side] [layout]: (s_form_t) { 0, false };
}

static bool
s_has_token (butler_side_t side)
{
    return side == BUTLER_SIDE_WORKER || side == BUTLER_SIDE_BACKEND;
}

//  What the router may tell a worker, and a client not the router
static const char *
s_presumed (const butler_view_t *self)
{
    if (self->attempt)
        return "packed: attempts are for the router to count";
    return self->relative && self->dialect != 1? "packed: expiration is relative, which is for dialect 1": NULL;
}

//  Behind the parts, or in a frame of its own: then nothing stands behind them
static const char *
s_take_content (butler_view_t *self, butler_frames_t *frames, unsigned first, unsigned next, const s_bytes_t *rest)
{
    self->body = &frames->frame [first];
    self->content = butler_span (rest->at, (size_t) (rest->end - rest->at));
    if (next == frames->count)
        return NULL;
    if (self->content.size)
        return "packed: there are two bodies";
    self->body = &frames->frame [next];
    self->content = butler_frames_at (frames, next);
    return next + 1 == frames->count? NULL: "packed: too many frames";
}

int
butler_packed_parse (butler_view_t *self, butler_side_t side, butler_frames_t *frames, unsigned first)
{
    const butler_span_t packed = butler_frames_at (frames, first);
    s_bytes_t bytes = { packed.data + 4, packed.data + packed.size };
    self->envelope = BUTLER_ENVELOPE_PACKED;
    if (packed.data [2] != LAYOUT_VERSION)
        return s_fault (self, "packed: no such version");
    const s_form_t form = s_form (side, packed.data [3]);
    if (!form.kind)
        return s_fault (self, "packed: not a message for this side");
    const char *fault = s_read (self, packed.data [3], &bytes);
    unsigned next = first + 1;
    if (!fault && s_has_token (side)) {
        if (next < frames->count)
            self->token = butler_frames_at (frames, next++);
        if (!butler_is_token (self->token))
            fault = "packed: token is missing or not 1 to 255 bytes";
    }
    if (!fault && side == BUTLER_SIDE_FRONTEND)
        fault = s_presumed (self);
    if (!fault)
        fault = s_take_content (self, frames, first, next, &bytes);
    if (!fault && !form.content && (self->content.size || next < frames->count))
        fault = "packed: there is something behind the last part";
    if (fault && side == BUTLER_SIDE_FRONTEND && !form.content)
        self->api_id = butler_span (NULL, 0);
    if (fault)
        return s_fault (self, fault);
    self->passed = first;
    self->kind = form.kind;
    return 0;
}

//  The encoder

static uint8_t *
s_put_number (uint8_t *into, int width, uint64_t number)
{
    for (int byte = width - 1; byte >= 0; byte--, number >>= 8)
        into [byte] = (uint8_t) number;
    return into + width;
}

static uint8_t *
s_put_bytes (uint8_t *into, butler_span_t bytes)
{
    if (bytes.size)
        memcpy (into, bytes.data, bytes.size);
    return into + bytes.size;
}

static uint8_t *
s_put_text (uint8_t *into, butler_span_t text)
{
    *into = (uint8_t) text.size;
    return s_put_bytes (into + 1, text);
}

static uint64_t
s_attempt_of (const butler_view_t *view)
{
    return view->attempt;
}

static uint64_t
s_expiration_of (const butler_view_t *view)
{
    return (uint64_t) view->expiration | (uint64_t) view->relative << 63;
}

static size_t
s_size_of_request (const butler_view_t *view)
{
    return 17 + view->api_id.size + view->service.size + view->trace.size;
}

static uint8_t *
s_put_request (uint8_t *into, const butler_view_t *view)
{
    into = s_put_number (into, 2, s_attempt_of (view));
    into = s_put_number (into, 8, s_expiration_of (view));
    into = s_put_text (into, view->api_id);
    into = s_put_text (into, view->service);
    into = s_put_text (into, view->trace);
    return into;
}

static size_t
s_size_of_reply (const butler_view_t *view)
{
    return 5 + view->api_id.size;
}

static uint8_t *
s_put_reply (uint8_t *into, const butler_view_t *view)
{
    into = s_put_text (into, view->api_id);
    return into;
}

static size_t
s_size_of_discovery (const butler_view_t *view)
{
    return 7 + view->api_id.size + view->service.size + view->notice.size;
}

static uint8_t *
s_put_discovery (uint8_t *into, const butler_view_t *view)
{
    into = s_put_text (into, view->api_id);
    into = s_put_text (into, view->service);
    into = s_put_text (into, view->notice);
    return into;
}

static size_t
s_size_of_cancel (const butler_view_t *view)
{
    return 5 + view->api_id.size;
}

static uint8_t *
s_put_cancel (uint8_t *into, const butler_view_t *view)
{
    into = s_put_text (into, view->api_id);
    return into;
}

//  The layout of a kind of message, or 0
static uint8_t
s_layout (int kind)
{
    switch (kind) {
        case BUTLER_MSG_REQUEST: return 1;
        case BUTLER_MSG_RESPONSE: return 2;
        case BUTLER_MSG_DISCOVERY: return 3;
        case BUTLER_MSG_REPLY: return 2;
        case BUTLER_MSG_DISPATCH: return 1;
        case BUTLER_MSG_CANCEL: return 4;
    }
    return 0;
}

static size_t
s_size (uint8_t layout, const butler_view_t *view)
{
    switch (layout) {
        case 1: return s_size_of_request (view);
        case 2: return s_size_of_reply (view);
        case 3: return s_size_of_discovery (view);
        case 4: return s_size_of_cancel (view);
    }
    return 0;
}

static uint8_t *
s_put (uint8_t layout, uint8_t *into, const butler_view_t *view)
{
    switch (layout) {
        case 1: return s_put_request (into, view);
        case 2: return s_put_reply (into, view);
        case 3: return s_put_discovery (into, view);
        case 4: return s_put_cancel (into, view);
    }
    return into;
}

int
butler_packed_put (butler_frames_t *out, const butler_view_t *view, zmq_msg_t *body)
{
    const uint8_t layout = s_layout (view->kind);
    if (!layout)
        return -1;
    butler_frames_spend (out);
    butler_span_t content = view->content;
    const bool apart = body && zmq_msg_size (body) > BUTLER_PACKED_INLINE;
    if (body)
        content = butler_span (zmq_msg_data (body), apart? 0: zmq_msg_size (body));
    if (view->peer.data)
        butler_frames_append (out, view->peer);
    const uint8_t head [] = { (uint8_t) "\xB5\x7E" [0], (uint8_t) "\xB5\x7E" [1], LAYOUT_VERSION, layout };
    uint8_t *into = butler_frames_extend (out, s_size (layout, view) + content.size);
    into = s_put_bytes (into, butler_span (head, sizeof head));
    into = s_put (layout, into, view);
    s_put_bytes (into, content);
    if (view->token.data)
        butler_frames_append (out, view->token);
    if (apart)
        butler_frames_append_msg (out, body);
    return apart;
}
