/*  butler_stop.c - SIGTERM and SIGINT as something to wait for, beside sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_stop.h"
#include <czmq.h>
#include <sys/signalfd.h>

int
butler_stop_new (void)
{
    zsys_handler_set (NULL);
    sigset_t signals;
    sigemptyset (&signals);
    sigaddset (&signals, SIGTERM);
    sigaddset (&signals, SIGINT);
    if (pthread_sigmask (SIG_BLOCK, &signals, NULL))    //  the threads to come inherit it
        return -1;
    return signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

butler_stop_t
butler_stop_wait (int stop, void *socket)
{
    zmq_pollitem_t items [] = {
        { NULL, stop, ZMQ_POLLIN, 0 }, { zsock_resolve (socket), 0, ZMQ_POLLIN, 0 }
    };
    for (;;) {
        struct signalfd_siginfo signal;
        if (read (stop, &signal, sizeof signal) == sizeof signal)
            return BUTLER_STOP_SIGNAL;
        if (items [1].revents)
            return BUTLER_STOP_SOCKET;
        if (zmq_poll (items, 2, -1) == -1 && errno != EINTR)
            return BUTLER_STOP_SIGNAL;      //  nothing to wait for any more
    }
}
