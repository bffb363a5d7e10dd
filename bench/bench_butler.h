/*  bench_butler.h - client and workers on libbutler
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_BUTLER_H
#define BENCH_BUTLER_H

#include "bench_client.h"
#include "bench_setup.h"

//  A butler_client for bench_client_run (): bytes or, by setup->rpc, calls; asynchronous or, by
//  setup->sync, one at a time
const bench_peer_t *
bench_butler_peer (const bench_setup_t *setup);

typedef struct bench_staff bench_staff_t;

//  Starts setup->workers workers that echo bytes, and answer calls
bench_staff_t *
bench_staff_new (const bench_setup_t *setup);

void
bench_staff_destroy (bench_staff_t **self_p);

//  Serves in this thread, without a handler, until bench_stopped ()
void
bench_butler_loop (const bench_setup_t *setup);

#endif
