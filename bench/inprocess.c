/*  inprocess.c - router, worker and client in one process, each in a thread
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  The line of JSON has the whole process's CPU time as the broker's.

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
#include <czmq.h>
#include "bench_butler.h"
#include "bench_client.h"
#include "bench_raw.h"
#include "bench_setup.h"
#include "butler_router.h"
#include "programs/butler_output.h"

//  What the router answers to a command: fresh
static char *
s_ask (zactor_t *router, const char *command, const char *first, const char *second)
{
    zstr_sendx (router, command, first, second, NULL);
    char *answer = zstr_recv (router);
    if (answer && strncmp (answer, "ERROR", 5) != 0)
        return answer;
    butler_complain ("inprocess", "%s %s: %s", command, second, answer? answer: "interrupted");
    exit (BUTLER_EXIT_TROUBLE);
}

//  The router runs from now on; setup is bound, and where to connect stands in it afterwards
static void
s_start_router (bench_setup_t *setup)
{
    setup->pid = getpid ();
    setup->context = zsys_init ();      //  inproc connects within one context
    zactor_t *router = zactor_new (butler_router, NULL);
    if (!router)
        bench_die ("no router");
    setup->endpoint = s_ask (router, "BIND", "frontend", setup->endpoint);
    setup->backend = s_ask (router, "BIND", "backend", setup->backend);
}

static void *
s_work (void *argument)
{
    const bench_setup_t *setup = (const bench_setup_t *) argument;
    bench_raw_work (setup);
    return NULL;
}

static int
s_raw (bench_setup_t *setup)
{
    s_start_router (setup);
    bench_setup_t worker = *setup;
    worker.endpoint = setup->backend;
    pthread_t thread;
    if (pthread_create (&thread, NULL, s_work, &worker))
        bench_die ("no thread for the worker");
    const int status = bench_client_run (&bench_raw_peer, setup);
    bench_stop ();
    pthread_join (thread, NULL);
    return status;
}

static int
s_butler (bench_setup_t *setup)
{
    s_start_router (setup);
    bench_setup_t worker = *setup;
    worker.endpoint = setup->backend;
    worker.capacity = 0;
    bench_staff_t *staff = bench_staff_new (&worker);
    const int status = bench_client_run (bench_butler_peer (setup), setup);
    bench_staff_destroy (&staff);
    return status;
}

static const bench_mode_t s_modes [] = {
    { "raw", "client and worker on raw libzmq", s_raw },
    { "butler", "client and worker on libbutler", s_butler },
    { NULL, NULL, NULL }
};

int
main (int argc, char **argv)
{
    bench_setup_t setup = BENCH_SETUP;
    setup.endpoint = "inproc://frontend";
    setup.backend = "inproc://backend";
    zsys_handler_set (NULL);
    const int status = bench_main (argc, argv, "Puts load on a router in its own process, and prints what came of it as a "
                                   "line of JSON.", s_modes, &setup);
    fflush (stdout);
    _exit (status);                 //  with the router
}
