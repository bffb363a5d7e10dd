/*  bench_many.c - a load of many that do little: what a router holds while it works for others
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_many.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>
#include "bench_meter.h"
#include "bench_raw.h"
#include "programs/butler_output.h"

#define MS INT64_C (1000000)
#define BURST 200                   //  sockets that connect at a time, so that no backlog overflows
#define QUIET_MS 60000              //  the longest wait for a router to have taken all in, or a burst of them
#define BURST_MS 1000
#define BEATING_MS 100              //  the same where another crowd may beat: then it is never quiet
#define ANSWER_MS 10000
#define TICK_MS 5

//  How it began, for the first line
typedef struct {
    int64_t begun;
    long memory;
} start_t;

static start_t
s_start (const bench_setup_t *setup)
{
    return (start_t) { bench_now (), bench_memory (setup->pid, "VmRSS") };
}

//  The first line: how many, and what each made the router's memory grow by
static void
s_say_ready (const start_t *start, const bench_setup_t *setup, const char *tool, int count, const char *more)
{
    const double seconds = (double) (bench_now () - start->begun) / 1e9;
    const long memory = bench_memory (setup->pid, "VmRSS");
    printf ("{\"tool\": \"%s\", \"event\": \"ready\", \"count\": %d, \"seconds\": %.3f, \"rss_before_kib\": %ld, "
            "\"rss_kib\": %ld, \"bytes_each\": %.0f%s}\n", tool, count, seconds, start->memory, memory,
            (double) (memory - start->memory) * 1024 / count, more);
    fflush (stdout);
}

static void
s_tick (void)
{
    const struct timespec tick = { 0, TICK_MS * MS };
    nanosleep (&tick, NULL);
}

//  What has come to a socket, as a number of messages
static uint64_t
s_hear (void *socket)
{
    uint64_t heard = 0;
    zmq_msg_t frame;
    zmq_msg_init (&frame);
    while (zmq_msg_recv (&frame, socket, ZMQ_DONTWAIT) != -1)
        heard += !zmq_msg_more (&frame);
    zmq_msg_close (&frame);
    return heard;
}

//  ---------------------------------------------------------------------------------------
//  Workers

//  Each beats once in setup->beat ms, all of them evenly spread over that time
static void
s_beat (void **socket, const bench_setup_t *setup)
{
    const int64_t begun = bench_now ();
    uint64_t beats = 0, heard = 0;
    while (!bench_stopped ()) {
        const double ms = (double) (bench_now () - begun) / MS;
        const uint64_t due = setup->beat? (uint64_t) (ms * setup->workers / setup->beat): 0;
        for (; beats < due; beats++) {
            void *one = socket [beats % (uint64_t) setup->workers];
            bench_raw_beat (one);
            heard += s_hear (one);
        }
        s_tick ();
    }
    printf ("{\"tool\": \"idle\", \"event\": \"end\", \"workers\": %d, \"seconds\": %.3f, \"beats\": %llu, "
            "\"heard\": %llu}\n", setup->workers, (double) (bench_now () - begun) / 1e9,
            (unsigned long long) beats, (unsigned long long) heard);
}

int
bench_many_idle (bench_setup_t *setup)
{
    bench_raw_context (setup);
    bench_stop_after (setup->time);
    const start_t start = s_start (setup);
    void **socket = (void **) calloc ((size_t) setup->workers, sizeof *socket);
    assert (socket);
    for (int number = 0; number < setup->workers && !bench_stopped (); number++) {
        socket [number] = bench_raw_socket (setup);
        bench_raw_register (socket [number], setup, INT64_C (100000) * getpid () + number);
        if (number % BURST == BURST - 1)
            bench_await_quiet (setup->pid, setup->beat? BEATING_MS: BURST_MS);
    }
    bench_await_quiet (setup->pid, setup->beat? BURST_MS: QUIET_MS);
    s_say_ready (&start, setup, "idle", setup->workers, "");
    s_beat (socket, setup);
    return BUTLER_EXIT_DONE;
}

//  ---------------------------------------------------------------------------------------
//  Clients

static bench_raw_t **
s_clients (const bench_setup_t *setup)
{
    bench_raw_t **clients = (bench_raw_t **) calloc ((size_t) setup->clients, sizeof *clients);
    assert (clients);
    for (int number = 0; number < setup->clients; number++)
        clients [number] = bench_raw_new (setup, number);
    return clients;
}

//  So many connect, ask, and have their answer before the next do
static int
s_connect (bench_raw_t **clients, int from, int to)
{
    int silent = 0;
    for (int number = from; number < to; number++)
        bench_raw_send (clients [number], 0);
    for (int number = from; number < to; number++) {
        bool good;
        silent += bench_raw_recv (clients [number], ANSWER_MS, &good) == BENCH_NONE;
    }
    return silent;
}

int
bench_many_connected (bench_setup_t *setup)
{
    bench_raw_context (setup);
    bench_stop_after (setup->time);
    setup->window = 1;
    const start_t start = s_start (setup);
    bench_raw_t **clients = (bench_raw_t **) calloc ((size_t) setup->clients, sizeof *clients);
    assert (clients);
    int silent = 0;
    for (int from = 0; from < setup->clients && !bench_stopped (); from += BURST) {
        const int to = from + BURST < setup->clients? from + BURST: setup->clients;
        for (int number = from; number < to; number++)
            clients [number] = bench_raw_new (setup, number);
        silent += s_connect (clients, from, to);
    }
    bench_await_quiet (setup->pid, QUIET_MS);
    char more [40];
    snprintf (more, sizeof more, ", \"silent\": %d", silent);
    s_say_ready (&start, setup, "connect", setup->clients, more);
    bench_await_stop ();
    return BUTLER_EXIT_DONE;
}

//  ---------------------------------------------------------------------------------------
//  Requests

int
bench_many_queued (bench_setup_t *setup)
{
    bench_raw_context (setup);
    bench_stop_after (setup->time);
    setup->window = (setup->count + setup->clients - 1) / setup->clients;
    bench_raw_t **clients = s_clients (setup);
    bench_await_quiet (setup->pid, BURST_MS);
    const start_t start = s_start (setup);
    for (int number = 0; number < setup->count && !bench_stopped (); number++)
        bench_raw_send (clients [number % setup->clients], number / setup->clients);
    bench_await_quiet (setup->pid, QUIET_MS);
    uint64_t answered = 0;
    for (int number = 0; number < setup->clients; number++)
        answered += s_hear (bench_raw_handle (clients [number]));
    char more [60];
    snprintf (more, sizeof more, ", \"answered\": %llu", (unsigned long long) answered);
    s_say_ready (&start, setup, "queue", setup->count, more);
    bench_await_stop ();
    return BUTLER_EXIT_DONE;
}
