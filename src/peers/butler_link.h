/*  butler_link.h - a worker's connection to one router: register, beat, reconnect, leave
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LINK_H
#define BUTLER_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <czmq.h>
#include "auth/butler_credentials.h"
#include "wire/butler_view.h"

//  Each connection is a DEALER of its own with a fresh routing id. All times are monotonic ms,
//  and arguments; but for the jitter of reconnects nothing here looks at the world.
typedef struct butler_link butler_link_t;

typedef enum {
    BUTLER_LINK_IDLE,               //  not started
    BUTLER_LINK_PAUSING,            //  until the next attempt to connect
    BUTLER_LINK_TRYING,             //  READY is on its way
    BUTLER_LINK_UP,                 //  the router speaks to us
    BUTLER_LINK_LEAVING,            //  LEAVE is on its way
    BUTLER_LINK_LEFT                //  gives no more; what is held may still be answered
} butler_link_state_t;

//  Called with each new socket (`open`), and before one is closed
typedef void (butler_link_watch_fn) (void *arg, butler_link_t *link, zsock_t *socket, bool open);

//  Called, as a message is received, with the token of a request whose client gave up
typedef void (butler_link_cancel_fn) (void *arg, butler_span_t token);

butler_link_t *
butler_link_new (const char *endpoint, const char *service);

//  Closes the connection; what was sent has a second to get out
void
butler_link_destroy (butler_link_t **self_p);

void
butler_link_set_watch (butler_link_t *self, butler_link_watch_fn *watch, void *arg);

void
butler_link_set_cancel (butler_link_t *self, butler_link_cancel_fn *cancel, void *arg);

//  What it shows, from the next connection on, which is made at once where one is waited for; NULL: nothing.
//  Borrowed until others are set.
void
butler_link_set_credentials (butler_link_t *self, const butler_credentials_t *credentials);

//  What READY says (JSON, or "" for none), from the next connection on, and how many replies may
//  be under way at a time
void
butler_link_set_properties (butler_link_t *self, const char *properties, int capacity);

//  The router is told of the interval by what READY says, so a longer one holds from the next
//  connection on
void
butler_link_set_pulse (butler_link_t *self, int64_t interval, int64_t liveness);

//  Connects and registers. -1 with errno: the endpoint is none, or no socket could be made.
int
butler_link_start (butler_link_t *self, int64_t now);

//  Registers anew, with a new socket. What came over the old one can't be answered any more.
void
butler_link_renew (butler_link_t *self, int64_t now);

//  Takes one message that is there. 1: it is for the owner, who finds it in `view` (a DISPATCH, or
//  a HEARTBEAT with a notice). 0: it was dealt with. -1 with EAGAIN: nothing is there.
int
butler_link_recv (butler_link_t *self, butler_frames_t *frames, butler_view_t *view, int64_t now);

//  Sends a reply over the connection that its request came from. 0, and the frames are empty.
//  -1, and they are untouched: ESTALE (that connection is gone, nobody waits for it any more) or
//  EAGAIN (the router does not read now).
int
butler_link_send (butler_link_t *self, uint32_t epoch, butler_frames_t *frames, int64_t now);

//  Nobody listened for so long: the router is not dead for that
void
butler_link_lapse (butler_link_t *self, int64_t gap);

//  Beats, notices that the router is dead or does not let this worker in, connects again: whatever is due
void
butler_link_tick (butler_link_t *self, int64_t now);

//  Asks the router for no more; it is LEFT once the router said so, where there is none, or when
//  it has not said so in the time that makes it dead
void
butler_link_leave (butler_link_t *self, int64_t now);

//  Closes the connection for good; what was sent has a second to get out
void
butler_link_close (butler_link_t *self);

butler_link_state_t
butler_link_state (const butler_link_t *self);

const char *
butler_link_state_name (const butler_link_t *self);

//  Changes with every connection; never 0 for one
uint32_t
butler_link_epoch (const butler_link_t *self);

const char *
butler_link_endpoint (const butler_link_t *self);

//  Why the router does not take this worker, or NULL
const char *
butler_link_refused (const butler_link_t *self);

//  Why the last handshake failed, with the endpoint, possible causes and remedies; NULL since a router spoke to us
const char *
butler_link_failed (const butler_link_t *self);

//  Messages that were none of the protocol's
uint64_t
butler_link_malformed (const butler_link_t *self);

#endif
