/*  butler_view.c - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_view.h"
#include <assert.h>
#include <errno.h>
#include "butler_fields.h"
#include "butler_packed.h"

//  The frames that are not read yet
typedef struct {
    butler_frames_t *frames;
    unsigned next;
    butler_side_t side;
} s_cursor_t;

static unsigned
s_left (const s_cursor_t *cursor)
{
    return cursor->frames->count - cursor->next;
}

static bool
s_take (s_cursor_t *cursor, butler_span_t *bytes)
{
    if (s_left (cursor) == 0)
        return false;
    *bytes = butler_frames_at (cursor->frames, cursor->next++);
    return true;
}

static int
s_fault (butler_view_t *self, const char *fault)
{
    self->fault = fault;
    errno = EPROTO;
    return -1;
}

//  The end of a message of this kind
static int
s_done (butler_view_t *self, s_cursor_t *cursor, int kind, const char *fault)
{
    if (s_left (cursor))
        return s_fault (self, fault);
    self->kind = kind;
    return 0;
}

static bool
s_is_command (butler_span_t bytes)
{
    return bytes.size == 1 && bytes.data [0] >= 0x01 && bytes.data [0] <= 0x06;
}

//  The types of fields: each takes one frame, and sets its output where that frame is right

static bool
s_empty (s_cursor_t *cursor)
{
    return s_left (cursor) && cursor->frames->size [cursor->next++] == 0;
}

static bool
s_command (s_cursor_t *cursor, uint8_t command)
{
    butler_span_t bytes;
    return s_take (cursor, &bytes) && bytes.size == 1 && bytes.data [0] == command;
}

static bool
s_blob (s_cursor_t *cursor, butler_span_t *output)
{
    return s_take (cursor, output);
}

static bool
s_body (s_cursor_t *cursor, butler_view_t *self)
{
    if (!s_take (cursor, &self->content))
        return false;
    self->body = &cursor->frames->frame [cursor->next - 1];
    return true;
}

bool
butler_is_token (butler_span_t bytes)
{
    return bytes.size >= BUTLER_TOKEN_MIN && bytes.size <= BUTLER_TOKEN_MAX;
}

static bool
s_token (s_cursor_t *cursor, butler_span_t *output)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_is_token (bytes))
        return false;
    *output = bytes;
    return true;
}

bool
butler_is_routing_id (butler_span_t bytes)
{
    return bytes.size >= BUTLER_ROUTING_ID_MIN && bytes.size <= BUTLER_ROUTING_ID_MAX;
}

static bool
s_routing_id (s_cursor_t *cursor, butler_span_t *output)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_is_routing_id (bytes))
        return false;
    *output = bytes;
    return true;
}

bool
butler_is_api_id (butler_span_t bytes)
{
    return bytes.size >= BUTLER_API_ID_MIN && bytes.size <= BUTLER_API_ID_MAX
        && butler_field_api_id (bytes);
}

static bool
s_api_id (s_cursor_t *cursor, butler_span_t *output)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_is_api_id (bytes))
        return false;
    *output = bytes;
    return true;
}

bool
butler_is_service (butler_span_t bytes)
{
    return bytes.size >= BUTLER_SERVICE_MIN && bytes.size <= BUTLER_SERVICE_MAX
        && butler_field_service (bytes);
}

static bool
s_service (s_cursor_t *cursor, butler_span_t *output)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_is_service (bytes))
        return false;
    *output = bytes;
    return true;
}

bool
butler_is_code (butler_span_t bytes)
{
    return bytes.size == BUTLER_CODE_MAX
        && butler_field_code (bytes);
}

static bool
s_code (s_cursor_t *cursor, butler_span_t *output)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_is_code (bytes))
        return false;
    *output = bytes;
    return true;
}

bool
butler_is_order (butler_span_t bytes)
{
    return bytes.size == BUTLER_ORDER_MAX
        && butler_field_order (bytes);
}

static bool
s_order (s_cursor_t *cursor, butler_span_t *output)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_is_order (bytes))
        return false;
    *output = bytes;
    return true;
}

bool
butler_is_expiration (butler_span_t bytes)
{
    bool relative;
    int64_t milliseconds;
    return butler_field_expiration (bytes, &relative, &milliseconds);
}

static bool
s_expiration (s_cursor_t *cursor, butler_view_t *self)
{
    butler_span_t bytes;
    if (!s_take (cursor, &bytes) || !butler_field_expiration (bytes, &self->relative, &self->expiration))
        return false;
    self->deadline = &cursor->frames->frame [cursor->next - 1];
    return true;
}

//  The messages

//  [] [api:id] [service] [expiration] [body]
static int
s_parse_request (butler_view_t *self, s_cursor_t *cursor)
{
    self->passed = cursor->next;
    if (!s_empty (cursor))
        return s_fault (self, "REQUEST: delimiter is missing or not empty");
    if (!s_api_id (cursor, &self->api_id))
        return s_fault (self, "REQUEST: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside");
    self->dialect = butler_dialect_of (self->api_id);
    if (!s_service (cursor, &self->service))
        return s_fault (self, "REQUEST: service is missing or not 1 to 250 bytes of printable UTF-8");
    if (!s_expiration (cursor, self))
        return s_fault (self, "REQUEST: expiration is missing or not 1 to 15 digits, or '+' and 1 to 10 digits");
    if (self->relative && self->dialect != 1)
        return s_fault (self, "REQUEST: expiration is relative, which is for dialect 1");
    if (!s_body (cursor, self))
        return s_fault (self, "REQUEST: body is missing");
    return s_done (self, cursor, BUTLER_MSG_REQUEST, "REQUEST: too many frames");
}

//  [] [api:id] [response]
static int
s_parse_response (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_empty (cursor))
        return s_fault (self, "RESPONSE: delimiter is missing or not empty");
    if (!s_api_id (cursor, &self->api_id))
        return s_fault (self, "RESPONSE: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside");
    self->dialect = butler_dialect_of (self->api_id);
    if (!s_body (cursor, self))
        return s_fault (self, "RESPONSE: response is missing");
    return s_done (self, cursor, BUTLER_MSG_RESPONSE, "RESPONSE: too many frames");
}

//  [] ([api:id]) [service] [code]
static int
s_parse_discovery (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_empty (cursor))
        return s_fault (self, "DISCOVERY: delimiter is missing or not empty");
    if (s_left (cursor) > 2 && !s_api_id (cursor, &self->api_id))
        return s_fault (self, "DISCOVERY: api:id is not 3 to 255 bytes of printable ASCII with a colon inside");
    self->dialect = butler_dialect_of (self->api_id);
    if (!s_service (cursor, &self->service))
        return s_fault (self, "DISCOVERY: service is missing or not 1 to 250 bytes of printable UTF-8");
    if (!s_code (cursor, &self->notice))
        return s_fault (self, "DISCOVERY: code is missing or not three digits");
    return s_done (self, cursor, BUTLER_MSG_DISCOVERY, "DISCOVERY: too many frames");
}

//  [04] [worker] [order]
static int
s_parse_relay (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_command (cursor, BUTLER_REPLY))
        return s_fault (self, "RELAY: command is missing or not its command byte");
    if (!s_routing_id (cursor, &self->token))
        return s_fault (self, "RELAY: worker is missing or not 1 to 255 bytes");
    if (!s_order (cursor, &self->notice))
        return s_fault (self, "RELAY: order is missing or not 02 or 03");
    return s_done (self, cursor, BUTLER_MSG_RELAY, "RELAY: too many frames");
}

//  [04] [token] [] [api:id] [response]
static int
s_parse_reply (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_command (cursor, BUTLER_REPLY))
        return s_fault (self, "REPLY: command is missing or not its command byte");
    if (!s_token (cursor, &self->token))
        return s_fault (self, "REPLY: token is missing or not 1 to 255 bytes");
    self->passed = cursor->next;
    if (!s_empty (cursor))
        return s_fault (self, "REPLY: delimiter is missing or not empty");
    if (!s_api_id (cursor, &self->api_id))
        return s_fault (self, "REPLY: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside");
    self->dialect = butler_dialect_of (self->api_id);
    if (!s_body (cursor, self))
        return s_fault (self, "REPLY: response is missing");
    return s_done (self, cursor, BUTLER_MSG_REPLY, "REPLY: too many frames");
}

//  [02] ([notice] …)
static int
s_parse_heartbeat (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_command (cursor, BUTLER_HEARTBEAT))
        return s_fault (self, "HEARTBEAT: command is missing or not its command byte");
    if (cursor->side == BUTLER_SIDE_WORKER && s_left (cursor) > 0) {
        s_blob (cursor, &self->notice);
        cursor->next = cursor->frames->count;     //  further ones are for those who know them
    }
    return s_done (self, cursor, BUTLER_MSG_HEARTBEAT, "HEARTBEAT: too many frames");
}

//  [01] [service] ([properties])
static int
s_parse_ready (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_command (cursor, BUTLER_READY))
        return s_fault (self, "READY: command is missing or not its command byte");
    if (!s_service (cursor, &self->service))
        return s_fault (self, "READY: service is missing or not 1 to 250 bytes of printable UTF-8");
    if (s_left (cursor) > 0)
        s_blob (cursor, &self->properties);
    return s_done (self, cursor, BUTLER_MSG_READY, "READY: too many frames");
}

//  [05]
static int
s_parse_leave (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_command (cursor, BUTLER_LEAVE))
        return s_fault (self, "LEAVE: command is missing or not its command byte");
    return s_done (self, cursor, BUTLER_MSG_LEAVE, "LEAVE: too many frames");
}

//  [token] [] [api:id] [service] [expiration] [body] ([extra])
static int
s_parse_dispatch (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_token (cursor, &self->token))
        return s_fault (self, "DISPATCH: token is missing or not 1 to 255 bytes");
    if (!s_empty (cursor))
        return s_fault (self, "DISPATCH: delimiter is missing or not empty");
    if (!s_api_id (cursor, &self->api_id))
        return s_fault (self, "DISPATCH: api:id is missing or not 3 to 255 bytes of printable ASCII with a colon inside");
    self->dialect = butler_dialect_of (self->api_id);
    if (!s_service (cursor, &self->service))
        return s_fault (self, "DISPATCH: service is missing or not 1 to 250 bytes of printable UTF-8");
    if (!s_expiration (cursor, self))
        return s_fault (self, "DISPATCH: expiration is missing or not 1 to 15 digits, or '+' and 1 to 10 digits");
    if (!s_body (cursor, self))
        return s_fault (self, "DISPATCH: body is missing");
    if (s_left (cursor) > 0)
        s_blob (cursor, &self->properties);
    return s_done (self, cursor, BUTLER_MSG_DISPATCH, "DISPATCH: too many frames");
}

//  [03]
static int
s_parse_reconnect (butler_view_t *self, s_cursor_t *cursor)
{
    if (!s_command (cursor, BUTLER_RECONNECT))
        return s_fault (self, "RECONNECT: command is missing or not its command byte");
    return s_done (self, cursor, BUTLER_MSG_RECONNECT, "RECONNECT: too many frames");
}

//  The sides: which message it is, by its first frame and, where that leaves a choice, by its shape

static int
s_parse_frontend (butler_view_t *self, s_cursor_t *cursor)
{
    const butler_span_t first = butler_frames_at (cursor->frames, cursor->next);
    if (s_is_command (first))
        return s_fault (self, "a command where none is known");
    return s_parse_request (self, cursor);
}

static int
s_parse_backend (butler_view_t *self, s_cursor_t *cursor)
{
    const butler_span_t first = butler_frames_at (cursor->frames, cursor->next);
    const uint8_t command = s_is_command (first)? first.data [0]: 0;
    if (command == BUTLER_REPLY && s_left (cursor) == 3)
        return s_parse_relay (self, cursor);
    if (command == BUTLER_REPLY)
        return s_parse_reply (self, cursor);
    if (command == BUTLER_HEARTBEAT)
        return s_parse_heartbeat (self, cursor);
    if (command == BUTLER_READY)
        return s_parse_ready (self, cursor);
    if (command == BUTLER_LEAVE)
        return s_parse_leave (self, cursor);
    return s_fault (self, "not a message for the router, from workers");
}

static int
s_parse_client (butler_view_t *self, s_cursor_t *cursor)
{
    const butler_span_t first = butler_frames_at (cursor->frames, cursor->next);
    if (s_is_command (first))
        return s_fault (self, "a command where none is known");
    if (s_left (cursor) == 3 && butler_is_api_id (butler_frames_at (cursor->frames, cursor->next + 1)))
        return s_parse_response (self, cursor);
    return s_parse_discovery (self, cursor);
}

static int
s_parse_worker (butler_view_t *self, s_cursor_t *cursor)
{
    const butler_span_t first = butler_frames_at (cursor->frames, cursor->next);
    const uint8_t command = s_is_command (first)? first.data [0]: 0;
    if (command == BUTLER_HEARTBEAT)
        return s_parse_heartbeat (self, cursor);
    if (command == BUTLER_LEAVE)
        return s_parse_leave (self, cursor);
    if (command == 0)
        return s_parse_dispatch (self, cursor);
    if (command == BUTLER_RECONNECT)
        return s_parse_reconnect (self, cursor);
    return s_fault (self, "not a message for a worker, from the router");
}

//  The name of an envelope that is known but not supported, or NULL
static const char *
s_foreign (butler_frames_t *frames, unsigned first)
{
    const butler_span_t none = { NULL, 0 };
    const butler_span_t one = butler_frames_at (frames, first);
    const butler_span_t two = one.size == 0 && first + 1 < frames->count?
                              butler_frames_at (frames, first + 1): none;
    if (butler_span_equal (two, butler_span_string ("MDPC01")))
        return "unsupported envelope: MDP/0.1";
    if (butler_span_equal (two, butler_span_string ("MDPW01")))
        return "unsupported envelope: MDP/0.1";
    if (butler_span_equal (one, butler_span_string ("MDPC02")))
        return "unsupported envelope: MDP/0.2";
    if (butler_span_equal (one, butler_span_string ("MDPW02")))
        return "unsupported envelope: MDP/0.2";
    return NULL;
}

static int
s_parse (butler_view_t *self, s_cursor_t *cursor)
{
    switch (cursor->side) {
        case BUTLER_SIDE_FRONTEND:
            return s_parse_frontend (self, cursor);
        case BUTLER_SIDE_BACKEND:
            return s_parse_backend (self, cursor);
        case BUTLER_SIDE_CLIENT:
            return s_parse_client (self, cursor);
        case BUTLER_SIDE_WORKER:
            return s_parse_worker (self, cursor);
    }
    return s_fault (self, "no such side");
}

//  ROUTER sockets put the sender's routing id in front
static bool
s_is_router (butler_side_t side)
{
    switch (side) {
        case BUTLER_SIDE_FRONTEND:
            return true;
        case BUTLER_SIDE_BACKEND:
            return true;
        case BUTLER_SIDE_CLIENT:
            return false;
        case BUTLER_SIDE_WORKER:
            return false;
    }
    return false;
}

int
butler_view_parse (butler_view_t *self, butler_side_t side, butler_frames_t *frames)
{
    *self = (butler_view_t) { .kind = 0 };
    s_cursor_t cursor = { frames, 0, side };
    if (s_is_router (side))
        s_take (&cursor, &self->peer);
    if (s_left (&cursor) == 0)
        return s_fault (self, "no frames");
    const unsigned first = cursor.next;
    //  What begins as most of ours do is looked at for other envelopes only where it is wrong
    const bool usual = frames->size [first] <= 1;
    if (usual && s_parse (self, &cursor) == 0)
        return 0;
    if (!usual && butler_packed_begins (butler_frames_at (frames, first)))
        return butler_packed_parse (self, side, frames, first);
    const char *foreign = s_foreign (frames, first);
    if (foreign)
        return s_fault (self, foreign);
    return usual? -1: s_parse (self, &cursor);
}

static int
s_parse_kind (butler_view_t *self, butler_kind_t kind, s_cursor_t *cursor)
{
    switch (kind) {
        case BUTLER_MSG_REQUEST:
            return s_parse_request (self, cursor);
        case BUTLER_MSG_RESPONSE:
            return s_parse_response (self, cursor);
        case BUTLER_MSG_DISCOVERY:
            return s_parse_discovery (self, cursor);
        case BUTLER_MSG_READY:
            return s_parse_ready (self, cursor);
        case BUTLER_MSG_HEARTBEAT:
            return s_parse_heartbeat (self, cursor);
        case BUTLER_MSG_REPLY:
            return s_parse_reply (self, cursor);
        case BUTLER_MSG_LEAVE:
            return s_parse_leave (self, cursor);
        case BUTLER_MSG_DISPATCH:
            return s_parse_dispatch (self, cursor);
        case BUTLER_MSG_RECONNECT:
            return s_parse_reconnect (self, cursor);
        case BUTLER_MSG_RELAY:
            return s_parse_relay (self, cursor);
        case BUTLER_MSG_CANCEL:
            break;                  //  is in no frames of its own
    }
    return s_fault (self, "this kind is in the packed envelope alone");
}

//  The sides that receive messages of this kind, a bit for each
static unsigned
s_sides (butler_kind_t kind)
{
    switch (kind) {
        case BUTLER_MSG_REQUEST:
            return 1U << BUTLER_SIDE_FRONTEND;
        case BUTLER_MSG_RESPONSE:
            return 1U << BUTLER_SIDE_CLIENT;
        case BUTLER_MSG_DISCOVERY:
            return 1U << BUTLER_SIDE_CLIENT;
        case BUTLER_MSG_READY:
            return 1U << BUTLER_SIDE_BACKEND;
        case BUTLER_MSG_HEARTBEAT:
            return 1U << BUTLER_SIDE_BACKEND | 1U << BUTLER_SIDE_WORKER;
        case BUTLER_MSG_REPLY:
            return 1U << BUTLER_SIDE_BACKEND;
        case BUTLER_MSG_LEAVE:
            return 1U << BUTLER_SIDE_BACKEND | 1U << BUTLER_SIDE_WORKER;
        case BUTLER_MSG_DISPATCH:
            return 1U << BUTLER_SIDE_WORKER;
        case BUTLER_MSG_RECONNECT:
            return 1U << BUTLER_SIDE_WORKER;
        case BUTLER_MSG_RELAY:
            return 1U << BUTLER_SIDE_BACKEND;
        case BUTLER_MSG_CANCEL:
            return 1U << BUTLER_SIDE_FRONTEND | 1U << BUTLER_SIDE_WORKER;
    }
    return 0;
}

int
butler_view_check (butler_view_t *self, butler_kind_t kind, butler_side_t side,
                   butler_frames_t *frames, unsigned first)
{
    *self = (butler_view_t) { .kind = 0 };
    if (first < frames->count && butler_packed_begins (butler_frames_at (frames, first))) {
        if (butler_packed_parse (self, side, frames, first))
            return -1;
        const bool same = self->kind == (int) kind;
        self->kind = same? self->kind: 0;
        return same? 0: s_fault (self, "that side receives no messages of this kind");
    }
    if ((s_sides (kind) & 1U << side) == 0)
        return s_fault (self, "that side receives no messages of this kind");
    s_cursor_t cursor = { frames, first, side };
    return s_parse_kind (self, kind, &cursor);
}

const char *
butler_kind_name (int kind)
{
    switch (kind) {
        case BUTLER_MSG_REQUEST:
            return "REQUEST";
        case BUTLER_MSG_RESPONSE:
            return "RESPONSE";
        case BUTLER_MSG_DISCOVERY:
            return "DISCOVERY";
        case BUTLER_MSG_READY:
            return "READY";
        case BUTLER_MSG_HEARTBEAT:
            return "HEARTBEAT";
        case BUTLER_MSG_REPLY:
            return "REPLY";
        case BUTLER_MSG_LEAVE:
            return "LEAVE";
        case BUTLER_MSG_DISPATCH:
            return "DISPATCH";
        case BUTLER_MSG_RECONNECT:
            return "RECONNECT";
        case BUTLER_MSG_RELAY:
            return "RELAY";
        case BUTLER_MSG_CANCEL:
            return "CANCEL";
    }
    return NULL;
}

//  The encoders

void
butler_put_request (butler_frames_t *out, butler_span_t api_id, butler_span_t service,
        butler_span_t expiration, zmq_msg_t *body)
{
    butler_frames_spend (out);
    butler_frames_append (out, butler_span (NULL, 0));
    butler_frames_append (out, api_id);
    butler_frames_append (out, service);
    butler_frames_append (out, expiration);
    butler_frames_append_msg (out, body);
}

void
butler_put_response (butler_frames_t *out, butler_span_t peer, butler_span_t api_id,
        zmq_msg_t *response)
{
    butler_frames_spend (out);
    if (peer.data)
        butler_frames_append (out, peer);
    butler_frames_append (out, butler_span (NULL, 0));
    butler_frames_append (out, api_id);
    butler_frames_append_msg (out, response);
}

void
butler_put_discovery (butler_frames_t *out, butler_span_t peer, butler_span_t api_id,
        butler_span_t service, butler_span_t code)
{
    butler_frames_spend (out);
    if (peer.data)
        butler_frames_append (out, peer);
    butler_frames_append (out, butler_span (NULL, 0));
    if (api_id.size)
        butler_frames_append (out, api_id);
    butler_frames_append (out, service);
    butler_frames_append (out, code);
}

void
butler_put_relay (butler_frames_t *out, butler_span_t worker, butler_span_t order)
{
    butler_frames_spend (out);
    butler_frames_append (out, butler_span ((const uint8_t []) { BUTLER_REPLY }, 1));
    butler_frames_append (out, worker);
    butler_frames_append (out, order);
}

void
butler_put_reply (butler_frames_t *out, butler_span_t token, butler_span_t api_id,
        zmq_msg_t *response)
{
    butler_frames_spend (out);
    butler_frames_append (out, butler_span ((const uint8_t []) { BUTLER_REPLY }, 1));
    butler_frames_append (out, token);
    butler_frames_append (out, butler_span (NULL, 0));
    butler_frames_append (out, api_id);
    butler_frames_append_msg (out, response);
}

void
butler_put_heartbeat (butler_frames_t *out, butler_span_t peer, butler_span_t notice)
{
    butler_frames_spend (out);
    if (peer.data)
        butler_frames_append (out, peer);
    butler_frames_append (out, butler_span ((const uint8_t []) { BUTLER_HEARTBEAT }, 1));
    if (notice.size)
        butler_frames_append (out, notice);
}

void
butler_put_ready (butler_frames_t *out, butler_span_t service, butler_span_t properties)
{
    butler_frames_spend (out);
    butler_frames_append (out, butler_span ((const uint8_t []) { BUTLER_READY }, 1));
    butler_frames_append (out, service);
    if (properties.size)
        butler_frames_append (out, properties);
}

void
butler_put_leave (butler_frames_t *out, butler_span_t peer)
{
    butler_frames_spend (out);
    if (peer.data)
        butler_frames_append (out, peer);
    butler_frames_append (out, butler_span ((const uint8_t []) { BUTLER_LEAVE }, 1));
}

void
butler_put_dispatch (butler_frames_t *out, butler_span_t peer, butler_span_t token,
        butler_span_t api_id, butler_span_t service, butler_span_t expiration,
        zmq_msg_t *body, butler_span_t extra)
{
    butler_frames_spend (out);
    if (peer.data)
        butler_frames_append (out, peer);
    butler_frames_append (out, token);
    butler_frames_append (out, butler_span (NULL, 0));
    butler_frames_append (out, api_id);
    butler_frames_append (out, service);
    butler_frames_append (out, expiration);
    butler_frames_append_msg (out, body);
    if (extra.size)
        butler_frames_append (out, extra);
}

void
butler_put_reconnect (butler_frames_t *out, butler_span_t peer)
{
    butler_frames_spend (out);
    if (peer.data)
        butler_frames_append (out, peer);
    butler_frames_append (out, butler_span ((const uint8_t []) { BUTLER_RECONNECT }, 1));
}

static void
s_copy (zmq_msg_t *content, butler_span_t bytes)
{
    const int rc = zmq_msg_init_size (content, bytes.size);
    assert (rc == 0);
    (void) rc;
    if (bytes.size)
        memcpy (zmq_msg_data (content), bytes.data, bytes.size);
}

void
butler_view_take_content (butler_view_t *self, zmq_msg_t *content)
{
    if (self->body && zmq_msg_size (self->body) == self->content.size) {
        zmq_msg_init (content);
        zmq_msg_move (content, self->body);
    }
    else
        s_copy (content, self->content);
    self->content = butler_span (NULL, 0);
}

//  In frames; the body is moved where the kind has one
static bool
s_encode (butler_frames_t *out, const butler_view_t *view, butler_span_t expiration, zmq_msg_t *body)
{
    switch (view->kind) {
        case BUTLER_MSG_REQUEST:
            butler_put_request (out, view->api_id, view->service, expiration, body);
            return true;
        case BUTLER_MSG_RESPONSE:
            butler_put_response (out, view->peer, view->api_id, body);
            return true;
        case BUTLER_MSG_DISCOVERY:
            butler_put_discovery (out, view->peer, view->api_id, view->service, view->notice);
            return false;
        case BUTLER_MSG_READY:
            butler_put_ready (out, view->service, view->properties);
            return false;
        case BUTLER_MSG_HEARTBEAT:
            butler_put_heartbeat (out, view->peer, view->notice);
            return false;
        case BUTLER_MSG_REPLY:
            butler_put_reply (out, view->token, view->api_id, body);
            return true;
        case BUTLER_MSG_LEAVE:
            butler_put_leave (out, view->peer);
            return false;
        case BUTLER_MSG_DISPATCH:
            butler_put_dispatch (out, view->peer, view->token, view->api_id, view->service, expiration, body, view->properties);
            return true;
        case BUTLER_MSG_RECONNECT:
            butler_put_reconnect (out, view->peer);
            return false;
        case BUTLER_MSG_RELAY:
            butler_put_relay (out, view->token, view->notice);
            return false;
    }
    butler_frames_spend (out);
    return false;
}

bool
butler_view_encode (butler_frames_t *out, const butler_view_t *view, zmq_msg_t *body)
{
    const int packed = view->envelope == BUTLER_ENVELOPE_PACKED? butler_packed_put (out, view, body): -1;
    if (packed >= 0)
        return packed;
    char digits [BUTLER_FIELD_DIGITS];
    const butler_span_t expiration = butler_field_write_expiration (digits, view->relative, view->expiration);
    if (body)
        return s_encode (out, view, expiration, body);
    zmq_msg_t content;
    s_copy (&content, view->content);
    s_encode (out, view, expiration, &content);
    zmq_msg_close (&content);
    return false;
}
