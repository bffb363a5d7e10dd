/*  butler_key_owners.c - whose key is this: found by the key
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_key_owners.h"
#include <assert.h>
#include <stdlib.h>

#define ROOM 16                     //  for the first owners

void
butler_key_owners_add (butler_key_owners_t *self, const char key [BUTLER_KEY_SIZE], const char *name)
{
    if (self->count == self->room) {
        self->room = self->room? self->room * 2: ROOM;
        self->owner = realloc (self->owner, self->room * sizeof *self->owner);
        assert (self->owner);
    }
    butler_key_owner_t *owner = &self->owner [self->count++];
    memcpy (owner->key, key, BUTLER_KEY_SIZE);
    owner->name = strdup (name);
    assert (owner->name);
}

static int
s_compare_keys (const void *a, const void *b)
{
    return memcmp (((const butler_key_owner_t *) a)->key, ((const butler_key_owner_t *) b)->key, BUTLER_KEY_SIZE);
}

static int
s_compare (const void *a, const void *b)
{
    const int order = s_compare_keys (a, b);
    return order? order: strcmp (((const butler_key_owner_t *) a)->name, ((const butler_key_owner_t *) b)->name);
}

static int
s_compare_names (const void *a, const void *b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
s_sort_names (butler_key_owners_t *self)
{
    free (self->name);
    self->name = malloc ((self->count + 1) * sizeof *self->name);
    assert (self->name);
    for (size_t index = 0; index < self->count; index++)
        self->name [index] = self->owner [index].name;
    qsort (self->name, self->count, sizeof *self->name, s_compare_names);
}

void
butler_key_owners_sort (butler_key_owners_t *self, butler_key_owners_twice_fn *twice, void *arg)
{
    if (self->count)
        qsort (self->owner, self->count, sizeof *self->owner, s_compare);
    size_t kept = 0;
    for (size_t index = 0; index < self->count; index++) {
        butler_key_owner_t *owner = &self->owner [index], *last = kept? &self->owner [kept - 1]: NULL;
        if (!last || s_compare_keys (owner, last)) {
            self->owner [kept++] = *owner;
            continue;
        }
        twice (arg, owner->name, last->name);
        free (owner->name);
    }
    self->count = kept;
    s_sort_names (self);
}

const char *
butler_key_owners_find (const butler_key_owners_t *self, butler_span_t key)
{
    butler_key_owner_t wanted = { .name = NULL };
    if (key.size != BUTLER_KEY_SIZE - 1 || self->count == 0)
        return NULL;
    memcpy (wanted.key, key.data, key.size);
    const butler_key_owner_t *found = bsearch (&wanted, self->owner, self->count, sizeof wanted, s_compare_keys);
    return found? found->name: NULL;
}

bool
butler_key_owners_have (const butler_key_owners_t *self, const char *name)
{
    return self->count && bsearch (&name, self->name, self->count, sizeof name, s_compare_names);
}

void
butler_key_owners_fini (butler_key_owners_t *self)
{
    for (size_t index = 0; index < self->count; index++)
        free (self->owner [index].name);
    free (self->owner);
    free (self->name);
    *self = (butler_key_owners_t) { .count = 0 };
}
