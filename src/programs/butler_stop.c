/*  butler_stop.c - SIGTERM, SIGINT and SIGHUP as something to wait for, beside sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_stop.h"
#include <czmq.h>
#include <sys/signalfd.h>

#define SAME 300                    //  ms within which a second signal is the first one's echo

int
butler_stop_init (butler_stop_t *self, bool reloads)
{
    *self = (butler_stop_t) { .handle = -1, .last = INT64_MIN / 2 };
    zsys_handler_set (NULL);
    sigset_t signals;
    sigemptyset (&signals);
    sigaddset (&signals, SIGTERM);
    sigaddset (&signals, SIGINT);
    if (reloads)
        sigaddset (&signals, SIGHUP);
    errno = pthread_sigmask (SIG_BLOCK, &signals, NULL);    //  the threads to come inherit it
    if (errno == 0)
        self->handle = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    return self->handle == -1? -1: 0;
}

void
butler_stop_fini (butler_stop_t *self)
{
    if (self->handle != -1)
        close (self->handle);
    self->handle = -1;
}

//  False: there is none, or none that means anything
static bool
s_take_signal (butler_stop_t *self, butler_stop_reason_t *reason)
{
    struct signalfd_siginfo signal;
    if (read (self->handle, &signal, sizeof signal) != sizeof signal)
        return false;
    *reason = signal.ssi_signo == SIGHUP? BUTLER_STOP_RELOAD: BUTLER_STOP_SIGNAL;
    if (*reason == BUTLER_STOP_RELOAD)
        return true;
    const int64_t now = zclock_mono ();
    if (now - self->last < SAME)
        return false;
    self->last = now;
    return true;
}

butler_stop_reason_t
butler_stop_wait (butler_stop_t *self, void *socket, int timeout)
{
    zmq_pollitem_t items [] = {
        { NULL, self->handle, ZMQ_POLLIN, 0 }, { zsock_resolve (socket), 0, ZMQ_POLLIN, 0 }
    };
    const int64_t end = zclock_mono () + timeout;
    butler_stop_reason_t reason;
    for (;;) {
        if (s_take_signal (self, &reason))
            return reason;
        if (items [1].revents)
            return BUTLER_STOP_SOCKET;
        const int64_t left = end - zclock_mono ();
        if (timeout >= 0 && left <= 0)
            return BUTLER_STOP_TIMEOUT;
        if (zmq_poll (items, 2, timeout < 0? -1: (long) left) == -1 && errno != EINTR)
            return BUTLER_STOP_SIGNAL;      //  nothing to wait for any more
    }
}
