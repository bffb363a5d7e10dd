/*  butler_channels.h - a client's DEALERs: the one in use, and older ones that may be answered still
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CHANNELS_H
#define BUTLER_CHANNELS_H

#include <stdbool.h>
#include <stdint.h>
#include <czmq.h>

#define BUTLER_CHANNELS_MAX 8

typedef struct {
    zsock_t *socket;
    void *handle;                   //  the same for libzmq
    uint32_t epoch;                 //  never 0
    int64_t until;                  //  once it is older: when nobody waits for it any more
    uint8_t envelope;               //  butler_envelope_t, that the router is known to read
    uint32_t sent;                  //  requests, since it was taken for one that reads frames alone
} butler_channel_t;

typedef struct {
    butler_channel_t channel [BUTLER_CHANNELS_MAX];     //  the newest first: it is in use
    unsigned count;                 //  0 before the first endpoint
    uint32_t epoch;                 //  of the one in use
    char **endpoint;
    size_t endpoints, current;
} butler_channels_t;

void
butler_channels_init (butler_channels_t *self);

void
butler_channels_fini (butler_channels_t *self);

//  One more router; the first is connected to at once. 0, or -1 with errno (EINVAL, EMFILE, ...).
int
butler_channels_add (butler_channels_t *self, const char *endpoint);

//  A new channel to the same router; the old one is read until then. -1 with errno: all is as before.
int
butler_channels_renew (butler_channels_t *self, int64_t until);

//  The same, to the next router
int
butler_channels_move (butler_channels_t *self, int64_t until);

//  Close the older ones whose time is over
void
butler_channels_expire (butler_channels_t *self, int64_t now);

//  Wait until there is something to receive, or, where asked for, room to send, for at most `timeout`
//  ms (-1: without end). 0, or -1 with EINTR or ETERM.
int
butler_channels_wait (const butler_channels_t *self, bool room, int64_t timeout);

#endif
