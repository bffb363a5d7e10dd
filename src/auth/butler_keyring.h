/*  butler_keyring.h - a folder of certificates: which user has which key
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_KEYRING_H
#define BUTLER_KEYRING_H

#include "base/butler_span.h"
#include "base/butler_user_name.h"
#include "butler_stamp.h"

//  A file is a certificate as CZMQ writes it, and its name the user's. Hidden files, those whose names end in
//  "_secret" or "~", and folders are passed over; what else is no certificate is skipped, and told. Where two
//  files have the same key, it is that of the name that comes first.
typedef struct butler_keyring butler_keyring_t;

//  Reads the folder. NULL: it can't be read, and *fault is a fresh text.
butler_keyring_t *
butler_keyring_new (const char *folder, char **fault);

void
butler_keyring_destroy (butler_keyring_t **self_p);

//  Look for what has changed; by one thread at a time. BUTLER_LOOK_... bits. A file that was not touched is not
//  read again. A folder that can't be read at two looks in a row has nothing in it.
int
butler_keyring_look (butler_keyring_t *self);

//  From any thread, and without waiting for a look

//  The user who has this key, Z85 as text: 0, or -1, and name is untouched
int
butler_keyring_find (butler_keyring_t *self, butler_span_t key, char name [BUTLER_USER_SIZE]);

//  Whether a user of this name has a key
bool
butler_keyring_have (butler_keyring_t *self, const char *user);

//  How many users have a key
size_t
butler_keyring_count (butler_keyring_t *self);

//  What was skipped, a fresh text; NULL: nothing but what was told already
char *
butler_keyring_skipped (butler_keyring_t *self);

#endif
