/*  butler_stop.h - SIGTERM, SIGINT and SIGHUP as something to wait for, beside sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_STOP_H
#define BUTLER_STOP_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int handle;
    int64_t last;                   //  when a signal was taken, by zclock_mono ()
} butler_stop_t;

//  To be called before the first socket or thread: the signals interrupt nothing from now on, and
//  CZMQ leaves them alone. SIGHUP is one of them where the program can reload. 0, or -1 with errno.
int
butler_stop_init (butler_stop_t *self, bool reloads);

void
butler_stop_fini (butler_stop_t *self);

typedef enum {
    BUTLER_STOP_SIGNAL,             //  told to stop; the signal is taken
    BUTLER_STOP_RELOAD,             //  SIGHUP
    BUTLER_STOP_SOCKET,             //  the socket is readable
    BUTLER_STOP_TIMEOUT
} butler_stop_reason_t;

//  Waits so many ms for one or the other, -1: without end. Signals to stop that come at once after one
//  that was taken are the same one: timeout (1), a shell and a terminal may tell a process and then its
//  group. The socket is anything that zsock_resolve () takes.
butler_stop_reason_t
butler_stop_wait (butler_stop_t *self, void *socket, int timeout);

#endif
