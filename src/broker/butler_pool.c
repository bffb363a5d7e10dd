/*  butler_pool.c - entries of one size, by number; they are never moved, and used again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pool.h"
#include "broker/butler_memory.h"
#include <assert.h>
#include <stdlib.h>

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

void
butler_pool_grow (butler_pool_t *self)
{
    self->slab = realloc (self->slab, (self->slabs + 1) * sizeof *self->slab);
    assert (self->slab);
    self->slab [self->slabs] = calloc (BUTLER_POOL_SLAB, self->entry_size);
    assert (self->slab [self->slabs]);
    self->slabs++;
}

int64_t
butler_pool_bytes (const butler_pool_t *self)
{
    return butler_memory_block (self->slabs * sizeof *self->slab)
         + self->slabs * butler_memory_block (BUTLER_POOL_SLAB * self->entry_size);
}
