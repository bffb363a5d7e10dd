/*  butler_verdict.h - what the broker decided: what to send to whom, as a value
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_VERDICT_H
#define BUTLER_VERDICT_H

#include "broker/butler_jobs.h"

typedef enum {
    BUTLER_VERDICT_NONE,            //  nothing to send
    BUTLER_VERDICT_DISPATCH,        //  give `job` to the worker `peer`
    BUTLER_VERDICT_FORWARD,         //  the reply in hand goes to the client `peer`
    BUTLER_VERDICT_ANSWER,          //  `text` goes to the client `peer`, under `api_id`
    BUTLER_VERDICT_DISCOVERY,       //  `service` and `code` go to the client `peer`
    BUTLER_VERDICT_HEARTBEAT,       //  to the worker `peer`, with `text` as a notice where there is one
    BUTLER_VERDICT_RECONNECT,       //  to the worker `peer`
    BUTLER_VERDICT_LEAVE,           //  to the worker `peer`
    BUTLER_VERDICT_CANCEL,          //  to the worker `peer`: nobody waits for the request of `token` and `api_id`
    BUTLER_VERDICT_RELAY            //  `code` goes to the worker `peer`
} butler_verdict_kind_t;

//  The spans are valid until the next call of the broker
typedef struct {
    butler_verdict_kind_t kind;
    butler_span_t peer;
    butler_span_t api_id;
    butler_span_t service;
    butler_span_t code;
    butler_job_t *job;
    char *text;                     //  the receiver frees it, or hands it on
    size_t text_size;
    uint8_t envelope;               //  the receiver's, butler_envelope_t
    bool extra;                     //  DISPATCH: with a seventh frame
    int64_t silent_since;           //  DISPATCH: when the worker was sent something before that
    bool last;                      //  DISPATCH: the body is not needed again
    bool renewed;                   //  DISPATCH: the expiration is not as it came
    bool relative;                  //  and it is this: milliseconds from now, or since the Unix epoch
    int64_t expiration;
    uint8_t token [BUTLER_TOKEN_SIZE];
    uint8_t bytes [2 * 255];        //  what `peer` and `api_id` point to where their entry is gone
} butler_verdict_t;

#endif
