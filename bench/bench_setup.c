/*  bench_setup.c - what the bench programs are told, and how they are told it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_setup.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <zmq.h>
#include "programs/butler_options.h"
#include "programs/butler_output.h"

#define MANY 10000000
#define ABOUT_MAX 1000
#define TICK_NS 50000000            //  a signal that another thread takes is seen by then

static int s_stopped;               //  set by a signal, or by another thread

static int
s_parse (int argc, char **argv, const char *about, bench_setup_t *setup, butler_texts_t *operands)
{
    const butler_option_t options [] = {
        { "endpoint", 'e', BUTLER_OPTION_TEXT, "ENDPOINT", "where the broker is, or binds its frontend", &setup->endpoint, 0, 0 },
        { "backend", 'K', BUTLER_OPTION_TEXT, "ENDPOINT", "where a broker binds its backend", &setup->backend, 0, 0 },
        { "service", 's', BUTLER_OPTION_TEXT, "NAME", "whom to call, or what to serve", &setup->service, 0, 0 },
        { "api", 'a', BUTLER_OPTION_TEXT, "VERSION", "before the colon of a request's id", &setup->version, 0, 0 },
        { "key", 'y', BUTLER_OPTION_TEXT, "FILE", "speak CURVE with the secret key in this file", &setup->key, 0, 0 },
        { "clients", 'c', BUTLER_OPTION_NUMBER, "N", "each in a thread of its own", &setup->clients, 1, MANY },
        { "window", 'w', BUTLER_OPTION_NUMBER, "N", "requests that each has open", &setup->window, 1, MANY },
        { "workers", 'k', BUTLER_OPTION_NUMBER, "N", "workers", &setup->workers, 1, MANY },
        { "capacity", 'C', BUTLER_OPTION_NUMBER, "N", "requests that each may hold; 0: libbutler's default", &setup->capacity, 0, MANY },
        { "threads", 'T', BUTLER_OPTION_NUMBER, "N", "that handlers run in; 0: in the reactor", &setup->threads, 0, 1024 },
        { "body", 'b', BUTLER_OPTION_NUMBER, "BYTES", "of each request, 8 or more", &setup->body, 8, 1 << 30 },
        { "count", 'n', BUTLER_OPTION_NUMBER, "N", "requests, where not time decides", &setup->count, 1, MANY },
        { "time", 't', BUTLER_OPTION_NUMBER, "MS", "how long to measure, or to serve", &setup->time, 1, MANY },
        { "wait", 'W', BUTLER_OPTION_NUMBER, "MS", "that the first answer may take", &setup->wait, 1, MANY },
        { "deadline", 'd', BUTLER_OPTION_NUMBER, "S", "that a request says it waits", &setup->deadline, 1, 86400 },
        { "beat", 'B', BUTLER_OPTION_NUMBER, "MS", "between a worker's heartbeats; 0: none", &setup->beat, 0, MANY },
        { "io-threads", 'i', BUTLER_OPTION_NUMBER, "N", "of libzmq", &setup->io_threads, 1, 64 },
        { "pid", 'P', BUTLER_OPTION_NUMBER, "PID", "the broker's, whose CPU time is read", &setup->pid, 1, 1 << 30 },
        { "plain", 'p', BUTLER_OPTION_FLAG, NULL, "speak as through zmq_proxy: no commands", &setup->plain, 0, 0 },
        { "packed", 'Z', BUTLER_OPTION_FLAG, NULL, "use the packed envelope", &setup->packed, 0, 0 },
        { "relative", 'r', BUTLER_OPTION_FLAG, NULL, "deadlines are from now, not by the clock", &setup->relative, 0, 0 },
        { "each", 'E', BUTLER_OPTION_FLAG, NULL, "each worker has a service of its own", &setup->each, 0, 0 },
        { "rpc", 'R', BUTLER_OPTION_FLAG, NULL, "calls with three arguments, not bytes", &setup->rpc, 0, 0 },
        { "sync", 'S', BUTLER_OPTION_FLAG, NULL, "calls that wait, one at a time", &setup->sync, 0, 0 },
        { "loop", 'L', BUTLER_OPTION_FLAG, NULL, "take requests one by one, no handler", &setup->loop, 0, 0 },
        { NULL, 0, BUTLER_OPTION_FLAG, NULL, NULL, NULL, 0, 0 }
    };
    const butler_command_line_t line = { argv [0], "MODE [OPTION]...", about, options, NULL, 1, 1 };
    return butler_options_parse (&line, argc, argv, operands);
}

int
bench_main (int argc, char **argv, const char *about, const bench_mode_t *modes, bench_setup_t *setup)
{
    butler_output_start ();
    char all [ABOUT_MAX];
    size_t size = (size_t) snprintf (all, sizeof all, "%s\n\nModes:", about);
    for (const bench_mode_t *mode = modes; mode->name && size < sizeof all; mode++)
        size += (size_t) snprintf (all + size, sizeof all - size, "\n  %-10s %s", mode->name, mode->about);
    butler_texts_t operands = { NULL, 0 };
    int status = s_parse (argc, argv, all, setup, &operands);
    const char *wanted = operands.count? operands.text [0]: "";
    butler_texts_fini (&operands);
    if (status != BUTLER_GO_ON)
        return status;
    if (!setup->endpoint) {
        butler_complain (argv [0], "an endpoint is missing: --endpoint");
        return BUTLER_EXIT_USAGE;
    }
    for (const bench_mode_t *mode = modes; mode->name; mode++)
        if (strcmp (mode->name, wanted) == 0)
            return mode->run (setup);
    butler_complain (argv [0], "there is no mode '%s'; '%s --help' names them", wanted, argv [0]);
    return BUTLER_EXIT_USAGE;
}

static void
s_on_signal (int number)
{
    (void) number;
    bench_stop ();
}

void
bench_stop_after (int ms)
{
    const struct sigaction action = { .sa_handler = s_on_signal };
    sigaction (SIGTERM, &action, NULL);
    sigaction (SIGINT, &action, NULL);
    sigaction (SIGALRM, &action, NULL);
    const struct itimerval timer = { { 0, 0 }, { ms / 1000, ms % 1000 * 1000 } };
    setitimer (ITIMER_REAL, &timer, NULL);
}

bool
bench_stopped (void)
{
    return __atomic_load_n (&s_stopped, __ATOMIC_RELAXED) != 0;
}

void
bench_stop (void)
{
    __atomic_store_n (&s_stopped, 1, __ATOMIC_RELAXED);
}

void
bench_await_stop (void)
{
    const struct timespec tick = { 0, TICK_NS };
    while (!bench_stopped ())
        nanosleep (&tick, NULL);
}

void
bench_die (const char *what)
{
    butler_complain ("bench", "%s: %s", what, zmq_strerror (errno));
    exit (BUTLER_EXIT_TROUBLE);
}
