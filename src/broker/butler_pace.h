/*  butler_pace.h - how many requests a worker is given at a time, where more would only wait at it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PACE_H
#define BUTLER_PACE_H

#include <stdbool.h>
#include <stdint.h>

//  What a worker holds beyond the requests that it works on hides the way to it and back. It also waits
//  there in one row, where clients do not take turns, so one that comes now waits for all of it. A worker that
//  wants to be paced is therefore given as many as keep it busy, and no more: that is found out while
//  requests wait for it, by answers counted in windows of time. First it is given as many as it has threads;
//  then four times that, and so on, as long as that makes it answer more than twice as many; then what it has
//  proved to make use of, and a little more. This holds for a while, or until it answers much more or fewer.
//  Where it answers fewer, more are tried at once, as one whose answers take different times may have been wronged.
//  One that answers nothing for seconds may answer in any order, or never: it is given all, and learnt of later.
typedef struct {
    uint32_t threads, capacity;
    uint32_t limit;                 //  requests that it may hold now
    uint32_t answered;              //  in the present window
    uint32_t tries;
    uint8_t phase;
    uint8_t freed;                  //  how often it was given all for being stuck
    int64_t since;                  //  when the window began, ms; -1: none has
    int64_t began;                  //  when the phase did
    int64_t until;                  //  when it is all to be found out again
    int64_t stuck;                  //  since when it was seen to be, ms; -1: it is not
    int64_t base;                   //  answers in a thousand seconds, with a request for each thread
    int64_t rate;                   //  the same with what it is given now
} butler_pace_t;

//  It is given whatever it offers, until requests have waited for it for a window. With as many threads as capacity
//  it always is.
void
butler_pace_init (butler_pace_t *self, uint32_t threads, uint32_t capacity);

//  It has answered one, holds so many still, and others wait. True: its limit is another now.
bool
butler_pace_answered (butler_pace_t *self, uint32_t holds, int64_t now);

//  Looked at now and then where its limit is below its capacity: whether it holds as many as it may while others
//  wait. True: it has answered none for seconds, and may hold all it offers.
bool
butler_pace_stuck (butler_pace_t *self, bool waited_for, int64_t now);

//  Whether there is anything to find out
static inline bool
butler_pace_matters (const butler_pace_t *self)
{
    return self->threads < self->capacity;
}

//  Nothing waits for it: what it answers now says nothing
static inline void
butler_pace_rest (butler_pace_t *self)
{
    self->since = self->stuck = -1;
}

#endif
