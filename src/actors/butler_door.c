/*  butler_door.c - a listening socket of libzmq's, shut for as long as there is no room for new peers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_door.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include "base/butler_room.h"

#define BEYOND (BUTLER_DOOR_QUEUE + 16)     //  descriptors to turn all away with who can wait
#define SPARE 8                     //  descriptors for the two ends of a monitor, and some

zsock_t *
butler_door_watch (void *socket)
{
    if (butler_room_for (SPARE))
        return NULL;
    char endpoint [64];
    snprintf (endpoint, sizeof endpoint, "inproc://butler-door-%p", socket);
    if (zmq_socket_monitor (socket, endpoint, ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED) == -1)
        return NULL;
    zsock_t *events = zsock_new (ZMQ_PAIR);
    zsock_set_rcvhwm (events, 0);   //  or libzmq's I/O thread would wait for us
    if (zmq_connect (zsock_resolve (events), endpoint) == 0)
        return events;
    const int reason = errno;
    butler_door_unwatch (socket);
    zsock_destroy (&events);
    errno = reason;
    return NULL;
}

void
butler_door_unwatch (void *socket)
{
    zmq_socket_monitor (socket, NULL, 0);
}

//  An event is two frames: number and value, and the endpoint
void
butler_door_read (zsock_t *events, int *listener, int *peer)
{
    struct __attribute__ ((packed)) { uint16_t number; int32_t value; } event;
    void *handle = zsock_resolve (events);
    *listener = *peer = -1;
    while (zmq_recv (handle, &event, sizeof event, ZMQ_DONTWAIT) == sizeof event) {
        zmq_recv (handle, NULL, 0, 0);
        *(event.number == ZMQ_EVENT_LISTENING? listener: peer) = event.value;
    }
    //  Else libzmq's thread would wait for the next where we took one before it
    if (*listener != -1)
        fcntl (*listener, F_SETFL, fcntl (*listener, F_GETFL) | O_NONBLOCK);
}

//  0: nobody waits any more. -1: there is no descriptor even to turn somebody away with
static int
s_turn_away (int listener)
{
    int waiting;
    while ((waiting = accept4 (listener, NULL, NULL, SOCK_CLOEXEC)) != -1 || errno == ECONNABORTED)
        if (waiting != -1)
            close (waiting);
    return errno == EMFILE? -1: 0;
}

//  The limit is the process's own, as long as the system's allows: for this moment it is a little higher
static void
s_turn_away_beyond (int listener)
{
    struct rlimit limit, higher;
    if (getrlimit (RLIMIT_NOFILE, &limit))
        return;
    higher = limit;
    higher.rlim_cur = limit.rlim_max - limit.rlim_cur < BEYOND? limit.rlim_max: limit.rlim_cur + BEYOND;
    if (higher.rlim_cur == limit.rlim_cur || setrlimit (RLIMIT_NOFILE, &higher))
        return;
    s_turn_away (listener);
    setrlimit (RLIMIT_NOFILE, &limit);
}

void
butler_door_shut (int listener)
{
    struct sock_filter nothing [] = { BPF_STMT (BPF_RET | BPF_K, 0) };
    const struct sock_fprog program = { .len = 1, .filter = nothing };
    if (setsockopt (listener, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0
    &&  s_turn_away (listener) == -1)
        s_turn_away_beyond (listener);
}

void
butler_door_open (int listener)
{
    int nothing = 0;
    setsockopt (listener, SOL_SOCKET, SO_DETACH_FILTER, &nothing, sizeof nothing);
}
