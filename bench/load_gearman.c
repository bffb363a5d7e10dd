/*  load_gearman.c - the same load on a gearmand, to compare with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  A gearman worker holds one job at a time. libgearman runs a batch of tasks to its end, so a
//  client's window empties before it is filled again.

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libgearman/gearman.h>
#include "bench_client.h"
#include "bench_setup.h"
#include "programs/butler_output.h"

#define TIMEOUT 5000                //  ms

typedef struct caller caller_t;

//  What a task is for
typedef struct {
    caller_t *caller;
    int slot;
} job_t;

struct caller {
    const bench_setup_t *setup;
    gearman_client_st *gearman;
    char *body;
    job_t *jobs;                    //  one for each slot
    int *done, first, count;        //  slots that were answered, and how far they are taken
    bool *good;                     //  as each was answered
    int added;                      //  tasks of the batch
};

static gearman_return_t
s_on_complete (gearman_task_st *task)
{
    const job_t *job = (const job_t *) gearman_task_context (task);
    caller_t *self = job->caller;
    self->good [job->slot] = gearman_task_data_size (task) == (size_t) self->setup->body;
    self->done [self->count++] = job->slot;
    return GEARMAN_SUCCESS;
}

//  "HOST:PORT"
static void
s_server (const bench_setup_t *setup, char *host, size_t size, in_port_t *port)
{
    const char *colon = strrchr (setup->endpoint, ':');
    if (!colon || (size_t) (colon - setup->endpoint) >= size) {
        butler_complain ("gearman", "'%s' is not HOST:PORT", setup->endpoint);
        exit (BUTLER_EXIT_USAGE);
    }
    snprintf (host, size, "%.*s", (int) (colon - setup->endpoint), setup->endpoint);
    *port = (in_port_t) atoi (colon + 1);
}

static void *
s_open (const bench_setup_t *setup, int number)
{
    (void) number;
    caller_t *self = (caller_t *) calloc (1, sizeof *self);
    const size_t window = (size_t) setup->window;
    assert (self);
    self->setup = setup;
    self->body = (char *) malloc ((size_t) setup->body);
    self->jobs = (job_t *) calloc (window, sizeof *self->jobs);
    self->done = (int *) calloc (window, sizeof *self->done);
    self->good = (bool *) calloc (window, sizeof *self->good);
    assert (self->body && self->jobs && self->done && self->good);
    memset (self->body, 'x', (size_t) setup->body);
    for (int slot = 0; slot < setup->window; slot++)
        self->jobs [slot] = (job_t) { self, slot };
    char host [64];
    in_port_t port;
    s_server (setup, host, sizeof host, &port);
    self->gearman = gearman_client_create (NULL);
    gearman_client_add_server (self->gearman, host, port);
    gearman_client_set_timeout (self->gearman, TIMEOUT);
    gearman_client_set_complete_fn (self->gearman, s_on_complete);
    return self;
}

static void
s_send (void *argument, int slot)
{
    caller_t *self = (caller_t *) argument;
    gearman_return_t status;
    gearman_client_add_task (self->gearman, NULL, &self->jobs [slot], self->setup->service, NULL, self->body,
                             (size_t) self->setup->body, &status);
    self->added++;
}

//  Runs the batch when something is waited for that it has not given yet
static int
s_recv (void *argument, int timeout, bool *good)
{
    caller_t *self = (caller_t *) argument;
    if (self->first == self->count && timeout && self->added) {
        self->first = self->count = self->added = 0;
        gearman_client_run_tasks (self->gearman);
        gearman_client_task_free_all (self->gearman);
    }
    if (self->first == self->count)
        return BENCH_NONE;
    const int slot = self->done [self->first++];
    *good = self->good [slot];
    return slot;
}

static int
s_client (bench_setup_t *setup)
{
    static const bench_peer_t peer = { "gearman", s_open, s_send, s_recv };
    return bench_client_run (&peer, setup);
}

static void *
s_on_job (gearman_job_st *job, void *context, size_t *size, gearman_return_t *status)
{
    (void) context;
    *size = gearman_job_workload_size (job);
    void *answer = malloc (*size + 1);
    assert (answer);
    memcpy (answer, gearman_job_workload (job), *size);
    *status = GEARMAN_SUCCESS;
    return answer;
}

static void *
s_serve (void *argument)
{
    const bench_setup_t *setup = (const bench_setup_t *) argument;
    char host [64];
    in_port_t port;
    s_server (setup, host, sizeof host, &port);
    gearman_worker_st *worker = gearman_worker_create (NULL);
    gearman_worker_add_server (worker, host, port);
    gearman_worker_add_function (worker, setup->service, 0, s_on_job, NULL);
    while (!bench_stopped ())
        gearman_worker_work (worker);
    return NULL;
}

static int
s_worker (bench_setup_t *setup)
{
    bench_stop_after (setup->time);
    for (int number = 0; number < setup->workers; number++) {
        pthread_t thread;
        if (pthread_create (&thread, NULL, s_serve, setup))
            bench_die ("no thread for a worker");
    }
    bench_await_stop ();
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
    const int status = bench_main (argc, argv, "Puts load on a gearmand (--endpoint HOST:PORT), and prints what came of it "
                                   "as a line of JSON.", s_modes, &setup);
    fflush (stdout);
    _exit (status);
}
