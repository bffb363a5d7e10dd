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

//  The call's time is over, or its answer is here
void
butler_courier_end (butler_courier_t *self, butler_call_t *call, int status);

#endif
