/*  bench_secure.c - CURVE for the bench programs' raw sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_secure.h"
#include <czmq.h>

static zcert_t *
s_load (const bench_setup_t *setup)
{
    zcert_t *certificate = zcert_load (setup->key);
    if (!certificate)
        bench_die (setup->key);
    return certificate;
}

void
bench_secure_client (const bench_setup_t *setup, void *socket)
{
    if (!setup->key)
        return;
    zcert_t *certificate = s_load (setup);
    const char *router = zcert_meta (certificate, "router");
    if (!router)
        bench_die ("the key names no router");
    zmq_setsockopt (socket, ZMQ_CURVE_SERVERKEY, router, strlen (router));
    zmq_setsockopt (socket, ZMQ_CURVE_PUBLICKEY, zcert_public_key (certificate), 32);
    zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, zcert_secret_key (certificate), 32);
    zcert_destroy (&certificate);
}

void
bench_secure_server (const bench_setup_t *setup, void *socket)
{
    if (!setup->key)
        return;
    zcert_t *certificate = s_load (setup);
    const int server = 1;
    zmq_setsockopt (socket, ZMQ_CURVE_SERVER, &server, sizeof server);
    zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, zcert_secret_key (certificate), 32);
    zcert_destroy (&certificate);
}
