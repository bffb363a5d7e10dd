/*  butler_pool.c - entries of one size, by number; they are never moved, and used again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pool.h"
#include "broker/butler_memory.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
butler_pool_init (butler_pool_t *self, size_t entry_size)
{
    assert (entry_size >= sizeof (void *));
    *self = (butler_pool_t) { .entry_size = entry_size };
}

void
butler_pool_fini (butler_pool_t *self)
{
    for (uint32_t index = 0; index < self->slabs; index++)
        free (self->slab [index]);
    free (self->slab);
}

static void
s_add_slab (butler_pool_t *self)
{
    self->slab = realloc (self->slab, (self->slabs + 1) * sizeof *self->slab);
    assert (self->slab);
    self->slab [self->slabs] = calloc (BUTLER_POOL_SLAB, self->entry_size);
    assert (self->slab [self->slabs]);
    self->slabs++;
}

void *
butler_pool_take (butler_pool_t *self)
{
    self->count++;
    void *entry = self->free;
    if (entry) {
        memcpy (&self->free, entry, sizeof self->free);
        return entry;
    }
    if (self->used == self->slabs * BUTLER_POOL_SLAB)
        s_add_slab (self);
    return butler_pool_at (self, self->entry_size, self->used++);
}

void
butler_pool_put (butler_pool_t *self, void *entry)
{
    memcpy (entry, &self->free, sizeof self->free);
    self->free = entry;
    self->count--;
}

int64_t
butler_pool_bytes (const butler_pool_t *self)
{
    return butler_memory_block (self->slabs * sizeof *self->slab)
         + self->slabs * butler_memory_block (BUTLER_POOL_SLAB * self->entry_size);
}
