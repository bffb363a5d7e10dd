/*  butler_door.h - a listening socket of libzmq's, shut for as long as there is no room for new peers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_DOOR_H
#define BUTLER_DOOR_H

#include <czmq.h>

//  libzmq takes each peer that comes, and at the limit of descriptors tries again without a pause. It can
//  be unbound, which disconnects the peers that are there. So the system is told to drop what asks for a
//  connection; who asks will ask again.

//  Connections that may wait to be taken
#define BUTLER_DOOR_QUEUE 4096

//  Tells of what a raw socket is bound to from now on, of each peer that it takes there, and of handshakes
//  that fail: a monitor (base/butler_monitor.h), and destroyed as such. NULL with errno.
zsock_t *
butler_door_watch (void *socket);

typedef struct {
    int listener;                   //  descriptor of the last listening socket that was made; -1: none
    int peer;                       //  and of the last peer that was taken
    unsigned failed;                //  peers whose handshake failed, but for those whom ZAP turned away,
    int reason;                     //  and why the last one's did: ZMQ_PROTOCOL_ERROR_..., 0: it went away
} butler_door_news_t;

//  Reads all that was told
butler_door_news_t
butler_door_read (zsock_t *events);

//  Takes no more, and turns away who waits; does so again where it is shut already
void
butler_door_shut (int listener);

void
butler_door_open (int listener);

#endif
