/*  butler_stop.h - SIGTERM and SIGINT as something to wait for, beside sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_STOP_H
#define BUTLER_STOP_H

#include <stdbool.h>

//  To be called before the first socket or thread: the signals interrupt nothing from now on, and
//  CZMQ leaves them alone. A descriptor, or -1 with errno.
int
butler_stop_new (void);

typedef enum {
    BUTLER_STOP_SIGNAL,             //  told to stop; the signal is taken
    BUTLER_STOP_SOCKET              //  the socket is readable
} butler_stop_t;

//  Waits for one or the other. The socket is anything that zsock_resolve () takes.
butler_stop_t
butler_stop_wait (int stop, void *socket);

#endif
