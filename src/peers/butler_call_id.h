/*  butler_call_id.h - the api:id of a client's requests: a version of dialect 1, and a number
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CALL_ID_H
#define BUTLER_CALL_ID_H

#include "base/butler_span.h"

//  Room for a number in decimal and what goes before it
#define BUTLER_DIGITS 24

//  "1.0:42"
butler_span_t
butler_call_id_encode (char text [BUTLER_DIGITS], uint64_t number);

//  UINT64_MAX: it is none of ours
uint64_t
butler_call_id_number (butler_span_t api_id);

#endif
