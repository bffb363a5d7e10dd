/*  bench_raw.h - client and worker on raw libzmq
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include <stdint.h>
#include "bench_client.h"
#include "bench_setup.h"

//  setup->context, for as many sockets as a process may have
void
bench_raw_context (bench_setup_t *setup);

//  A DEALER that is connected
void *
bench_raw_socket (const bench_setup_t *setup);

//  A client's requests, made of a template with the digits that change
typedef struct bench_raw bench_raw_t;

bench_raw_t *
bench_raw_new (const bench_setup_t *setup, int number);

void *
bench_raw_handle (bench_raw_t *self);       //  its socket

void
bench_raw_send (bench_raw_t *self, int slot);

//  Its slot, BENCH_NONE or BENCH_STRANGE
int
bench_raw_recv (bench_raw_t *self, int timeout, bool *good);

//  The same for bench_client_run ()
extern const bench_peer_t bench_raw_peer;

//  Tells the broker of a worker's service; as service.NUMBER where each has its own
void
bench_raw_register (void *socket, const bench_setup_t *setup, int64_t number);

void
bench_raw_beat (void *socket);

//  Takes one message and echoes it where it is a request. Returns false where there was none.
bool
bench_raw_serve (void *socket, const bench_setup_t *setup);

//  setup->workers of them in this thread, until bench_stopped ()
void
bench_raw_work (const bench_setup_t *setup);

#endif
