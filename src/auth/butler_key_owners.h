/*  butler_key_owners.h - whose key is this: found by the key
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_KEY_OWNERS_H
#define BUTLER_KEY_OWNERS_H

#include "base/butler_span.h"
#include "butler_certificate.h"

typedef struct {
    char key [BUTLER_KEY_SIZE];
    char *name;
} butler_key_owner_t;

//  Filled, then sorted, then asked. Zeroed, it is empty.
typedef struct {
    butler_key_owner_t *owner;
    size_t count;
    size_t room;
    const char **name;              //  those of the owners, sorted
} butler_key_owners_t;

void
butler_key_owners_add (butler_key_owners_t *self, const char key [BUTLER_KEY_SIZE], const char *name);

//  Of those with the same key the name that comes first stays; the function is told of each other one, and of
//  whose key he has
typedef void (butler_key_owners_twice_fn) (void *arg, const char *name, const char *first);

void
butler_key_owners_sort (butler_key_owners_t *self, butler_key_owners_twice_fn *twice, void *arg);

//  NULL: nobody's
const char *
butler_key_owners_find (const butler_key_owners_t *self, butler_span_t key);

//  Whether anybody has this name
bool
butler_key_owners_have (const butler_key_owners_t *self, const char *name);

void
butler_key_owners_fini (butler_key_owners_t *self);

#endif
