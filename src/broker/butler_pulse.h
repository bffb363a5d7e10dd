/*  butler_pulse.h - when a peer is due a heartbeat, and when it is dead
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PULSE_H
#define BUTLER_PULSE_H

#include <stdbool.h>
#include <stdint.h>

//  All times are monotonic milliseconds
typedef struct {
    int64_t heard;                  //  when the peer last said anything
    int64_t sent;                   //  when it was last sent anything
    int64_t interval;
    int64_t liveness;               //  silent intervals after which it is dead
} butler_pulse_t;

static inline void
butler_pulse_init (butler_pulse_t *self, int64_t interval, int64_t liveness, int64_t now)
{
    *self = (butler_pulse_t) { now, now, interval, liveness };
}

static inline void
butler_pulse_heard (butler_pulse_t *self, int64_t now)
{
    self->heard = now;
}

static inline void
butler_pulse_sent (butler_pulse_t *self, int64_t now)
{
    self->sent = now;
}

static inline bool
butler_pulse_beat_due (const butler_pulse_t *self, int64_t now)
{
    return now >= self->sent + self->interval;
}

//  When the peer dies if it stays silent
static inline int64_t
butler_pulse_death (const butler_pulse_t *self)
{
    return self->heard + self->interval * self->liveness;
}

static inline bool
butler_pulse_dead (const butler_pulse_t *self, int64_t now)
{
    return now >= butler_pulse_death (self);
}

//  When a heartbeat or the peer's death is due, whichever is first
static inline int64_t
butler_pulse_next (const butler_pulse_t *self)
{
    const int64_t beat = self->sent + self->interval;
    const int64_t death = butler_pulse_death (self);
    return beat < death? beat: death;
}

#endif
