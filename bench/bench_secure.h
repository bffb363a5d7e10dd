/*  bench_secure.h - CURVE for the bench programs' raw sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_SECURE_H
#define BENCH_SECURE_H

#include "bench_setup.h"

//  As a client, with setup->key and the router's key that stands in that file; nothing where no key is set
void
bench_secure_client (const bench_setup_t *setup, void *socket);

//  As a server that takes everybody's key: nobody is asked
void
bench_secure_server (const bench_setup_t *setup, void *socket);

#endif
