/*  butler_notice.h - what is told beside requests: a worker's notices, as JSON, and cancellations
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_NOTICE_H
#define BUTLER_NOTICE_H

#include <jansson.h>
#include "butler_text.h"
#include "butler_view.h"

#define BUTLER_NOTICE_INTERVAL_MAX 3600000      //  ms, the most that a router may beat at

//  What a router says to a worker in a heartbeat
typedef struct {
    const char *refused;            //  why the worker is not taken; NULL: it does not say that
    int64_t heartbeat;              //  ms between the router's heartbeats; 0: it does not say that
    size_t token_size;              //  0: nothing is cancelled
    uint8_t token [BUTLER_TOKEN_MAX];   //  whose request nobody waits for
    json_t *document;               //  what `refused` stands in; NULL: the notice is no JSON
} butler_notice_t;

//  Reads one, whatever it is: what is not known, or wrong, says nothing. To be cleared.
void
butler_notice_parse (butler_notice_t *self, butler_span_t text);

void
butler_notice_clear (butler_notice_t *self);

//  {"heartbeat":1000}: how often the router beats, in ms; fresh
char *
butler_notice_heartbeat (int64_t interval, size_t *size);

//  {"refused":"…"}: why the worker is not taken; fresh
char *
butler_notice_refused (const char *reason, size_t *size);

//  {"cancel":"10000000070000002a"}: nobody waits for the request of this token any longer. Points to the text,
//  which is initialised here and finds room in its own bytes, so that nothing has to be given up.
butler_span_t
butler_notice_cancel (butler_text_t *text, butler_span_t token);

//  A request's seventh frame, {"attempt":1,"traceparent":"00-4bf9…"}; without a trace, the attempt alone. The
//  trace is printable UTF-8 of at most 255 bytes. Points to the text, as above.
butler_span_t
butler_notice_attempt (butler_text_t *text, unsigned attempt, butler_span_t trace);

//  Encodes a CANCEL in the envelope of its view. In frames it is, with a token, a notice to a worker, and
//  without one a request to butler.cancel. `out` is overwritten.
void
butler_notice_put_cancel (butler_frames_t *out, const butler_view_t *view);

#endif
