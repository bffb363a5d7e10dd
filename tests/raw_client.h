/*  raw_client.h - for tests: a client of a bare ROUTER
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef RAW_CLIENT_H
#define RAW_CLIENT_H

#include "raw_router.h"
#include "butler_client.h"

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

#define RAW_CLIENT_TEST(name) cmocka_unit_test_setup_teardown (name, raw_client_setup, raw_client_teardown)
#define RAW_CLIENT_PATIENT_TEST(name) \
    cmocka_unit_test_setup_teardown (name, raw_client_setup_patient, raw_client_teardown)

#endif
