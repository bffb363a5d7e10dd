/*  butler_forward.h - pass a message on as it came, without a copy of its body
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_FORWARD_H
#define BUTLER_FORWARD_H

#include "butler_view.h"

//  Who a message goes on to, and what is different there
typedef struct {
    butler_span_t peer;             //  routing id
    uint8_t envelope;               //  that it speaks
    butler_span_t token;            //  where that is a worker
    butler_span_t extra;            //  a worker's seventh frame; empty: it is sent none
    bool renewed;                   //  the expiration stands here, and not in the message
    bool relative;
    int64_t expiration;
} butler_onward_t;

//  Begin a message to a peer of a ROUTER socket, by its routing id, without waiting. Only this part can fail
//  for the receiver's sake: with it, libzmq commits to the message. 0, or -1 as below.
int
butler_forward_begin (butler_span_t peer, void *socket);

//  Send a REQUEST on to a worker, as a DISPATCH, through a ROUTER socket and without waiting.
//  0: it is sent, frames is empty and the view void. -1 (EHOSTUNREACH: the worker is gone; EAGAIN:
//  not now; ETERM): nothing was sent, frames and view are as they were, for the next worker.
//  Frames are moved as they are, and nothing is allocated, where the worker speaks the envelope in
//  which the request came; packed ones with the same expiration, too. Else the message is encoded
//  anew, in `spare`: a body in a frame of its own is moved all the same.
int
butler_forward_request (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to,
                        butler_frames_t *spare, void *socket);

//  Send a REPLY on to a client, as a RESPONSE, in the same way
int
butler_forward_reply (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to,
                      butler_frames_t *spare, void *socket);

#endif
