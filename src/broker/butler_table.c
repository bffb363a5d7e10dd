/*  butler_table.c - numbers by hash: open addressing, without an allocation for each
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_table.h"
#include "broker/butler_memory.h"
#include <assert.h>
#include <stdlib.h>

#define SLOTS_MIN 64

static butler_slot_t *
s_slots_new (uint32_t mask)
{
    butler_slot_t *slot = calloc ((size_t) mask + 1, sizeof *slot);
    assert (slot);
    return slot;
}

void
butler_table_init (butler_table_t *self)
{
    *self = (butler_table_t) { .slot = s_slots_new (SLOTS_MIN - 1), .mask = SLOTS_MIN - 1 };
}

void
butler_table_fini (butler_table_t *self)
{
    free (self->slot);
}

static void
s_place (butler_table_t *self, butler_slot_t placed)
{
    uint32_t at = placed.hash & self->mask;
    while (self->slot [at].mark)
        at = (at + 1) & self->mask;
    self->slot [at] = placed;
}

static void
s_grow (butler_table_t *self)
{
    butler_slot_t *old = self->slot;
    const uint32_t old_mask = self->mask;
    self->mask = old_mask * 2 + 1;
    self->slot = s_slots_new (self->mask);
    for (uint32_t at = 0; at <= old_mask; at++)
        if (old [at].mark)
            s_place (self, old [at]);
    free (old);
}

void
butler_table_add (butler_table_t *self, uint32_t hash, uint32_t number)
{
    if (self->count >= self->mask - self->mask / 4)
        s_grow (self);
    s_place (self, (butler_slot_t) { hash, number + 1 });
    self->count++;
}

//  Those behind it move up, as far as none gets in front of the slot of its hash
void
butler_table_remove (butler_table_t *self, uint32_t hash, uint32_t number)
{
    const uint32_t mask = self->mask;
    uint32_t hole = hash & mask;
    while (self->slot [hole].mark != number + 1) {
        assert (self->slot [hole].mark);
        hole = (hole + 1) & mask;
    }
    for (uint32_t at = (hole + 1) & mask; self->slot [at].mark; at = (at + 1) & mask)
        if (((at - self->slot [at].hash) & mask) >= ((at - hole) & mask)) {
            self->slot [hole] = self->slot [at];
            hole = at;
        }
    self->slot [hole].mark = 0;
    self->count--;
}

int64_t
butler_table_bytes (const butler_table_t *self)
{
    return butler_memory_block (((size_t) self->mask + 1) * sizeof *self->slot);
}
