/*  butler_channels.h - a client's DEALERs: the one in use, and older ones that may be answered still
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CHANNELS_H
#define BUTLER_CHANNELS_H

#include <stdbool.h>
#include <stdint.h>
#include <czmq.h>
#include "peers/butler_handshake.h"

#define BUTLER_CHANNELS_MAX 8

typedef struct {
    zsock_t *socket;
    void *handle;                   //  the same for libzmq
    butler_handshake_t *handshake;  //  NULL where there is none, or no more
    uint32_t epoch;                 //  never 0
    int64_t until;                  //  once it is older: when nobody waits for it any more
    uint8_t envelope;               //  butler_envelope_t, that the router is known to read
    uint32_t sent;                  //  requests, since it was taken for one that reads frames alone
    bool failed;                    //  its router did not let it in: another is to take its place
    bool outdated;                  //  where nothing can be sent its router is to be tried once more, as there
                                    //  are other credentials, or other requests, since it was made
} butler_channel_t;

typedef struct {
    butler_channel_t channel [BUTLER_CHANNELS_MAX];     //  the newest first: it is in use
    unsigned count;                 //  0 before the first endpoint
    uint32_t epoch;                 //  of the one in use
    char **endpoint;
    size_t endpoints, current;
    butler_credentials_t *credentials;  //  of the channels that are made from now on, or NULL
} butler_channels_t;

void
butler_channels_init (butler_channels_t *self);

void
butler_channels_fini (butler_channels_t *self);

//  One more router; the first is connected to at once. 0, or -1 with errno (EINVAL, EMFILE, ...).
int
butler_channels_add (butler_channels_t *self, const char *endpoint);

//  Takes what new channels show from now on
void
butler_channels_set_credentials (butler_channels_t *self, butler_credentials_t *credentials);

//  A new channel to the same router; the old one is read until then, unless it failed. -1 with errno: all is as
//  before.
int
butler_channels_renew (butler_channels_t *self, int64_t until);

//  The same, to the next router
int
butler_channels_move (butler_channels_t *self, int64_t until);

//  Close the older ones whose time is over
void
butler_channels_expire (butler_channels_t *self, int64_t now);

//  Whether the handshake of the channel in use failed since the last look: a fresh text that says why, or NULL
char *
butler_channels_rebuff (butler_channels_t *self);

//  Wait until there is something to receive, or, where asked for, room to send or word that there won't be,
//  for at most `timeout` ms (-1: without end). 0, or -1 with EINTR or ETERM.
int
butler_channels_wait (const butler_channels_t *self, bool room, int64_t timeout);

#endif
