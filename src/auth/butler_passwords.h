/*  butler_passwords.h - a file of users and their passwords
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PASSWORDS_H
#define BUTLER_PASSWORDS_H

#include "base/butler_span.h"
#include "butler_stamp.h"

//  Lines NAME=PASSWORD, without blanks at either's beginning and end; empty lines and those that begin with #
//  are comments. A file that others can read is refused.
typedef struct butler_passwords butler_passwords_t;

//  Reads the file. NULL: it can't be used, and *fault is a fresh text, which has nothing of what stands there.
butler_passwords_t *
butler_passwords_new (const char *file, char **fault);

//  Zeroes what it has kept
void
butler_passwords_destroy (butler_passwords_t **self_p);

//  Look for what has changed; by one thread at a time. BUTLER_LOOK_... bits. A file that can't be used, or is empty, at two
//  looks in a row has nobody in it.
int
butler_passwords_look (butler_passwords_t *self);

//  From any thread, and without waiting for a look

bool
butler_passwords_have (butler_passwords_t *self, butler_span_t user);

//  Whether it is this user's; in the same time whatever the password
bool
butler_passwords_match (butler_passwords_t *self, butler_span_t user, butler_span_t password);

//  How many users have one
size_t
butler_passwords_count (butler_passwords_t *self);

//  Why the file can't be used, a fresh text; NULL: it can, or that was told already
char *
butler_passwords_skipped (butler_passwords_t *self);

#endif
