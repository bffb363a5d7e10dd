/*  load_butler.c - puts load on a router as programs do that use libbutler
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <unistd.h>
#include <czmq.h>
#include "bench_butler.h"
#include "bench_client.h"
#include "bench_setup.h"
#include "programs/butler_output.h"

static int
s_client (bench_setup_t *setup)
{
    if (setup->sync)
        setup->window = 1;
    return bench_client_run (bench_butler_peer (setup), setup);
}

static int
s_worker (bench_setup_t *setup)
{
    bench_stop_after (setup->time);
    if (setup->loop) {
        bench_butler_loop (setup);
        return BUTLER_EXIT_DONE;
    }
    bench_staff_t *staff = bench_staff_new (setup);
    bench_await_stop ();
    bench_staff_destroy (&staff);
    return BUTLER_EXIT_DONE;
}

static const bench_mode_t s_modes [] = {
    { "client", "clients that keep a window of requests open", s_client },
    { "worker", "workers that echo", s_worker },
    { NULL, NULL, NULL }
};

int
main (int argc, char **argv)
{
    bench_setup_t setup = BENCH_SETUP;
    setup.capacity = 0;
    zsys_handler_set (NULL);        //  signals are ours
    const int status = bench_main (argc, argv, "Puts load on a router by libbutler, and prints what came of it as a line "
                                   "of JSON.", s_modes, &setup);
    fflush (stdout);
    _exit (status);
}
