/*  bench_butler.c - a client on libbutler
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_butler.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <czmq.h>
#include <jansson.h>
#include "butler_client.h"

//  A body begins with its slot, so that an answer tells what it answers; so does a call
#define SLOT_DIGITS 8
#define METHOD "echo"

typedef struct {
    const bench_setup_t *setup;
    butler_client_t *client;
    uint64_t *number;               //  that the request of each slot has
    char *body;
    size_t body_size;
    int next;                       //  the slot that a call that waits is for
} caller_t;

static void *
s_open (const bench_setup_t *setup, int number)
{
    (void) number;
    caller_t *self = (caller_t *) calloc (1, sizeof *self);
    assert (self);
    self->setup = setup;
    self->client = butler_client_new (setup->endpoint);
    if (!self->client)
        bench_die (setup->endpoint);
    butler_client_set_timeout (self->client, setup->deadline * 1000);
    self->number = (uint64_t *) calloc ((size_t) setup->window, sizeof *self->number);
    self->body_size = (size_t) setup->body;
    self->body = (char *) malloc (self->body_size + 1);
    assert (self->number && self->body);
    memset (self->body, 'x', self->body_size);
    return self;
}

static void
s_mark_body (caller_t *self, int slot)
{
    char digits [SLOT_DIGITS + 1];
    snprintf (digits, sizeof digits, "%08x", (unsigned) slot);
    memcpy (self->body, digits, SLOT_DIGITS);
}

//  Whether it is the right answer for a slot
static bool
s_good (caller_t *self, int slot)
{
    if (butler_client_status (self->client) != 200)
        return false;
    if (self->setup->rpc)
        return json_integer_value (butler_client_result (self->client)) == slot;
    s_mark_body (self, slot);
    return butler_client_size (self->client) == self->body_size
        && memcmp (butler_client_body (self->client), self->body, self->body_size) == 0;
}

//  The slot that an answer names, whatever it is
static int
s_named (const caller_t *self)
{
    if (self->setup->rpc)
        return (int) json_integer_value (butler_client_result (self->client));
    char digits [SLOT_DIGITS + 1] = "";
    if (butler_client_size (self->client) >= SLOT_DIGITS)
        memcpy (digits, butler_client_body (self->client), SLOT_DIGITS);
    return (int) strtoul (digits, NULL, 16);
}

static void
s_submit (void *argument, int slot)
{
    caller_t *self = (caller_t *) argument;
    s_mark_body (self, slot);
    const char *service = self->setup->service;
    self->number [slot] = self->setup->rpc?
        butler_client_submit (self->client, service, METHOD, "sif", "bench", slot, 0.5):
        butler_client_submit_direct (self->client, service, self->body, self->body_size);
}

static int
s_recv (void *argument, int timeout, bool *good)
{
    caller_t *self = (caller_t *) argument;
    const uint64_t number = butler_client_recv (self->client, timeout);
    if (number == 0)
        return BENCH_NONE;
    const int named = s_named (self), window = self->setup->window;
    *good = named >= 0 && named < window && self->number [named] == number && s_good (self, named);
    if (*good)
        return named;
    for (int slot = 0; slot < window; slot++)
        if (self->number [slot] == number)
            return slot;
    return BENCH_STRANGE;
}

static void
s_remember (void *argument, int slot)
{
    ((caller_t *) argument)->next = slot;
}

//  The call is made when its answer is asked for
static int
s_call (void *argument, int timeout, bool *good)
{
    (void) timeout;
    caller_t *self = (caller_t *) argument;
    const int slot = self->next;
    if (slot < 0)
        return BENCH_NONE;
    self->next = -1;
    if (self->setup->rpc)
        json_decref (butler_client_call (self->client, self->setup->service, METHOD, "sif", "bench", slot, 0.5));
    else {
        s_mark_body (self, slot);
        zframe_t *answer = butler_client_send (self->client, self->setup->service, self->body, self->body_size);
        zframe_destroy (&answer);
    }
    *good = s_good (self, slot);
    return slot;
}

const bench_peer_t *
bench_butler_peer (const bench_setup_t *setup)
{
    static const bench_peer_t open = { "butler", s_open, s_submit, s_recv };
    static const bench_peer_t sync = { "butler-sync", s_open, s_remember, s_call };
    return setup->sync? &sync: &open;
}
