/*  butler_credentials.h - what a client or worker shows to a router: a key, or a name and a password
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CREDENTIALS_H
#define BUTLER_CREDENTIALS_H

#include "auth/butler_security.h"

//  Never changes, so threads may share it. NULL stands for none in all functions that read it.
typedef struct butler_credentials butler_credentials_t;

//  A key from a file (zcert), and the only router that may be talked to: its public key in Z85, or a file
//  that has it, or NULL where the key's own file says it ("router" in its metadata). NULL, and *fault is a
//  fresh text that says what is wrong and the remedy.
butler_credentials_t *
butler_credentials_curve (const char *key_file, const char *router_key, char **fault);

//  At most 255 bytes each. NULL as above.
butler_credentials_t *
butler_credentials_plain (const char *user, const char *password, char **fault);

//  Zeroes what was kept
void
butler_credentials_destroy (butler_credentials_t **self_p);

//  To a raw socket of libzmq's, for the connections that it makes from then on
void
butler_credentials_apply (const butler_credentials_t *self, void *socket);

butler_security_t
butler_credentials_security (const butler_credentials_t *self);

//  Who shows them: the public key in Z85, or the user's name; "" for none
const char *
butler_credentials_who (const butler_credentials_t *self);

//  The router's public key in Z85; "" where none is asked for
const char *
butler_credentials_router (const butler_credentials_t *self);

#endif
