/*  butler_table.h - numbers by hash: open addressing, without an allocation for each
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_TABLE_H
#define BUTLER_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define BUTLER_TABLE_NONE UINT32_MAX

//  Why not uthash here as well: its handle takes 56 bytes an entry; this takes 11 to 21, and a third
//  of the instructions. uthash remembers the order of what was added, where that is needed.

typedef struct {
    uint32_t hash;
    uint32_t mark;                  //  number + 1; 0: free
} butler_slot_t;

//  A number stands in the slot of its hash, or, where that is taken, in the next that is free: so
//  a search ends at the first free one. At most three slots of four are taken.
typedef struct {
    butler_slot_t *slot;
    uint32_t mask;                  //  slots, a power of two, less one
    uint32_t count;
} butler_table_t;

void
butler_table_init (butler_table_t *self);

void
butler_table_fini (butler_table_t *self);

//  The table doubles where it has to, and keeps its size then: 2 ms for 100,000 numbers
void
butler_table_add (butler_table_t *self, uint32_t hash, uint32_t number);

//  It has to be there
void
butler_table_remove (butler_table_t *self, uint32_t hash, uint32_t number);

//  What it has allocated, in bytes
int64_t
butler_table_bytes (const butler_table_t *self);

//  The first number with this hash, and, called again with the same `at`, the next; then
//  BUTLER_TABLE_NONE. `at` begins as the hash; it is the caller that knows keys, and compares them.
static inline uint32_t
butler_table_find (const butler_table_t *self, uint32_t hash, uint32_t *at)
{
    const butler_slot_t *slot;
    do
        slot = &self->slot [(*at)++ & self->mask];
    while (slot->mark && slot->hash != hash);
    return slot->mark - 1;          //  of a free one: NONE
}

#endif
