/*  butler_bench_flights.c - when each request that is open was sent
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_flights.h"
#include <assert.h>
#include <stdlib.h>

typedef struct butler_bench_flight {
    uint64_t number;                //  0: free
    int64_t when;
} s_flight_t;

void
butler_bench_flights_init (butler_bench_flights_t *self, size_t most)
{
    size_t places = 4;
    while (places < 2 * most)
        places *= 2;
    self->mask = places - 1;
    self->flight = (s_flight_t *) calloc (places, sizeof *self->flight);
    assert (self->flight);
}

void
butler_bench_flights_fini (butler_bench_flights_t *self)
{
    free (self->flight);
    self->flight = NULL;
}

//  Where it is, or where it would be. Numbers that are given in turn need no better a hash
static size_t
s_place (const butler_bench_flights_t *self, uint64_t number)
{
    size_t place = (size_t) number & self->mask;
    while (self->flight [place].number && self->flight [place].number != number)
        place = (place + 1) & self->mask;
    return place;
}

void
butler_bench_flights_put (butler_bench_flights_t *self, uint64_t number, int64_t when)
{
    s_flight_t *flight = &self->flight [s_place (self, number)];
    assert (number && !flight->number);
    *flight = (s_flight_t) { number, when };
}

//  What stood behind it moves up where its way from home led over this place
static void
s_close_gap (butler_bench_flights_t *self, size_t gap)
{
    for (size_t place = (gap + 1) & self->mask; self->flight [place].number; place = (place + 1) & self->mask) {
        const size_t home = (size_t) self->flight [place].number & self->mask;
        if (((place - home) & self->mask) < ((place - gap) & self->mask))
            continue;
        self->flight [gap] = self->flight [place];
        gap = place;
    }
    self->flight [gap].number = 0;
}

int64_t
butler_bench_flights_take (butler_bench_flights_t *self, uint64_t number)
{
    const size_t place = s_place (self, number);
    if (!number || !self->flight [place].number)
        return -1;
    const int64_t when = self->flight [place].when;
    s_close_gap (self, place);
    return when;
}
