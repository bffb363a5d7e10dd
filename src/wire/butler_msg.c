/*  butler_msg.c - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_msg.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "butler_fields.h"
#include "butler_view.h"

//  The fields of any size
enum {
    S_BLOB_BODY,
    S_BLOB_RESPONSE,
    S_BLOB_NOTICE,
    S_BLOB_PROPERTIES,
    S_BLOB_EXTRA,
    S_BLOBS
};

struct butler_msg {
    butler_side_t side;
    int id;
    butler_envelope_t envelope;
    uint16_t attempt;
    char trace [BUTLER_TRACE_MAX + 1];
    const char *fault;              //  a static string
    uint8_t routing_id [BUTLER_ROUTING_ID_MAX];
    size_t routing_id_size;
    char api_id [BUTLER_API_ID_MAX + 1];
    char service [BUTLER_SERVICE_MAX + 1];
    char expiration [BUTLER_EXPIRATION_MAX + 1];
    char code [BUTLER_CODE_MAX + 1];
    uint8_t worker [BUTLER_ROUTING_ID_MAX];
    size_t worker_size;
    uint8_t order [BUTLER_ORDER_MAX];
    size_t order_size;
    uint8_t token [BUTLER_TOKEN_MAX];
    size_t token_size;
    zmq_msg_t *blobs;               //  S_BLOBS of them
};

butler_msg_t *
butler_msg_new (butler_side_t side)
{
    butler_msg_t *self = (butler_msg_t *) calloc (1, sizeof (butler_msg_t));
    assert (self);
    self->side = side;
    self->blobs = (zmq_msg_t *) calloc (S_BLOBS, sizeof (zmq_msg_t));
    assert (self->blobs);
    for (int index = 0; index < S_BLOBS; index++)
        zmq_msg_init (&self->blobs [index]);
    return self;
}

void
butler_msg_destroy (butler_msg_t **self_p)
{
    assert (self_p);
    butler_msg_t *self = *self_p;
    if (!self)
        return;
    for (int index = 0; index < S_BLOBS; index++)
        zmq_msg_close (&self->blobs [index]);
    free (self->blobs);
    free (self);
    *self_p = NULL;
}

butler_msg_t *
butler_msg_dup (const butler_msg_t *self)
{
    assert (self);
    butler_msg_t *copy = butler_msg_new (self->side);
    zmq_msg_t *blobs = copy->blobs;
    *copy = *self;
    copy->blobs = blobs;
    for (int index = 0; index < S_BLOBS; index++)
        zmq_msg_copy (&copy->blobs [index], &self->blobs [index]);
    return copy;
}

void
butler_msg_reset (butler_msg_t *self)
{
    assert (self);
    self->id = 0;
    self->envelope = BUTLER_ENVELOPE_FRAMES;
    self->attempt = 0;
    self->trace [0] = 0;
    self->fault = NULL;
    self->routing_id_size = 0;
    self->api_id [0] = 0;
    self->service [0] = 0;
    self->expiration [0] = 0;
    self->code [0] = 0;
    self->worker_size = 0;
    self->order_size = 0;
    self->token_size = 0;
    for (int index = 0; index < S_BLOBS; index++) {
        zmq_msg_close (&self->blobs [index]);
        zmq_msg_init (&self->blobs [index]);
    }
}

static int
s_refuse (butler_msg_t *self, const char *fault, int reason)
{
    self->fault = fault;
    errno = reason;
    return -1;
}

//  Bytes that were found to be of a right size
static void
s_set_text (char *text, butler_span_t bytes)
{
    if (bytes.size)
        memcpy (text, bytes.data, bytes.size);
    text [bytes.size] = 0;
}

static void
s_set_bytes (uint8_t *data, size_t *size, butler_span_t bytes)
{
    if (bytes.size)
        memcpy (data, bytes.data, bytes.size);
    *size = bytes.size;
}

static void
s_set_blob (zmq_msg_t *blob, butler_span_t bytes)
{
    zmq_msg_t fresh;
    const int rc = zmq_msg_init_size (&fresh, bytes.size);
    assert (rc == 0);
    (void) rc;
    if (bytes.size)
        memcpy (zmq_msg_data (&fresh), bytes.data, bytes.size);
    zmq_msg_move (blob, &fresh);
    zmq_msg_close (&fresh);
}

static butler_span_t
s_blob (const butler_msg_t *self, int index)
{
    return butler_span (zmq_msg_data (&self->blobs [index]), zmq_msg_size (&self->blobs [index]));
}

//  As it came, where it came as digits
static void
s_set_expiration (char *text, const butler_view_t *view)
{
    char digits [BUTLER_FIELD_DIGITS];
    s_set_text (text, view->deadline? butler_span (zmq_msg_data (view->deadline), zmq_msg_size (view->deadline)):
                      butler_field_write_expiration (digits, view->relative, view->expiration));
}

static void
s_take_content (zmq_msg_t *blob, butler_view_t *view)
{
    zmq_msg_t content;
    butler_view_take_content (view, &content);
    zmq_msg_move (blob, &content);
    zmq_msg_close (&content);
}

//  Receiving: what the view points to becomes ours

static void
s_decode_request (butler_msg_t *self, butler_view_t *view)
{
    s_set_text (self->api_id, view->api_id);
    s_set_text (self->service, view->service);
    s_set_expiration (self->expiration, view);
    s_take_content (&self->blobs [S_BLOB_BODY], view);
}

static void
s_decode_response (butler_msg_t *self, butler_view_t *view)
{
    s_set_text (self->api_id, view->api_id);
    s_take_content (&self->blobs [S_BLOB_RESPONSE], view);
}

static void
s_decode_discovery (butler_msg_t *self, butler_view_t *view)
{
    s_set_text (self->api_id, view->api_id);
    s_set_text (self->service, view->service);
    s_set_text (self->code, view->notice);
}

static void
s_decode_relay (butler_msg_t *self, butler_view_t *view)
{
    s_set_bytes (self->worker, &self->worker_size, view->token);
    s_set_bytes (self->order, &self->order_size, view->notice);
}

static void
s_decode_reply (butler_msg_t *self, butler_view_t *view)
{
    s_set_bytes (self->token, &self->token_size, view->token);
    s_set_text (self->api_id, view->api_id);
    s_take_content (&self->blobs [S_BLOB_RESPONSE], view);
}

static void
s_decode_heartbeat (butler_msg_t *self, butler_view_t *view)
{
    s_set_blob (&self->blobs [S_BLOB_NOTICE], view->notice);
}

static void
s_decode_ready (butler_msg_t *self, butler_view_t *view)
{
    s_set_text (self->service, view->service);
    s_set_blob (&self->blobs [S_BLOB_PROPERTIES], view->properties);
}

static void
s_decode_dispatch (butler_msg_t *self, butler_view_t *view)
{
    s_set_bytes (self->token, &self->token_size, view->token);
    s_set_text (self->api_id, view->api_id);
    s_set_text (self->service, view->service);
    s_set_expiration (self->expiration, view);
    s_take_content (&self->blobs [S_BLOB_BODY], view);
    s_set_blob (&self->blobs [S_BLOB_EXTRA], view->properties);
}

static void
s_decode_cancel (butler_msg_t *self, const butler_view_t *view)
{
    s_set_text (self->api_id, view->api_id);
    s_set_bytes (self->token, &self->token_size, view->token);
}

static void
s_decode (butler_msg_t *self, butler_view_t *view)
{
    self->attempt = view->attempt;
    s_set_text (self->trace, view->trace);
    switch (view->kind) {
        case BUTLER_MSG_REQUEST:
            s_decode_request (self, view);
            break;
        case BUTLER_MSG_RESPONSE:
            s_decode_response (self, view);
            break;
        case BUTLER_MSG_DISCOVERY:
            s_decode_discovery (self, view);
            break;
        case BUTLER_MSG_READY:
            s_decode_ready (self, view);
            break;
        case BUTLER_MSG_HEARTBEAT:
            s_decode_heartbeat (self, view);
            break;
        case BUTLER_MSG_REPLY:
            s_decode_reply (self, view);
            break;
        case BUTLER_MSG_DISPATCH:
            s_decode_dispatch (self, view);
            break;
        case BUTLER_MSG_RELAY:
            s_decode_relay (self, view);
            break;
        case BUTLER_MSG_CANCEL:
            s_decode_cancel (self, view);
            break;
    }
}

//  Waits for the first frame alone: libzmq hands out whole messages
static int
s_recv (butler_frames_t *frames, void *handle)
{
    if (butler_frames_recv (frames, handle) == 0)
        return 0;
    int timeout = -1;
    size_t size = sizeof timeout;
    if (errno != EAGAIN || zmq_getsockopt (handle, ZMQ_RCVTIMEO, &timeout, &size))
        return -1;
    zmq_pollitem_t item = { handle, 0, ZMQ_POLLIN, 0 };
    const int ready = zmq_poll (&item, 1, timeout);
    if (ready == 0)
        errno = EAGAIN;
    return ready > 0? butler_frames_recv (frames, handle): -1;
}

int
butler_msg_recv (butler_msg_t *self, void *socket)
{
    assert (self);
    butler_frames_t frames;
    butler_frames_init (&frames);
    const bool whole = s_recv (&frames, zsock_resolve (socket)) == 0;
    if (!whole && errno != EPROTO)
        return -1;

    butler_view_t view;
    int rc = butler_view_parse (&view, self->side, &frames);
    butler_msg_reset (self);
    if (view.peer.size <= BUTLER_ROUTING_ID_MAX)
        s_set_bytes (self->routing_id, &self->routing_id_size, view.peer);
    self->envelope = (butler_envelope_t) view.envelope;
    if (whole && rc == 0) {
        self->id = view.kind;
        s_decode (self, &view);
    }
    else {
        s_set_text (self->api_id, view.api_id);
        rc = s_refuse (self, whole? view.fault: "too many frames", EPROTO);
    }
    butler_frames_clear (&frames);
    if (rc)
        errno = EPROTO;
    return rc;
}

//  Sending

static void
s_encode_request (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    (void) peer;
    const butler_span_t api_id = butler_span_string (self->api_id);
    const butler_span_t service = butler_span_string (self->service);
    const butler_span_t expiration = butler_span_string (self->expiration);
    zmq_msg_t body;
    zmq_msg_init (&body);
    zmq_msg_copy (&body, &self->blobs [S_BLOB_BODY]);
    butler_put_request (out, api_id, service, expiration, &body);
}

static void
s_encode_response (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    const butler_span_t api_id = butler_span_string (self->api_id);
    zmq_msg_t response;
    zmq_msg_init (&response);
    zmq_msg_copy (&response, &self->blobs [S_BLOB_RESPONSE]);
    butler_put_response (out, peer, api_id, &response);
}

static void
s_encode_discovery (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    const butler_span_t api_id = butler_span_string (self->api_id);
    const butler_span_t service = butler_span_string (self->service);
    const butler_span_t code = butler_span_string (self->code);
    butler_put_discovery (out, peer, api_id, service, code);
}

static void
s_encode_relay (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    (void) peer;
    const butler_span_t worker = butler_span (self->worker, self->worker_size);
    const butler_span_t order = butler_span (self->order, self->order_size);
    butler_put_relay (out, worker, order);
}

static void
s_encode_reply (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    (void) peer;
    const butler_span_t token = butler_span (self->token, self->token_size);
    const butler_span_t api_id = butler_span_string (self->api_id);
    zmq_msg_t response;
    zmq_msg_init (&response);
    zmq_msg_copy (&response, &self->blobs [S_BLOB_RESPONSE]);
    butler_put_reply (out, token, api_id, &response);
}

static void
s_encode_heartbeat (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    const butler_span_t notice = s_blob (self, S_BLOB_NOTICE);
    butler_put_heartbeat (out, peer, notice);
}

static void
s_encode_ready (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    (void) peer;
    const butler_span_t service = butler_span_string (self->service);
    const butler_span_t properties = s_blob (self, S_BLOB_PROPERTIES);
    butler_put_ready (out, service, properties);
}

static void
s_encode_leave (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    (void) self;
    butler_put_leave (out, peer);
}

static void
s_encode_dispatch (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    const butler_span_t token = butler_span (self->token, self->token_size);
    const butler_span_t api_id = butler_span_string (self->api_id);
    const butler_span_t service = butler_span_string (self->service);
    const butler_span_t expiration = butler_span_string (self->expiration);
    zmq_msg_t body;
    zmq_msg_init (&body);
    zmq_msg_copy (&body, &self->blobs [S_BLOB_BODY]);
    const butler_span_t extra = s_blob (self, S_BLOB_EXTRA);
    butler_put_dispatch (out, peer, token, api_id, service, expiration, &body, extra);
}

static void
s_encode_reconnect (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    (void) self;
    butler_put_reconnect (out, peer);
}

static void
s_encode (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    switch (self->id) {
        case BUTLER_MSG_REQUEST:
            s_encode_request (self, peer, out);
            break;
        case BUTLER_MSG_RESPONSE:
            s_encode_response (self, peer, out);
            break;
        case BUTLER_MSG_DISCOVERY:
            s_encode_discovery (self, peer, out);
            break;
        case BUTLER_MSG_READY:
            s_encode_ready (self, peer, out);
            break;
        case BUTLER_MSG_HEARTBEAT:
            s_encode_heartbeat (self, peer, out);
            break;
        case BUTLER_MSG_REPLY:
            s_encode_reply (self, peer, out);
            break;
        case BUTLER_MSG_LEAVE:
            s_encode_leave (self, peer, out);
            break;
        case BUTLER_MSG_DISPATCH:
            s_encode_dispatch (self, peer, out);
            break;
        case BUTLER_MSG_RECONNECT:
            s_encode_reconnect (self, peer, out);
            break;
        case BUTLER_MSG_RELAY:
            s_encode_relay (self, peer, out);
            break;
    }
}

//  The blob that is the content of a kind, or -1
static int
s_content (int id)
{
    switch (id) {
        case BUTLER_MSG_REQUEST: return S_BLOB_BODY;
        case BUTLER_MSG_RESPONSE: return S_BLOB_RESPONSE;
        case BUTLER_MSG_REPLY: return S_BLOB_RESPONSE;
        case BUTLER_MSG_DISPATCH: return S_BLOB_BODY;
    }
    return -1;
}

//  Whether a kind has a packed form
static bool
s_packs (int id)
{
    switch (id) {
        case BUTLER_MSG_REQUEST:
        case BUTLER_MSG_RESPONSE:
        case BUTLER_MSG_DISCOVERY:
        case BUTLER_MSG_REPLY:
        case BUTLER_MSG_DISPATCH:
        case BUTLER_MSG_CANCEL:
            return true;
    }
    return false;
}

//  What is to be packed; its content apart. False: no expiration, where there must be one, which a number
//  can't show.
static bool
s_describe (const butler_msg_t *self, butler_span_t peer, butler_view_t *view)
{
    *view = (butler_view_t) {
        .kind = self->id, .envelope = BUTLER_ENVELOPE_PACKED, .attempt = self->attempt, .peer = peer,
        .api_id = butler_span_string (self->api_id), .service = butler_span_string (self->service),
        .notice = butler_span_string (self->code), .trace = butler_span_string (self->trace),
    };
    if (self->side == BUTLER_SIDE_BACKEND || self->side == BUTLER_SIDE_WORKER)
        view->token = butler_span (self->token, self->token_size);
    if (self->id != BUTLER_MSG_REQUEST && self->id != BUTLER_MSG_DISPATCH)
        return true;
    return butler_field_expiration (butler_span_string (self->expiration), &view->relative, &view->expiration);
}

static int
s_pack (butler_msg_t *self, butler_span_t peer, butler_frames_t *out)
{
    butler_view_t view;
    if (!s_describe (self, peer, &view))
        return s_refuse (self, "packed request: expiration is missing", EINVAL);
    zmq_msg_t body;
    zmq_msg_init (&body);
    const int content = s_content (self->id);
    if (content >= 0)
        zmq_msg_copy (&body, &self->blobs [content]);
    butler_view_encode (out, &view, &body);
    zmq_msg_close (&body);
    return 0;
}

//  The side that receives what this one sends
static butler_side_t
s_opposite (butler_side_t side)
{
    switch (side) {
        case BUTLER_SIDE_FRONTEND:
            return BUTLER_SIDE_CLIENT;
        case BUTLER_SIDE_BACKEND:
            return BUTLER_SIDE_WORKER;
        case BUTLER_SIDE_CLIENT:
            return BUTLER_SIDE_FRONTEND;
        case BUTLER_SIDE_WORKER:
            return BUTLER_SIDE_BACKEND;
    }
    return side;
}

//  Waits with the first frame alone: with it, libzmq commits to the message
static int
s_send (butler_frames_t *frames, void *handle)
{
    for (unsigned index = 0; index < frames->count; index++) {
        const int flags = (index? ZMQ_DONTWAIT: 0) | (index + 1 < frames->count? ZMQ_SNDMORE: 0);
        int rc;
        do
            rc = zmq_msg_send (&frames->frame [index], handle, flags);
        while (rc < 0 && index && errno == EINTR);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int
butler_msg_send (butler_msg_t *self, void *socket)
{
    assert (self);
    const bool router = self->side == BUTLER_SIDE_FRONTEND || self->side == BUTLER_SIDE_BACKEND;
    if (router && self->routing_id_size == 0)
        return s_refuse (self, "a router sends to a routing id", EINVAL);

    butler_frames_t frames;
    butler_frames_init (&frames);
    const butler_span_t peer = butler_span (router? self->routing_id: NULL, self->routing_id_size);
    if (self->envelope == BUTLER_ENVELOPE_FRAMES || !s_packs (self->id))
        s_encode (self, peer, &frames);
    else
    if (s_pack (self, peer, &frames))
        return -1;
    butler_view_t view;
    int rc = butler_view_check (&view, (butler_kind_t) self->id, s_opposite (self->side), &frames, router? 1: 0);
    int reason = EINVAL;
    self->fault = view.fault;
    if (rc == 0) {
        rc = s_send (&frames, zsock_resolve (socket));
        reason = errno;
    }
    butler_frames_clear (&frames);
    if (rc)
        errno = reason;
    return rc;
}

//  Printing: nothing that a peer sent reaches a terminal as it is

static void
s_print_bytes (FILE *stream, const char *name, butler_span_t bytes)
{
    static const size_t limit = 64;
    fprintf (stream, "    %s: %zu bytes", name, bytes.size);
    for (size_t index = 0; index < bytes.size && index < limit; index++) {
        const uint8_t byte = bytes.data [index];
        const bool plain = byte >= 0x20 && byte < 0x7f && byte != '\\';
        fprintf (stream, plain? "%s%c": "%s\\x%02x", index? "": " ", byte);
    }
    fprintf (stream, bytes.size > limit? "...\n": "\n");
}

void
butler_msg_fprint (const butler_msg_t *self, FILE *stream)
{
    assert (self);
    fprintf (stream, "%s\n", self->id? butler_msg_command (self): "(no message)");
    if (self->routing_id_size)
        s_print_bytes (stream, "routing_id", butler_span (self->routing_id, self->routing_id_size));
    if (self->envelope == BUTLER_ENVELOPE_PACKED)
        fprintf (stream, "    envelope: packed\n");
    if (self->attempt)
        fprintf (stream, "    attempt: %u\n", (unsigned) self->attempt);
    if (*self->trace)
        fprintf (stream, "    trace: %s\n", self->trace);
    if (*self->api_id)
        fprintf (stream, "    api_id: %s\n", self->api_id);
    if (*self->service)
        fprintf (stream, "    service: %s\n", self->service);
    if (*self->expiration)
        fprintf (stream, "    expiration: %s\n", self->expiration);
    if (zmq_msg_size (&self->blobs [S_BLOB_BODY]))
        s_print_bytes (stream, "body", s_blob (self, S_BLOB_BODY));
    if (zmq_msg_size (&self->blobs [S_BLOB_RESPONSE]))
        s_print_bytes (stream, "response", s_blob (self, S_BLOB_RESPONSE));
    if (*self->code)
        fprintf (stream, "    code: %s\n", self->code);
    if (self->worker_size)
        s_print_bytes (stream, "worker", butler_span (self->worker, self->worker_size));
    if (self->order_size)
        s_print_bytes (stream, "order", butler_span (self->order, self->order_size));
    if (self->token_size)
        s_print_bytes (stream, "token", butler_span (self->token, self->token_size));
    if (zmq_msg_size (&self->blobs [S_BLOB_NOTICE]))
        s_print_bytes (stream, "notice", s_blob (self, S_BLOB_NOTICE));
    if (zmq_msg_size (&self->blobs [S_BLOB_PROPERTIES]))
        s_print_bytes (stream, "properties", s_blob (self, S_BLOB_PROPERTIES));
    if (zmq_msg_size (&self->blobs [S_BLOB_EXTRA]))
        s_print_bytes (stream, "extra", s_blob (self, S_BLOB_EXTRA));
    if (self->fault)
        fprintf (stream, "    fault: %s\n", self->fault);
}

void
butler_msg_print (const butler_msg_t *self)
{
    butler_msg_fprint (self, stderr);
}

//  Accessors

const char *
butler_msg_fault (const butler_msg_t *self)
{
    assert (self);
    return self->fault;
}

butler_side_t
butler_msg_side (const butler_msg_t *self)
{
    assert (self);
    return self->side;
}

void
butler_msg_set_side (butler_msg_t *self, butler_side_t side)
{
    assert (self);
    self->side = side;
}

int
butler_msg_id (const butler_msg_t *self)
{
    assert (self);
    return self->id;
}

int
butler_msg_set_id (butler_msg_t *self, int id)
{
    assert (self);
    if (!butler_kind_name (id)) {
        errno = EINVAL;
        return -1;
    }
    self->id = id;
    return 0;
}

const char *
butler_msg_command (const butler_msg_t *self)
{
    assert (self);
    const char *name = butler_kind_name (self->id);
    return name? name: "";
}

butler_envelope_t
butler_msg_envelope (const butler_msg_t *self)
{
    assert (self);
    return self->envelope;
}

int
butler_msg_set_envelope (butler_msg_t *self, int envelope)
{
    assert (self);
    if (envelope != BUTLER_ENVELOPE_FRAMES && envelope != BUTLER_ENVELOPE_PACKED) {
        errno = EINVAL;
        return -1;
    }
    self->envelope = (butler_envelope_t) envelope;
    return 0;
}

uint16_t
butler_msg_attempt (const butler_msg_t *self)
{
    assert (self);
    return self->attempt;
}

void
butler_msg_set_attempt (butler_msg_t *self, uint16_t attempt)
{
    assert (self);
    self->attempt = attempt;
}

const char *
butler_msg_trace (const butler_msg_t *self)
{
    assert (self);
    return self->trace;
}

int
butler_msg_set_trace (butler_msg_t *self, const char *trace)
{
    assert (self);
    const butler_span_t bytes = butler_span_string (trace? trace: "");
    if (bytes.size > BUTLER_TRACE_MAX || !butler_field_printable (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_text (self->trace, bytes);
    return 0;
}

int
butler_msg_dialect (const butler_msg_t *self)
{
    assert (self);
    return butler_dialect_of (butler_span_string (self->api_id));
}

const void *
butler_msg_routing_id (const butler_msg_t *self)
{
    assert (self);
    return self->routing_id;
}

size_t
butler_msg_routing_id_size (const butler_msg_t *self)
{
    assert (self);
    return self->routing_id_size;
}

int
butler_msg_set_routing_id (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    if (size > BUTLER_ROUTING_ID_MAX) {
        errno = EINVAL;
        return -1;
    }
    s_set_bytes (self->routing_id, &self->routing_id_size, butler_span (data, size));
    return 0;
}

const char *
butler_msg_api_id (const butler_msg_t *self)
{
    assert (self);
    return self->api_id;
}

int
butler_msg_set_api_id (butler_msg_t *self, const char *api_id)
{
    assert (self);
    const butler_span_t bytes = butler_span_string (api_id? api_id: "");
    if (bytes.size && !butler_is_api_id (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_text (self->api_id, bytes);
    return 0;
}

const char *
butler_msg_service (const butler_msg_t *self)
{
    assert (self);
    return self->service;
}

int
butler_msg_set_service (butler_msg_t *self, const char *service)
{
    assert (self);
    const butler_span_t bytes = butler_span_string (service? service: "");
    if (bytes.size && !butler_is_service (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_text (self->service, bytes);
    return 0;
}

const char *
butler_msg_expiration (const butler_msg_t *self)
{
    assert (self);
    return self->expiration;
}

int
butler_msg_set_expiration (butler_msg_t *self, const char *expiration)
{
    assert (self);
    const butler_span_t bytes = butler_span_string (expiration? expiration: "");
    if (bytes.size && !butler_is_expiration (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_text (self->expiration, bytes);
    return 0;
}

int64_t
butler_msg_expiration_left (const butler_msg_t *self, int64_t now)
{
    assert (self);
    bool relative = true;
    int64_t milliseconds = 0;
    butler_field_expiration (butler_span_string (self->expiration), &relative, &milliseconds);
    return relative? milliseconds: milliseconds - now;
}

const void *
butler_msg_body (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_data (&self->blobs [S_BLOB_BODY]);
}

size_t
butler_msg_body_size (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_size (&self->blobs [S_BLOB_BODY]);
}

void
butler_msg_set_body (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    s_set_blob (&self->blobs [S_BLOB_BODY], butler_span (data, size));
}

const void *
butler_msg_response (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_data (&self->blobs [S_BLOB_RESPONSE]);
}

size_t
butler_msg_response_size (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_size (&self->blobs [S_BLOB_RESPONSE]);
}

void
butler_msg_set_response (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    s_set_blob (&self->blobs [S_BLOB_RESPONSE], butler_span (data, size));
}

const char *
butler_msg_code (const butler_msg_t *self)
{
    assert (self);
    return self->code;
}

int
butler_msg_set_code (butler_msg_t *self, const char *code)
{
    assert (self);
    const butler_span_t bytes = butler_span_string (code? code: "");
    if (bytes.size && !butler_is_code (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_text (self->code, bytes);
    return 0;
}

const void *
butler_msg_worker (const butler_msg_t *self)
{
    assert (self);
    return self->worker;
}

size_t
butler_msg_worker_size (const butler_msg_t *self)
{
    assert (self);
    return self->worker_size;
}

int
butler_msg_set_worker (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    const butler_span_t bytes = butler_span (data, size);
    if (bytes.size && !butler_is_routing_id (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_bytes (self->worker, &self->worker_size, bytes);
    return 0;
}

const void *
butler_msg_order (const butler_msg_t *self)
{
    assert (self);
    return self->order;
}

size_t
butler_msg_order_size (const butler_msg_t *self)
{
    assert (self);
    return self->order_size;
}

int
butler_msg_set_order (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    const butler_span_t bytes = butler_span (data, size);
    if (bytes.size && !butler_is_order (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_bytes (self->order, &self->order_size, bytes);
    return 0;
}

const void *
butler_msg_token (const butler_msg_t *self)
{
    assert (self);
    return self->token;
}

size_t
butler_msg_token_size (const butler_msg_t *self)
{
    assert (self);
    return self->token_size;
}

int
butler_msg_set_token (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    const butler_span_t bytes = butler_span (data, size);
    if (bytes.size && !butler_is_token (bytes)) {
        errno = EINVAL;
        return -1;
    }
    s_set_bytes (self->token, &self->token_size, bytes);
    return 0;
}

const void *
butler_msg_notice (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_data (&self->blobs [S_BLOB_NOTICE]);
}

size_t
butler_msg_notice_size (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_size (&self->blobs [S_BLOB_NOTICE]);
}

void
butler_msg_set_notice (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    s_set_blob (&self->blobs [S_BLOB_NOTICE], butler_span (data, size));
}

const void *
butler_msg_properties (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_data (&self->blobs [S_BLOB_PROPERTIES]);
}

size_t
butler_msg_properties_size (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_size (&self->blobs [S_BLOB_PROPERTIES]);
}

void
butler_msg_set_properties (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    s_set_blob (&self->blobs [S_BLOB_PROPERTIES], butler_span (data, size));
}

const void *
butler_msg_extra (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_data (&self->blobs [S_BLOB_EXTRA]);
}

size_t
butler_msg_extra_size (const butler_msg_t *self)
{
    assert (self);
    return zmq_msg_size (&self->blobs [S_BLOB_EXTRA]);
}

void
butler_msg_set_extra (butler_msg_t *self, const void *data, size_t size)
{
    assert (self);
    s_set_blob (&self->blobs [S_BLOB_EXTRA], butler_span (data, size));
}
