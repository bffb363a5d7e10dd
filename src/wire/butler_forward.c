/*  butler_forward.c - pass a message on as it came, without a copy of its body
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_forward.h"
#include <errno.h>
#include "butler_fields.h"

//  A ROUTER looks the id up and lets go of it, so it need not be copied
int
butler_forward_begin (butler_span_t peer, void *socket)
{
    int rc;
    do
        rc = zmq_send_const (socket, peer.data, peer.size, ZMQ_DONTWAIT | ZMQ_SNDMORE);
    while (rc < 0 && errno == EINTR);
    return rc < 0? -1: 0;
}

//  The parts behind it. A signal may cut one short, which must not cut the message in two; where
//  the context has ended there is nobody left to receive it.
static void
s_send_bytes (butler_span_t bytes, int more, void *socket)
{
    while (zmq_send (socket, bytes.data, bytes.size, ZMQ_DONTWAIT | more) < 0 && errno == EINTR)
        continue;
}

static void
s_send_frame (zmq_msg_t *frame, int more, void *socket)
{
    while (zmq_msg_send (frame, socket, ZMQ_DONTWAIT | more) < 0 && errno == EINTR)
        continue;
}

static void
s_send_frames (butler_frames_t *frames, unsigned first, void *socket)
{
    for (unsigned index = first; index < frames->count; index++)
        s_send_frame (&frames->frame [index], index + 1 < frames->count? ZMQ_SNDMORE: 0, socket);
}

//  In the receiver's envelope, or with another expiration. What is passed on is not moved before the peer
//  has taken its id, so it is all there still.
static void
s_send_anew (const butler_view_t *view, butler_kind_t kind, const butler_onward_t *to,
             butler_frames_t *spare, void *socket)
{
    butler_view_t onward = *view;
    onward.kind = (int) kind;
    onward.envelope = to->envelope;
    onward.peer = butler_span (NULL, 0);
    onward.token = to->token;
    onward.properties = to->extra;
    if (to->renewed) {
        onward.relative = to->relative;
        onward.expiration = to->expiration;
    }
    const bool apart = zmq_msg_size (view->body) == view->content.size;
    butler_view_encode (spare, &onward, apart? view->body: NULL);
    s_send_frames (spare, 0, socket);
    butler_frames_spend (spare);
}

static void
s_send_request (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to, void *socket)
{
    s_send_bytes (to->token, ZMQ_SNDMORE, socket);
    const unsigned last = to->extra.size? frames->count: frames->count - 1;
    for (unsigned index = view->passed; index < frames->count; index++) {
        zmq_msg_t *frame = &frames->frame [index];
        const int more = index < last? ZMQ_SNDMORE: 0;
        if (frame == view->deadline && to->renewed) {
            char digits [BUTLER_FIELD_DIGITS];
            s_send_bytes (butler_field_write_expiration (digits, to->relative, to->expiration), more, socket);
        }
        else
            s_send_frame (frame, more, socket);
    }
    if (to->extra.size)
        s_send_bytes (to->extra, 0, socket);
}

//  [packed] [token] ([body])
static void
s_send_packed_request (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to, void *socket)
{
    const unsigned body = view->passed + 1;
    s_send_frame (&frames->frame [view->passed], ZMQ_SNDMORE, socket);
    s_send_bytes (to->token, body < frames->count? ZMQ_SNDMORE: 0, socket);
    s_send_frames (frames, body, socket);
}

int
butler_forward_request (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to,
                        butler_frames_t *spare, void *socket)
{
    const bool packed = to->envelope == BUTLER_ENVELOPE_PACKED;
    if (butler_forward_begin (to->peer, socket))
        return -1;
    if (view->envelope != to->envelope || (packed && to->renewed))
        s_send_anew (view, BUTLER_MSG_DISPATCH, to, spare, socket);
    else
    if (packed)
        s_send_packed_request (frames, view, to, socket);
    else
        s_send_request (frames, view, to, socket);
    butler_frames_spend (frames);
    return 0;
}

//  [packed] ([body]): between them came the token
static void
s_send_packed_reply (butler_frames_t *frames, const butler_view_t *view, void *socket)
{
    const unsigned body = view->passed + 2;
    s_send_frame (&frames->frame [view->passed], body < frames->count? ZMQ_SNDMORE: 0, socket);
    s_send_frames (frames, body, socket);
}

int
butler_forward_reply (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to,
                      butler_frames_t *spare, void *socket)
{
    if (butler_forward_begin (to->peer, socket))
        return -1;
    if (view->envelope != to->envelope)
        s_send_anew (view, BUTLER_MSG_RESPONSE, to, spare, socket);
    else
    if (to->envelope == BUTLER_ENVELOPE_PACKED)
        s_send_packed_reply (frames, view, socket);
    else
        s_send_frames (frames, view->passed, socket);
    butler_frames_spend (frames);
    return 0;
}
