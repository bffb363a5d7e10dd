/*  butler_histogram.c - how often which values came, to within 1.6 %, in a fixed size
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_histogram.h"

#define STEPS BUTLER_HISTOGRAM_STEPS

//  How often a value is halved until it has one of the steps from 64 to 127
static unsigned
s_halvings (uint64_t value)
{
    return value < 2 * STEPS? 0: 57 - (unsigned) __builtin_clzll (value);
}

//  Values below twice the steps are their own slot
static unsigned
s_slot (uint64_t value)
{
    const unsigned halvings = s_halvings (value);
    return halvings * STEPS + (unsigned) (value >> halvings);
}

int64_t
butler_histogram_upper (unsigned slot)
{
    const unsigned halvings = slot < 2 * STEPS? 0: slot / STEPS - 1;
    const uint64_t step = slot - halvings * STEPS;
    return (int64_t) (((step + 1) << halvings) - 1);
}

void
butler_histogram_add (butler_histogram_t *self, int64_t value)
{
    if (value < 0)
        value = 0;
    if (self->count == 0 || value < self->least)
        self->least = value;
    if (value > self->most)
        self->most = value;
    self->sum += (double) value;
    self->count++;
    self->slot [s_slot ((uint64_t) value)]++;
}

void
butler_histogram_merge (butler_histogram_t *self, const butler_histogram_t *other)
{
    if (other->count == 0)
        return;
    if (self->count == 0 || other->least < self->least)
        self->least = other->least;
    if (other->most > self->most)
        self->most = other->most;
    self->sum += other->sum;
    self->count += other->count;
    for (unsigned slot = 0; slot < BUTLER_HISTOGRAM_SLOTS; slot++)
        self->slot [slot] += other->slot [slot];
}

int64_t
butler_histogram_at (const butler_histogram_t *self, double quantile)
{
    const double wanted = quantile * (double) self->count;
    uint64_t seen = 0;
    for (unsigned slot = 0; slot < BUTLER_HISTOGRAM_SLOTS; slot++) {
        seen += self->slot [slot];
        if (seen && (double) seen >= wanted) {
            const int64_t value = butler_histogram_upper (slot);
            return value < self->most? value: self->most;
        }
    }
    return self->most;
}

double
butler_histogram_mean (const butler_histogram_t *self)
{
    return self->count? self->sum / (double) self->count: 0;
}
