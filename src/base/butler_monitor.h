/*  butler_monitor.h - what libzmq tells of a socket's connections
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_MONITOR_H
#define BUTLER_MONITOR_H

#include <czmq.h>

typedef struct {
    int number;                     //  ZMQ_EVENT_...
    int value;                      //  what it says with that: a descriptor, a reason
} butler_event_t;

//  The raw socket's events of these numbers from now on: a PAIR, readable when there may be some. NULL with
//  errno: EMFILE, ...
zsock_t *
butler_monitor_new (void *socket, int events);

//  Before the raw socket is closed
void
butler_monitor_destroy (zsock_t **self_p, void *socket);

//  The next that was told; false: there is none, and nothing is waited for
bool
butler_monitor_next (zsock_t *self, butler_event_t *event);

#endif
