/*  butler_link_internal.h - a link as its own files see it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LINK_INTERNAL_H
#define BUTLER_LINK_INTERNAL_H

#include "broker/butler_pulse.h"
#include "peers/butler_handshake.h"
#include "peers/butler_link.h"

struct butler_link {
    char *endpoint, *service, *properties;
    char *refused, *failed;
    const butler_credentials_t *credentials;
    zsock_t *socket;
    void *handle;                   //  the same for libzmq
    butler_handshake_t *handshake;  //  of that socket, or NULL
    butler_link_watch_fn *watch;
    void *watch_arg;
    butler_link_cancel_fn *cancel;
    void *cancel_arg;
    butler_frames_t out;
    butler_pulse_t pulse;
    butler_link_state_t state;
    int64_t interval, liveness;     //  of the next connection
    int64_t resume;                 //  PAUSING: when to try again; LEAVING: when it is over anyhow
    unsigned failures;              //  attempts since the router last spoke to us
    int capacity;
    uint32_t epoch;
    uint64_t malformed;
};

//  Closes the connection; the next attempt is made now, or after a pause
void
butler_link_retry (butler_link_t *self, int64_t now);

#endif
