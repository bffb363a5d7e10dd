/*  butler_forward.c - pass a message on as it came, without a copy of its body
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_forward.h"
#include <errno.h>

//  The receiver's routing id: a ROUTER looks it up and lets go of it, so it need not be copied.
//  Only this part can fail for the receiver's sake: with it, libzmq commits to the message.
static int
s_send_peer (butler_span_t peer, void *socket)
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

int
butler_forward_request (butler_frames_t *frames, const butler_view_t *view, butler_span_t worker,
                        butler_span_t token, butler_span_t expiration, butler_span_t extra,
                        void *socket)
{
    if (s_send_peer (worker, socket))
        return -1;
    s_send_bytes (token, ZMQ_SNDMORE, socket);
    for (unsigned index = view->passed; index < frames->count; index++) {
        zmq_msg_t *frame = &frames->frame [index];
        const int more = index + 1 < frames->count || extra.size? ZMQ_SNDMORE: 0;
        if (frame == view->deadline && expiration.size)
            s_send_bytes (expiration, more, socket);
        else
            s_send_frame (frame, more, socket);
    }
    if (extra.size)
        s_send_bytes (extra, 0, socket);
    butler_frames_spend (frames);
    return 0;
}

int
butler_forward_reply (butler_frames_t *frames, const butler_view_t *view, butler_span_t client,
                      void *socket)
{
    if (s_send_peer (client, socket))
        return -1;
    for (unsigned index = view->passed; index < frames->count; index++)
        s_send_frame (&frames->frame [index], index + 1 < frames->count? ZMQ_SNDMORE: 0, socket);
    butler_frames_spend (frames);
    return 0;
}
