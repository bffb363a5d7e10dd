/*  butler_carrier_forward.h - the message in hand goes on, where its peer has not too much unread
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CARRIER_FORWARD_H
#define BUTLER_CARRIER_FORWARD_H

#include "actors/butler_carrier.h"
#include "wire/butler_forward.h"

//  butler_forward_request () or butler_forward_reply ()
typedef int (butler_forward_fn) (butler_frames_t *frames, const butler_view_t *view, const butler_onward_t *to,
                            butler_frames_t *spare, void *socket);

//  What libzmq holds of large bodies for peers that do not read is bounded: 0, or -1 with ENOBUFS where
//  the verdict's peer may have no more
int
butler_carrier_may (const butler_carrier_t *self, const butler_unread_t *unread, size_t bytes);

//  This body is about to be sent there
void
butler_carrier_count (const butler_carrier_t *self, butler_unread_t *unread, zmq_msg_t *body);

//  0, or -1 with errno, and the message is as it was
int
butler_carrier_forward (butler_carrier_t *self, const butler_view_t *view, const butler_onward_t *to,
                        butler_forward_fn *forward, void *socket);

#endif
