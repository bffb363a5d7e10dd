/*  load.c - puts load on a router, or a broker like it, over raw libzmq
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <stdio.h>
#include <unistd.h>
#include "bench_client.h"
#include "bench_many.h"
#include "bench_raw.h"
#include "bench_setup.h"
#include "programs/butler_output.h"

static int
s_client (bench_setup_t *setup)
{
    bench_raw_context (setup);
    return bench_client_run (&bench_raw_peer, setup);
}

static int
s_worker (bench_setup_t *setup)
{
    bench_raw_context (setup);
    bench_stop_after (setup->time);
    bench_raw_work (setup);
    return BUTLER_EXIT_DONE;
}

static const bench_mode_t s_modes [] = {
    { "client", "clients that keep a window of requests open", s_client },
    { "worker", "workers that echo", s_worker },
    { "idle", "many workers that only beat", bench_many_idle },
    { "connect", "many clients that are connected, and silent", bench_many_connected },
    { "queue", "many requests that nobody answers", bench_many_queued },
    { NULL, NULL, NULL }
};

int
main (int argc, char **argv)
{
    bench_setup_t setup = BENCH_SETUP;
    const int status = bench_main (argc, argv, "Puts load on a router, and prints what came of it as a line of JSON.",
                                   s_modes, &setup);
    fflush (stdout);
    _exit (status);                 //  without an end for each of thousands of sockets
}
