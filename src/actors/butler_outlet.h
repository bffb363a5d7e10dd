/*  butler_outlet.h - what a worker's threads emit, on its way to the sinks
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_OUTLET_H
#define BUTLER_OUTLET_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <czmq.h>

#define BUTLER_OUTLET_MAX 1000      //  events that may stand here, and as many in the socket

//  Any thread puts; one thread, the reactor's, owns the socket and does all else. What finds no room
//  is dropped and counted, since events are no reason to hold up a handler.
typedef struct {
    pthread_mutex_t lock;
    zmq_msg_t waiting [BUTLER_OUTLET_MAX];  //  a ring
    size_t head, count;
    bool connected;
    uint64_t dropped;
    int bell;                       //  an eventfd, rung where a put is the first
    zsock_t *socket;                //  PUSH; NULL before the first sink
    uint64_t emitted;
} butler_outlet_t;

//  Rings the bell, which stays the caller's
void
butler_outlet_init (butler_outlet_t *self, int bell);

//  After butler_outlet_close
void
butler_outlet_fini (butler_outlet_t *self);

//  One more sink; they take turns. 0, or -1 with errno
int
butler_outlet_connect (butler_outlet_t *self, const char *endpoint);

//  Copies the bytes. 0, or -1: ENOTCONN (no sink) or ENOBUFS (too many wait)
int
butler_outlet_put (butler_outlet_t *self, const void *data, size_t size);

//  Sends what waits
void
butler_outlet_flush (butler_outlet_t *self);

//  Sends what waits and takes no more; what was sent has a second to get out
void
butler_outlet_close (butler_outlet_t *self);

uint64_t
butler_outlet_dropped (butler_outlet_t *self);

#endif
