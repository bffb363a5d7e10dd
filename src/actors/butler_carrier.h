/*  butler_carrier.h - carries verdicts out: what the broker decided goes to the sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CARRIER_H
#define BUTLER_CARRIER_H

#include "actors/butler_unread.h"
#include "broker/butler_dispatch.h"

#define BUTLER_CARRIER_GONE 16

typedef struct {
    butler_dispatch_t *dispatch;
    void *frontend, *backend;       //  raw sockets
    unsigned gone_count;
    struct { uint8_t size, id [255]; } gone [BUTLER_CARRIER_GONE];  //  workers that can't be reached any longer
    bool frontend_used, backend_used;   //  something was sent there; who wants to know sets them to false
    butler_unread_t *frontend_unread, *backend_unread;  //  what peers have not read of large bodies
    uint64_t frontend_deaf, backend_deaf;   //  messages that a peer did not take as it has too much unread
    butler_frames_t *in;            //  the message in hand
    butler_frames_t out;
    butler_verdict_t verdict;
} butler_carrier_t;

//  Carry out carrier.verdict, and what follows from a send that fails. The view is that of the
//  message in hand, or NULL where there is none.
void
butler_carrier_do (butler_carrier_t *self, const butler_view_t *view, const butler_now_t *now);

//  All that has come from workers was read: the first so many of those that are gone are buried
void
butler_carrier_bury (butler_carrier_t *self, unsigned count, const butler_now_t *now);

void
butler_carrier_fini (butler_carrier_t *self);

#endif
