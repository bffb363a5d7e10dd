/*  raw_client.h - for tests: a client of a bare ROUTER
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef RAW_CLIENT_H
#define RAW_CLIENT_H

#include "raw_router.h"
#include "butler_client.h"
#include "peers/butler_client_internal.h"

#define LONG 60000                  //  ms of a time that a test makes up

typedef struct {
    zsock_t *router;
    butler_client_t *client;        //  it is connected, so that its requests go out at once
} raw_client_t;

static inline int
raw_client_setup (void **state)
{
    raw_client_t *self = calloc (1, sizeof *self);
    self->router = raw_router_new ();
    self->client = butler_client_new (zsock_endpoint (self->router));
    assert_non_null (self->client);
    raw_router_await (butler_client_socket (self->client));
    *state = self;
    return 0;
}

//  The same for one whose requests are not repeated on a busy machine
static inline int
raw_client_setup_patient (void **state)
{
    raw_client_setup (state);
    const raw_client_t *self = *state;
    butler_client_set_timeout (self->client, PATIENCE);
    return 0;
}

static inline int
raw_client_teardown (void **state)
{
    raw_client_t *self = *state;
    butler_client_destroy (&self->client);
    zsock_destroy (&self->router);
    free (self);
    zsys_interrupted = 0;
    return 0;
}

//  What its router hears while the client turns at that time, which a test makes up: however long the machine takes,
//  nothing else is due
static inline zmsg_t *
raw_client_recv_at (butler_client_t *client, zsock_t *router, int64_t now)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!raw_router_hears (router, 1)) {
        butler_courier_turn (&client->courier, now);
        assert_true (zclock_mono () < limit);
    }
    return raw_router_recv (router);
}

//  The client takes at that time what is on its way
static inline void
raw_client_take_at (butler_client_t *client, int64_t now)
{
    assert_true (raw_router_hears (butler_client_socket (client), PATIENCE));
    butler_courier_turn (&client->courier, now);
}

#define RAW_CLIENT_TEST(name) cmocka_unit_test_setup_teardown (name, raw_client_setup, raw_client_teardown)
#define RAW_CLIENT_PATIENT_TEST(name) \
    cmocka_unit_test_setup_teardown (name, raw_client_setup_patient, raw_client_teardown)

#endif
