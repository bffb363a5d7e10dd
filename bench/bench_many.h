/*  bench_many.h - a load of many that do little: what a router holds while it works for others
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_MANY_H
#define BENCH_MANY_H

#include "bench_setup.h"

//  Each prints a line of JSON when the router has taken in all of them, and another at the end,
//  which is setup->time later, or a signal. A socket takes two descriptors: several processes
//  share the load where a process may not have as many.

//  setup->workers workers, which only beat
int
bench_many_idle (bench_setup_t *setup);

//  setup->clients clients that have had one answer, and are silent
int
bench_many_connected (bench_setup_t *setup);

//  setup->count requests of setup->clients clients
int
bench_many_queued (bench_setup_t *setup);

#endif
