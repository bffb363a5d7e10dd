/*  butler_monitor.c - what libzmq tells of a socket's connections
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_monitor.h"
#include <errno.h>
#include "base/butler_room.h"

#define SPARE 8                     //  descriptors for both ends, and some

zsock_t *
butler_monitor_new (void *socket, int events)
{
    static uint64_t sequence;
    char endpoint [64];
    snprintf (endpoint, sizeof endpoint, "inproc://butler-monitor-%llu",
              (unsigned long long) __atomic_add_fetch (&sequence, 1, __ATOMIC_RELAXED));
    if (butler_room_for (SPARE) || zmq_socket_monitor (socket, endpoint, events) == -1)
        return NULL;
    zsock_t *self = zsock_new (ZMQ_PAIR);
    assert (self);
    zsock_set_rcvhwm (self, 0);     //  or libzmq's I/O thread would wait for us
    if (zmq_connect (zsock_resolve (self), endpoint) == 0)
        return self;
    const int reason = errno;
    butler_monitor_destroy (&self, socket);
    errno = reason;
    return NULL;
}

void
butler_monitor_destroy (zsock_t **self_p, void *socket)
{
    if (!*self_p)
        return;
    zmq_socket_monitor (socket, NULL, 0);
    zsock_destroy (self_p);
}

//  An event is two frames: number and value, and the endpoint
bool
butler_monitor_next (zsock_t *self, butler_event_t *event)
{
    struct __attribute__ ((packed)) { uint16_t number; int32_t value; } frame;
    void *handle = zsock_resolve (self);
    if (zmq_recv (handle, &frame, sizeof frame, ZMQ_DONTWAIT) != sizeof frame)
        return false;
    zmq_recv (handle, NULL, 0, 0);
    *event = (butler_event_t) { .number = frame.number, .value = frame.value };
    return true;
}
