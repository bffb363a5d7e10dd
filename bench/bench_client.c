/*  bench_client.c - clients that keep a window of requests open, and what they saw
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_client.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include "bench_meter.h"
#include "programs/butler_output.h"

#define MS INT64_C (1000000)        //  ns
#define WARM_MS 300
#define DRAIN_MS 2000
#define LOOK_MS 250                 //  a wait for an answer; then it looks at the clock
#define AGAIN_MS 20                 //  no worker yet: until it asks again

typedef struct {
    const bench_peer_t *peer;
    const bench_setup_t *setup;
    pthread_barrier_t *gate;
    pthread_t thread;
    int number;
    void *self;                     //  the peer's
    int64_t *sent_at;               //  of each slot; 0: it is free
    int *spare, spares;             //  a stack of free slots
    bool works;                     //  an answer has come
    bench_tally_t tally;
} client_t;

static void
s_send (client_t *self, int slot, int64_t now)
{
    self->sent_at [slot] = now;
    self->peer->send (self->self, slot);
}

//  Counts an answer and frees its slot; one that nobody waits for is an error
static void
s_take (client_t *self, int slot, bool good, int64_t now)
{
    if (slot < 0 || slot >= self->setup->window || !self->sent_at [slot]) {
        self->tally.errors++;
        return;
    }
    if (!good)
        self->tally.errors++;
    butler_histogram_add (&self->tally.latency, now - self->sent_at [slot]);
    self->tally.done++;
    self->sent_at [slot] = 0;
    self->spare [self->spares++] = slot;
}

static void
s_run (client_t *self, int ms)
{
    int64_t now = bench_now ();
    const int64_t until = now + ms * MS;
    while (now < until) {
        while (self->spares)
            s_send (self, self->spare [--self->spares], now);
        int timeout = LOOK_MS;
        for (int taken = 0; taken < self->setup->window; taken++, timeout = 0) {
            bool good = false;
            const int slot = self->peer->recv (self->self, timeout, &good);
            if (slot == BENCH_NONE)
                break;
            now = bench_now ();
            s_take (self, slot, good, now);
        }
        now = bench_now ();
    }
}

static void
s_drain (client_t *self)
{
    const int64_t until = bench_now () + DRAIN_MS * MS;
    while (self->spares < self->setup->window && bench_now () < until) {
        bool good = false;
        const int slot = self->peer->recv (self->self, LOOK_MS, &good);
        if (slot != BENCH_NONE)
            s_take (self, slot, good, bench_now ());
    }
}

static void
s_sleep (int ms)
{
    const struct timespec time = { 0, ms * MS };
    nanosleep (&time, NULL);
}

//  Asks until the right answer comes: there may be no worker yet. What is still on its way
//  then is let come.
static bool
s_await (client_t *self)
{
    const int64_t until = bench_now () + self->setup->wait * MS;
    int asked = 0, come = 0;
    bool good = false, other;
    while (!good && bench_now () < until) {
        self->peer->send (self->self, 0);
        asked++;
        int slot;
        do {                        //  a late answer is one to what was asked before
            slot = self->peer->recv (self->self, LOOK_MS, &good);
            come += slot != BENCH_NONE;
        } while (slot == BENCH_STRANGE);
        if (slot < 0)
            good = false;
        if (!good)
            s_sleep (AGAIN_MS);
    }
    while (good && come < asked && self->peer->recv (self->self, DRAIN_MS, &other) != BENCH_NONE)
        come++;
    return good;
}

static void *
s_client (void *argument)
{
    client_t *self = (client_t *) argument;
    const size_t window = (size_t) self->setup->window;
    self->sent_at = (int64_t *) calloc (window, sizeof *self->sent_at);
    self->spare = (int *) calloc (window, sizeof *self->spare);
    assert (self->sent_at && self->spare);
    for (int slot = 0; slot < self->setup->window; slot++)
        self->spare [self->spares++] = slot;

    self->self = self->peer->open (self->setup, self->number);
    self->works = self->self && s_await (self);
    if (self->works) {
        s_run (self, self->setup->time < WARM_MS? self->setup->time: WARM_MS);
        s_drain (self);
    }
    self->tally = (bench_tally_t) { .done = 0 };
    pthread_barrier_wait (self->gate);      //  all are warm; the meter starts
    pthread_barrier_wait (self->gate);
    if (self->works)
        s_run (self, self->setup->time);
    const uint64_t done = self->tally.done;
    pthread_barrier_wait (self->gate);      //  all have ended; the meter stops
    if (self->works)
        s_drain (self);
    self->tally.done = done;
    self->tally.lost = (uint64_t) (self->setup->window - self->spares);
    return NULL;
}

static void
s_start (client_t *self, pthread_attr_t *small)
{
    if (pthread_create (&self->thread, small, s_client, self))
        bench_die ("no thread for a client");
}

//  Adds up what the clients saw; how many got no answer at all
static int
s_collect (client_t *clients, int count, bench_tally_t *tally)
{
    int failed = 0;
    for (int number = 0; number < count; number++) {
        client_t *client = &clients [number];
        pthread_join (client->thread, NULL);
        butler_histogram_merge (&tally->latency, &client->tally.latency);
        tally->done += client->tally.done;
        tally->errors += client->tally.errors;
        tally->lost += client->tally.lost;
        failed += !client->works;
        free (client->sent_at);
        free (client->spare);
    }
    return failed;
}

int
bench_client_run (const bench_peer_t *peer, const bench_setup_t *setup)
{
    client_t *clients = (client_t *) calloc ((size_t) setup->clients, sizeof *clients);
    bench_tally_t *tally = (bench_tally_t *) calloc (1, sizeof *tally);
    assert (clients && tally);
    pthread_barrier_t gate;
    pthread_barrier_init (&gate, NULL, (unsigned) setup->clients + 1);
    pthread_attr_t small;
    pthread_attr_init (&small);
    pthread_attr_setstacksize (&small, 256 * 1024);
    for (int number = 0; number < setup->clients; number++) {
        clients [number] = (client_t) { .peer = peer, .setup = setup, .gate = &gate, .number = number };
        s_start (&clients [number], &small);
    }
    pthread_attr_destroy (&small);
    bench_meter_t meter;
    pthread_barrier_wait (&gate);
    bench_meter_start (&meter, setup->pid);
    pthread_barrier_wait (&gate);
    pthread_barrier_wait (&gate);
    bench_meter_stop (&meter);
    const int failed = s_collect (clients, setup->clients, tally);
    pthread_barrier_destroy (&gate);
    if (failed)
        butler_complain (peer->tool, "%d of %d clients got no answer", failed, setup->clients);
    else
        bench_meter_report (&meter, tally, peer->tool, setup->clients, setup->window, setup->body);
    free (tally);
    free (clients);
    return failed? BUTLER_EXIT_SILENT: BUTLER_EXIT_DONE;
}
