/*  butler_now.h - what time it is, and whether the process has slept
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_NOW_H
#define BUTLER_NOW_H

#include <stdbool.h>
#include <stdint.h>

#define BUTLER_NOW_LAPSE    500     //  ms without a tick that mean: the process was stopped

//  All in milliseconds; set mono and wall, and zero the rest
typedef struct {
    int64_t mono;
    int64_t wall;                   //  since the Unix epoch
    int64_t aged;                   //  that messages may have waited unseen, the process being stopped
} butler_now_t;

//  Time passes. Returns how long the process was stopped, 0 where it was not; only one that
//  ticks can tell. What came while it was stopped has aged by that; what comes later has not, so who
//  has read what was there sets `aged` to 0.
static inline int64_t
butler_now_update (butler_now_t *self, int64_t mono, int64_t wall, bool ticks)
{
    const int64_t gap = mono - self->mono;
    const bool stopped = ticks && gap > BUTLER_NOW_LAPSE;
    self->mono = mono;
    self->wall = wall;
    if (!stopped)
        return 0;
    self->aged += gap;
    return gap;
}

#endif
