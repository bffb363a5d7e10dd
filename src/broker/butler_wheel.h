/*  butler_wheel.h - a timing wheel: what is due when, in O(1) to put and to take
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_WHEEL_H
#define BUTLER_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUTLER_WHEEL_TICK  10       //  ms
#define BUTLER_WHEEL_SLOTS 4096     //  a turn takes 41 s; what is due later waits for its turn

//  Embedded in what is timed; zeroed means: not in a wheel
typedef struct butler_timed {
    struct butler_timed *next, *prev;
    int64_t due: 60;                //  monotonic ms
    unsigned kind: 4;               //  what it is embedded in; the owner's
} butler_timed_t;

typedef struct {
    butler_timed_t slot [BUTLER_WHEEL_SLOTS];
    butler_timed_t *resume;         //  where a search that was interrupted goes on
    int64_t tick;                   //  the slot that is looked at
    size_t count;
    bool searched;                  //  nothing in that slot is due
} butler_wheel_t;

void
butler_wheel_init (butler_wheel_t *self, int64_t now);

//  Put, or move where it is in already. What is due in the past is due at once.
void
butler_wheel_put (butler_wheel_t *self, butler_timed_t *timed, int64_t due);

//  Take out; nothing where it is not in
void
butler_wheel_take (butler_wheel_t *self, butler_timed_t *timed);

//  Take out one that is due by now, or NULL. Each is out before it is handed over, so the caller
//  may put it in again. Never early; late by a tick at most.
butler_timed_t *
butler_wheel_due (butler_wheel_t *self, int64_t now);

#endif
