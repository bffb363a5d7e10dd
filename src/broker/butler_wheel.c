/*  butler_wheel.c - a timing wheel: what is due when, in O(1) to put and to take
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_wheel.h"

#define DUE_MAX (INT64_MAX >> 4)

static butler_timed_t *
s_slot (butler_wheel_t *self, int64_t tick)
{
    return &self->slot [(uint64_t) tick % BUTLER_WHEEL_SLOTS];
}

void
butler_wheel_init (butler_wheel_t *self, int64_t now)
{
    for (int index = 0; index < BUTLER_WHEEL_SLOTS; index++)
        self->slot [index].next = self->slot [index].prev = &self->slot [index];
    self->resume = NULL;
    self->tick = now / BUTLER_WHEEL_TICK;
    self->count = 0;
    self->searched = false;
}

void
butler_wheel_take (butler_wheel_t *self, butler_timed_t *timed)
{
    if (!timed->next)
        return;
    if (self->resume == timed)
        self->resume = timed->next;
    timed->prev->next = timed->next;
    timed->next->prev = timed->prev;
    timed->next = timed->prev = NULL;
    self->count--;
}

void
butler_wheel_put (butler_wheel_t *self, butler_timed_t *timed, int64_t due)
{
    butler_wheel_take (self, timed);
    timed->due = due & DUE_MAX;
    //  Rounded up, so that nothing is early; the slot under inspection takes what is late
    int64_t tick = (due + BUTLER_WHEEL_TICK - 1) / BUTLER_WHEEL_TICK;
    const bool late = tick <= self->tick;
    if (late)
        tick = self->tick;
    butler_timed_t *head = s_slot (self, tick);
    timed->prev = head->prev;
    timed->next = head;
    head->prev->next = timed;
    head->prev = timed;
    if (self->resume == head || (late && self->searched))
        self->resume = timed;           //  a search that had come to the end goes on with it
    if (late)
        self->searched = false;
    self->count++;
}

//  The first that is due in the slot under inspection, from where the last search stopped
static butler_timed_t *
s_search (butler_wheel_t *self, int64_t now)
{
    butler_timed_t *head = s_slot (self, self->tick);
    butler_timed_t *timed = self->resume? self->resume: head->next;
    while (timed != head && timed->due > now)
        timed = timed->next;            //  due in a later turn
    self->resume = NULL;
    return timed != head? timed: NULL;
}

butler_timed_t *
butler_wheel_due (butler_wheel_t *self, int64_t now)
{
    const int64_t last = now / BUTLER_WHEEL_TICK;
    if (self->searched) {
        if (self->tick >= last)
            return NULL;
        self->tick++;                   //  what is left there is due in a later turn
        self->searched = false;
    }
    //  After a long pause one turn visits every slot
    if (self->count == 0 || last - self->tick > BUTLER_WHEEL_SLOTS) {
        self->resume = NULL;
        self->tick = self->count == 0? last: last - BUTLER_WHEEL_SLOTS;
    }
    for (; self->tick <= last; self->tick++) {
        butler_timed_t *timed = s_search (self, now);
        if (timed) {
            self->resume = timed;       //  moves on as it is taken
            butler_wheel_take (self, timed);
            return timed;
        }
    }
    self->tick = last;
    self->searched = true;
    return NULL;
}
