/*  butler_notice.h - what the router tells a worker that reads frames beside its requests: JSON
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_NOTICE_H
#define BUTLER_NOTICE_H

#include "butler_view.h"

#define BUTLER_NOTICE_SIZE 640      //  bytes that any of these texts has at most

//  {"cancel":"10000000070000002a"}: nobody waits for the request of this token any longer. Points to `text`.
butler_span_t
butler_notice_cancel (char text [BUTLER_NOTICE_SIZE], butler_span_t token);

//  A request's seventh frame, {"attempt":1,"traceparent":"00-4bf9…"}; without a trace, the attempt alone. The
//  trace is printable UTF-8 of at most 255 bytes. Points to `text`.
butler_span_t
butler_notice_attempt (char text [BUTLER_NOTICE_SIZE], unsigned attempt, butler_span_t trace);

//  Encodes a CANCEL in the envelope of its view. In frames it is, with a token, a notice to a worker, and
//  without one a request to butler.cancel. `out` is overwritten.
void
butler_notice_put_cancel (butler_frames_t *out, const butler_view_t *view);

#endif
