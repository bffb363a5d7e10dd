/*  butler_bench_flights.h - when each request that is open was sent
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_FLIGHTS_H
#define BUTLER_BENCH_FLIGHTS_H

#include <stddef.h>
#include <stdint.h>

//  A hash table of numbers with places to spare
typedef struct {
    struct butler_bench_flight *flight;
    size_t mask;
} butler_bench_flights_t;

//  For at most so many at a time
void
butler_bench_flights_init (butler_bench_flights_t *self, size_t most);

void
butler_bench_flights_fini (butler_bench_flights_t *self);

//  The number is not 0, and not there yet
void
butler_bench_flights_put (butler_bench_flights_t *self, uint64_t number, int64_t when);

//  When it was; -1 where it is not there
int64_t
butler_bench_flights_take (butler_bench_flights_t *self, uint64_t number);

#endif
