/*  butler_socket.h - connecting sockets with the options that peers want
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SOCKET_H
#define BUTLER_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <czmq.h>
#include "peers/butler_handshake.h"

typedef struct {
    int send_limit, recv_limit;     //  messages that may stand there
    int linger;                     //  ms to get the last out once it is closed
    int64_t silence;                //  ms without an acknowledgement after which TCP gives up; 0: the system's
    bool immediate;                 //  queue nothing for a peer that is not connected
    const butler_credentials_t *credentials;    //  what it shows, or NULL
    butler_handshake_t **handshake; //  where to put what watches its handshakes, NULL where there are none; or NULL
} butler_socket_options_t;

//  A fresh socket, connected. NULL with errno: EINVAL and the like where the endpoint is none,
//  EMFILE where descriptors run out. What watches its handshakes is the caller's, and destroyed first.
zsock_t *
butler_socket_connect (int type, const char *endpoint, const butler_socket_options_t *options);

//  The same, bound; zsock_last_endpoint () tells the port that the system chose
zsock_t *
butler_socket_bind (int type, const char *endpoint, const butler_socket_options_t *options);

#endif
