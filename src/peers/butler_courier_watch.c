/*  butler_courier_watch.c - whether the router in use lives, and what is done where it does not
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "peers/butler_courier_internal.h"
#include "wire/butler_fields.h"

void
butler_courier_trust (butler_courier_t *self, int64_t now)
{
    butler_pulse_init (&self->pulse, self->pulse.interval, BUTLER_COURIER_LIVENESS, now);
    self->asked = 0;
}

//  True: there is another router, and this one is to be watched
static bool
s_is_watched (const butler_courier_t *self)
{
    return self->channels.endpoints > 1 && self->pending.size;
}

//  A router that takes nothing is not there. One that took something has longer to say that it lives,
//  once it was asked: a program that did not turn for long has asked nothing.
static int64_t
s_death (const butler_courier_t *self)
{
    const butler_pulse_t *pulse = &self->pulse;
    if (self->outbox.head)
        return pulse->heard + pulse->interval + self->grace;
    return self->asked? self->asked + pulse->interval * (pulse->liveness - 1) + self->grace: INT64_MAX;
}

static void
s_probe (butler_courier_t *self, int64_t now)
{
    butler_courier_ask (self, "mmi." BUTLER_NAME_ROUTER);
    butler_pulse_sent (&self->pulse, now);
    if (!self->asked)
        self->asked = now;
}

static void
s_move (butler_courier_t *self, int64_t now)
{
    butler_channels_move (&self->channels, self->horizon);
    butler_courier_trust (self, now);
    butler_courier_flush (self, now);
}

void
butler_courier_evade (butler_courier_t *self, int64_t now)
{
    if (self->refused == self->channels.epoch)
        s_move (self, now);
    else
        butler_courier_flush (self, now);
    self->refused = 0;
}

void
butler_courier_watch (butler_courier_t *self, int64_t now)
{
    if (!s_is_watched (self))
        return;
    if (now >= s_death (self))
        s_move (self, now);
    else
    if (butler_pulse_beat_due (&self->pulse, now))
        s_probe (self, now);
}

int64_t
butler_courier_watch_due (const butler_courier_t *self)
{
    if (!s_is_watched (self))
        return INT64_MAX;
    const int64_t beat = self->pulse.sent + self->pulse.interval, death = s_death (self);
    return beat < death? beat: death;
}
