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
    int64_t interval;               //  at which we beat
    int64_t liveness;               //  silent intervals after which it is dead
    int64_t peer;                   //  the interval at which it beats, where it told; else 0
} butler_pulse_t;

static inline void
butler_pulse_init (butler_pulse_t *self, int64_t interval, int64_t liveness, int64_t now)
{
    *self = (butler_pulse_t) { now, now, interval, liveness, 0 };
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

//  We did not listen for so long: what it said then is still to be read
static inline void
butler_pulse_lapse (butler_pulse_t *self, int64_t gap)
{
    self->heard += gap;
}

static inline bool
butler_pulse_beat_due (const butler_pulse_t *self, int64_t now)
{
    return now >= self->sent + self->interval;
}

//  How long the peer may be silent: it owes a sign of life at its own interval, not at ours
static inline int64_t
butler_pulse_patience (const butler_pulse_t *self)
{
    return (self->peer > self->interval? self->peer: self->interval) * self->liveness;
}

//  When the peer dies if it stays silent
static inline int64_t
butler_pulse_death (const butler_pulse_t *self)
{
    return self->heard + butler_pulse_patience (self);
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
