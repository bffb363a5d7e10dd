/*  butler_courier_internal.h - what the courier's files share
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_COURIER_INTERNAL_H
#define BUTLER_COURIER_INTERNAL_H

#include "peers/butler_courier.h"

//  No request has it
#define BUTLER_PROBE_NUMBER 0

#define BUTLER_COURIER_LIVENESS 3   //  intervals of silence after which a router that was asked does not live

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

//  What waits is sent, the oldest first
void
butler_courier_flush (butler_courier_t *self, int64_t now);

//  A request of our own without a body, whose answer is nobody's result. 0, or -1: it did not go out
int
butler_courier_ask (butler_courier_t *self, const char *service);

//  Nothing was asked of the router in use, and it has all its time to answer
void
butler_courier_trust (butler_courier_t *self, int64_t now);

//  Where there is another router, and requests are open: this one is asked whether it lives, and left where
//  it does not
void
butler_courier_watch (butler_courier_t *self, int64_t now);

//  When that has something to do even if nothing comes; INT64_MAX: never
int64_t
butler_courier_watch_due (const butler_courier_t *self);

//  What the router refused, that is about to end, goes to another
void
butler_courier_evade (butler_courier_t *self, int64_t now);

//  Something is about to wait where nothing did: what the handshake came to before is none of its business
void
butler_courier_look_back (butler_courier_t *self);

//  Something waits: where the router did not let this client in, another is tried, or the same with a new
//  socket, or what waits ends, once each had its turn
void
butler_courier_look_in (butler_courier_t *self, int64_t now);

//  When that has something to do even if nothing comes; INT64_MAX: never
int64_t
butler_courier_look_due (const butler_courier_t *self);

//  A call that was never sent ends without an answer, for such a reason where there is one
void
butler_courier_give_up (butler_courier_t *self, butler_call_t *call);

//  The call's time is over, or its answer is here
void
butler_courier_end (butler_courier_t *self, butler_call_t *call, int status);

#endif
