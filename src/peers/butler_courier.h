/*  butler_courier.h - carries a client's requests to a router, and the answers home
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_COURIER_H
#define BUTLER_COURIER_H

#include <stdbool.h>
#include <stdint.h>
#include "broker/butler_pulse.h"
#include "peers/butler_channels.h"
#include "peers/butler_pending.h"
#include "wire/butler_view.h"

#define BUTLER_CALLS_MAX 100000     //  open at a time

//  How a request is sent
typedef struct {
    int timeout;                    //  ms for an attempt
    int retries;                    //  attempts
    bool persistent;                //  one socket, sent once; else each attempt has its own
    char *trace;                    //  what packed requests carry, or NULL
} butler_manners_t;

//  All times are monotonic ms
typedef struct {
    butler_channels_t channels;
    butler_pending_t pending;
    butler_call_list_t outbox;      //  in the order in which they came
    butler_call_list_t ended;       //  in the order in which they ended
    size_t ended_count;
    uint64_t sequence;
    int64_t horizon;                //  by when all that was sent so far has ended
    butler_pulse_t pulse;           //  of the router, while an answer is awaited
    int64_t asked;                  //  when it was sent the first probe that is not answered; 0: none is
    int64_t grace;                  //  ms more before it is given up, so that clients don't all move at once
    zmq_msg_t rebuff;               //  why a router did not let this client in last, without a NUL
    int64_t replaced;               //  when a channel that failed was replaced last
    uint32_t refused;               //  the connection whose router is about to end; 0: none
    const butler_call_t *finding;   //  a discovery, for answers that bear no id, or NULL
    butler_span_t found;            //  the name that it asks for
    butler_frames_t in, out;
    uint64_t unknown;               //  answers that nobody awaits
    uint64_t malformed;
} butler_courier_t;

void
butler_courier_init (butler_courier_t *self);

//  Routers are told of what is open, for which sockets linger a moment
void
butler_courier_fini (butler_courier_t *self);

//  Takes what this client shows to routers from now on. Where no router lets it in, what waits to be sent ends.
void
butler_courier_set_credentials (butler_courier_t *self, butler_credentials_t *credentials);

//  ms of silence after which a router is asked whether it lives; 1000
void
butler_courier_set_interval (butler_courier_t *self, int64_t interval);

//  Sends, or keeps until a router is there. The method is the one that the body calls, for the
//  call's names alone. Takes the body and returns the call, which is open from now on and ends in
//  its time; or NULL, and the body stays: EINVAL (no service's name), ENOTCONN (no endpoint),
//  ENOBUFS (too many are open).
butler_call_t *
butler_courier_submit (butler_courier_t *self, butler_span_t service, butler_span_t method,
                       zmq_msg_t *body, const butler_manners_t *manners, int64_t now);

//  Does what can be done now, without waiting: sends, receives, notices what is over. Calls that
//  end get the state ENDED.
void
butler_courier_turn (butler_courier_t *self, int64_t now);

//  When a turn has something to do even if nothing comes; INT64_MAX: never
int64_t
butler_courier_due (const butler_courier_t *self);

//  Waits until a turn has something to do, for at most until `limit`. 0, or -1 with EINTR where the
//  process was interrupted, or ETERM.
int
butler_courier_wait (const butler_courier_t *self, int64_t limit, int64_t now);

//  The call that ended first and was not released, or NULL
static inline butler_call_t *
butler_courier_ended (const butler_courier_t *self)
{
    return self->ended.head;
}

//  This one is done with, ended or not: where it is open its router is told
void
butler_courier_release (butler_courier_t *self, butler_call_t *call);

//  Those that were submitted and not released
static inline size_t
butler_courier_open (const butler_courier_t *self)
{
    return self->pending.size + self->ended_count;
}

#endif
