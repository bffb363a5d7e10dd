/*  butler_refusals.h - who was turned away, counted by reason
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_REFUSALS_H
#define BUTLER_REFUSALS_H

#include "butler_gate.h"

typedef enum {
    BUTLER_REFUSAL_ADDRESS_DENIED,
    BUTLER_REFUSAL_ADDRESS_NOT_ALLOWED,
    BUTLER_REFUSAL_MECHANISM,
    BUTLER_REFUSAL_CREDENTIALS,
    BUTLER_REFUSAL_KEY,
    BUTLER_REFUSAL_USER,
    BUTLER_REFUSAL_PASSWORD,
    BUTLER_REFUSALS,
    BUTLER_REFUSAL_NONE = BUTLER_REFUSALS
} butler_reason_t;

//  Zeroed, there are none
typedef struct {
    butler_gate_refusal_t refusal [BUTLER_REFUSALS];
    bool rung;                      //  somebody was told that there are some, and did not look yet
} butler_refusals_t;

//  Whether somebody is to be told
bool
butler_refusals_add (butler_refusals_t *self, butler_reason_t reason, butler_span_t address, butler_span_t who);

//  The next reason's; false: there is none
bool
butler_refusals_take (butler_refusals_t *self, butler_gate_refusal_t *refusal);

#endif
