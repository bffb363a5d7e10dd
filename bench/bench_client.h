/*  bench_client.h - clients that keep a window of requests open, and what they saw
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>
#include "bench_setup.h"

#define BENCH_NONE (-1)             //  nothing came in time
#define BENCH_STRANGE (-2)          //  something came that answers nothing

//  One way to speak to one kind of broker. A slot, below setup->window, is a request that is open.
typedef struct {
    const char *tool;               //  for the report
    void *(*open) (const bench_setup_t *setup, int number);
    void (*send) (void *self, int slot);
    int (*recv) (void *self, int timeout, bool *good);     //  the slot; good: it is the right answer
} bench_peer_t;

//  Runs setup->clients of them in threads: awaits the first answer, warms up, measures for
//  setup->time, takes in what is still open, and reports. Returns the exit status.
int
bench_client_run (const bench_peer_t *peer, const bench_setup_t *setup);

#endif
