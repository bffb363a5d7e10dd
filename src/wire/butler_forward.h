/*  butler_forward.h - pass a message on as it came, without a copy of its body
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_FORWARD_H
#define BUTLER_FORWARD_H

#include "butler_view.h"

//  Send a REQUEST on to a worker, through a ROUTER socket and without waiting: [worker] [token]
//  and the frames from view->passed on, which become a DISPATCH. `expiration` stands in for that
//  frame, unless its size is 0; `extra` is the seventh frame, unless its size is 0.
//  0: it is sent, frames is empty and the view void. -1 (EHOSTUNREACH: the worker is gone; EAGAIN:
//  not now; ETERM): nothing was sent, frames and view are as they were, for the next worker.
//  Nothing is allocated for tokens, expirations and extras of up to 33 bytes.
int
butler_forward_request (butler_frames_t *frames, const butler_view_t *view, butler_span_t worker,
                        butler_span_t token, butler_span_t expiration, butler_span_t extra,
                        void *socket);

//  Send a REPLY on to a client in the same way: [client] and the frames from view->passed on,
//  which become a RESPONSE. Returns as above.
int
butler_forward_reply (butler_frames_t *frames, const butler_view_t *view, butler_span_t client,
                      void *socket);

#endif
