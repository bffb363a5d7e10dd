/*  butler_socket.c - connecting sockets with the options that peers want
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_socket.h"
#include <errno.h>
#include "base/butler_room.h"

#define SPARE 8                     //  descriptors for a socket and its connection, what watches it, and some

static void
s_configure (zsock_t *socket, const butler_socket_options_t *options)
{
    zsock_set_sndhwm (socket, options->send_limit);
    zsock_set_rcvhwm (socket, options->recv_limit);
    zsock_set_linger (socket, options->linger);
    zsock_set_immediate (socket, options->immediate);
    zsock_set_tcp_keepalive (socket, 1);
    zsock_set_tcp_keepalive_idle (socket, 10);
    zsock_set_tcp_keepalive_intvl (socket, 3);
    zsock_set_tcp_keepalive_cnt (socket, 3);
    zsock_set_reconnect_ivl (socket, 100);
    zsock_set_reconnect_ivl_max (socket, 1000);
    if (options->silence)
        zsock_set_tcp_maxrt (socket, (int) options->silence);
    butler_credentials_apply (options->credentials, zsock_resolve (socket));
}

static zsock_t *
s_new (int type, const butler_socket_options_t *options)
{
    if (butler_room_for (SPARE))
        return NULL;
    zsock_t *socket = zsock_new (type);
    if (socket)
        s_configure (socket, options);
    return socket;
}

static int
s_watch (void *handle, const char *endpoint, const butler_socket_options_t *options)
{
    if (!options->handshake)
        return 0;
    *options->handshake = NULL;
    if (!butler_handshake_happens (endpoint))
        return 0;
    *options->handshake = butler_handshake_new (handle, endpoint, options->credentials);
    return *options->handshake? 0: -1;
}

//  Below libzmq's own functions: for CZMQ's an endpoint is a format, and '*' a search for a port

zsock_t *
butler_socket_connect (int type, const char *endpoint, const butler_socket_options_t *options)
{
    zsock_t *socket = s_new (type, options);
    if (!socket)
        return NULL;
    void *handle = zsock_resolve (socket);
    if (s_watch (handle, endpoint, options) || zmq_connect (handle, endpoint)) {
        const int reason = errno;
        if (options->handshake)
            butler_handshake_destroy (options->handshake);
        zsock_destroy (&socket);
        errno = reason;
        return NULL;
    }
    return socket;
}

zsock_t *
butler_socket_bind (int type, const char *endpoint, const butler_socket_options_t *options)
{
    zsock_t *socket = s_new (type, options);
    if (socket && zmq_bind (zsock_resolve (socket), endpoint)) {
        const int reason = errno;
        zsock_destroy (&socket);
        errno = reason;
    }
    return socket;
}
