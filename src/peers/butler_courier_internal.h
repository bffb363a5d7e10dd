/*  butler_courier_internal.h - what the courier's files share
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_COURIER_INTERNAL_H
#define BUTLER_COURIER_INTERNAL_H

#include "peers/butler_courier.h"

//  No request has it
#define BUTLER_PROBE_NUMBER 0

//  Receives what is there, up to a batch from each channel
void
butler_courier_receive (butler_courier_t *self, int64_t now);

//  Nobody awaits its answer any longer: tells the router that may be at it, in the envelope of their channel,
//  without waiting
void
butler_courier_revoke (butler_courier_t *self, const butler_call_t *call);

//  The same for all that are open
void
butler_courier_revoke_all (butler_courier_t *self);

//  The call's time is over, or its answer is here
void
butler_courier_end (butler_courier_t *self, butler_call_t *call, int status);

#endif
