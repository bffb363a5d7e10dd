/*  butler_zap_message.h - a ZAP request (RFC 27), and the reply to it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ZAP_MESSAGE_H
#define BUTLER_ZAP_MESSAGE_H

#include <czmq.h>
#include "base/butler_span.h"

#define BUTLER_ZAP_CREDENTIALS 2    //  no mechanism has more of them

//  All is in the message
typedef struct {
    butler_span_t id;               //  of the request
    butler_span_t domain;
    butler_span_t address;
    butler_span_t routing_id;
    butler_span_t mechanism;        //  "NULL", "PLAIN", "CURVE"
    butler_span_t credential [BUTLER_ZAP_CREDENTIALS];
    size_t credentials;
} butler_zap_request_t;

//  0, or -1: it is no request of ZAP 1.0. Its id is set all the same, empty where there is none to answer to.
int
butler_zap_parse (zmsg_t *message, butler_zap_request_t *request);

//  Status 200: this User-Id may come in. Anything else: it may not, and the User-Id is empty.
zmsg_t *
butler_zap_reply (const butler_zap_request_t *request, const char *status, const char *text, butler_span_t user_id);

//  Zeroes the credentials
void
butler_zap_wipe (zmsg_t *message);

#endif
