/*  butler_door.c - a listening socket of libzmq's, shut for as long as there is no room for new peers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_door.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/butler_monitor.h"

#define EVENTS (ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)

//  Where the socket has security, who ends the connection in the midst of the handshake counts too: one that
//  was not to have any notices that first, now and then. Elsewhere that is who looks whether a port is open.
zsock_t *
butler_door_watch (void *socket)
{
    int mechanism = ZMQ_NULL;
    size_t size = sizeof mechanism;
    zmq_getsockopt (socket, ZMQ_MECHANISM, &mechanism, &size);
    return butler_monitor_new (socket, mechanism == ZMQ_NULL? EVENTS: EVENTS | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL);
}

static void
s_note (butler_door_news_t *news, butler_event_t event)
{
    switch (event.number) {
        case ZMQ_EVENT_LISTENING:
            news->listener = event.value;
            return;
        case ZMQ_EVENT_ACCEPTED:
            news->peer = event.value;
            return;
        default:
            news->failed++;
            news->reason = event.number == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL? event.value: 0;
    }
}

butler_door_news_t
butler_door_read (zsock_t *events)
{
    butler_door_news_t news = { .listener = -1, .peer = -1 };
    butler_event_t event;
    while (butler_monitor_next (events, &event))
        s_note (&news, event);
    //  Else libzmq's thread would wait for the next where we took one before it
    if (news.listener != -1)
        fcntl (news.listener, F_SETFL, fcntl (news.listener, F_GETFL) | O_NONBLOCK);
    return news;
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

//  A thread may have a table of descriptors of its own: a copy, in which one is given up for those who wait
static void *
s_turn_away_apart (void *arg)
{
    const int *listener = arg;
    const unsigned other = *listener == 0;
    if (close_range (other, other, CLOSE_RANGE_UNSHARE) == 0)
        s_turn_away (*listener);
    return NULL;
}

static void
s_turn_away_beyond (int listener)
{
    pthread_t thread;
    if (pthread_create (&thread, NULL, s_turn_away_apart, &listener) == 0)
        pthread_join (thread, NULL);
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
