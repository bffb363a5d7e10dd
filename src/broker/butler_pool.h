/*  butler_pool.h - entries of one size, by number; they are never moved, and used again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_POOL_H
#define BUTLER_POOL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

//  Entries are allocated so many at a time, and those of a slab lie side by side
#define BUTLER_POOL_SLAB 256

typedef struct {
    uint8_t **slab;
    void *free;                     //  those that were put back, each with the next in its first bytes
    size_t entry_size;
    uint32_t slabs;
    uint32_t used;                  //  numbers that were ever taken: 0 to this
    uint32_t count;                 //  entries that are taken now
} butler_pool_t;

//  Entries have the size of a pointer at least
void
butler_pool_init (butler_pool_t *self, size_t entry_size);

//  All entries are gone, taken or not
void
butler_pool_fini (butler_pool_t *self);

//  What it has allocated, in bytes. None of it is given back before the end.
int64_t
butler_pool_bytes (const butler_pool_t *self);

//  The entry of a number below `used`. The size is that of the pool: where it is a constant, finding
//  takes no multiplication.
static inline void *
butler_pool_at (const butler_pool_t *self, size_t entry_size, uint32_t number)
{
    return self->slab [number / BUTLER_POOL_SLAB] + number % BUTLER_POOL_SLAB * entry_size;
}

//  For butler_pool_take: room for more
void
butler_pool_grow (butler_pool_t *self);

//  What was put back last, as it was but for its first pointer; or, where `used` grows by one, the
//  entry of that number, zeroed
static inline void *
butler_pool_take (butler_pool_t *self)
{
    self->count++;
    void *entry = self->free;
    if (entry) {
        memcpy (&self->free, entry, sizeof self->free);
        return entry;
    }
    if (self->used == self->slabs * BUTLER_POOL_SLAB)
        butler_pool_grow (self);
    return butler_pool_at (self, self->entry_size, self->used++);
}

static inline void
butler_pool_put (butler_pool_t *self, void *entry)
{
    memcpy (entry, &self->free, sizeof self->free);
    self->free = entry;
    self->count--;
}

#endif
