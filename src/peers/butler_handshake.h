/*  butler_handshake.h - whether a router lets a connecting socket in, and what may be wrong where it does not
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_HANDSHAKE_H
#define BUTLER_HANDSHAKE_H

#include <stdbool.h>
#include "auth/butler_credentials.h"

//  libzmq tells nobody but a socket's monitor that a handshake failed, and connects again only where the
//  other side gave no reason: else the socket is of no more use, and another is to take its place.
typedef struct butler_handshake butler_handshake_t;

//  Watches what a raw socket connects to from now on, of which there is one endpoint, with these credentials.
//  NULL with errno: EMFILE, ...
butler_handshake_t *
butler_handshake_new (void *socket, const char *endpoint, const butler_credentials_t *credentials);

//  Before the socket is closed
void
butler_handshake_destroy (butler_handshake_t **self_p);

//  A raw socket that is readable when there may be something to read
void *
butler_handshake_events (const butler_handshake_t *self);

//  Reads all that is there: a fresh text that names endpoint, possible causes and remedies, where a handshake
//  failed since the last look. One that ended without a reason counts once there are two in a row, of those without
//  credentials four, as routers that end do so too. NULL otherwise. Never tells a secret.
char *
butler_handshake_read (butler_handshake_t *self);

//  True: there is a handshake at such an endpoint
bool
butler_handshake_happens (const char *endpoint);

#endif
