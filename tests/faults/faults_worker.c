/*  faults_worker.c - a worker for the fault tests, on libbutler
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>
#include <signal.h>
#include <time.h>
#include "faults_journal.h"

#define KEY_MAX 200
#define SLICE 10                    //  ms, after which it looks whether anybody still waits

typedef struct {
    int journal;
    const char *name;
} worker_t;

static void
s_sleep (long ms)
{
    const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep (&time, NULL);
}

//  A body is "KEY MS ...": MS milliseconds of work, and the answer is "done KEY NAME"
static json_t *
s_work (butler_request_t *request, void *arg)
{
    const worker_t *self = (worker_t *) arg;
    char body [KEY_MAX + 32], key [KEY_MAX + 1], answer [2 * KEY_MAX + 8];
    const size_t size = butler_request_size (request);
    const size_t taken = size < sizeof body - 1? size: sizeof body - 1;
    memcpy (body, butler_request_body (request), taken);
    body [taken] = 0;
    long ms = 0;
    if (sscanf (body, "%200s %ld", key, &ms) != 2)
        return butler_request_fail (request, "ValueError", "no key");
    faults_journal_write (self->journal, "ran %s %d\n", key, butler_request_attempt (request));
    for (; ms > 0 && !butler_request_cancelled (request); ms -= SLICE)
        s_sleep (ms < SLICE? ms: SLICE);
    const int length = snprintf (answer, sizeof answer, "done %s %s", key, self->name);
    return butler_request_answer (request, answer, (size_t) length);
}

static int
s_command (zactor_t *worker, const char *command, const char *first, const char *second)
{
    zstr_sendx (worker, command, first, second, NULL);
    char *answer = zstr_recv (worker);
    const int rc = answer && streq (answer, "OK")? 0: -1;
    if (rc)
        fprintf (stderr, "%s: %s\n", command, answer? answer: "no answer");
    zstr_free (&answer);
    return rc;
}

//  Blocked in all threads, so that it interrupts nothing, however early it comes, and however often
static void
s_block_signal (sigset_t *signals)
{
    sigemptyset (signals);
    sigaddset (signals, SIGTERM);
    sigprocmask (SIG_BLOCK, signals, NULL);
}

//  Until the signal comes; then what is held is finished
static int
s_serve (butler_service_t *service, const sigset_t *signals, const char *interval, const char *liveness,
         char **endpoints)
{
    zactor_t *worker = zactor_new (butler_worker, service);
    int rc = s_command (worker, "SET", "heartbeat", interval);
    if (rc == 0)
        rc = s_command (worker, "SET", "liveness", liveness);
    for (; rc == 0 && *endpoints; endpoints++)
        rc = s_command (worker, "CONNECT", *endpoints, NULL);
    int number;
    if (rc == 0 && sigwait (signals, &number) == 0) {
        zstr_send (worker, "DRAIN");
        char *answer = zstr_recv (worker);
        rc = answer && streq (answer, "OK")? 0: -1;
        zstr_free (&answer);
    }
    zactor_destroy (&worker);
    return rc;
}

int
main (int argc, char **argv)
{
    if (argc < 10) {
        fprintf (stderr, "%s JOURNAL NAME SERVICE THREADS CAPACITY RETRY INTERVAL LIVENESS ENDPOINT...\n", argv [0]);
        return 2;
    }
    sigset_t signals;
    s_block_signal (&signals);
    worker_t self = { faults_journal_open (argv [1]), argv [2] };   //  by now the signal is heeded
    butler_service_t *service = butler_service_new (argv [3]);
    if (!service)
        return 2;
    butler_service_set_direct (service, s_work, &self);
    butler_service_set_threads (service, atoi (argv [4]));
    butler_service_set_capacity (service, atoi (argv [5]));
    butler_service_set_retry (service, atoi (argv [6]));
    butler_service_set_worker (service, self.name);
    const int rc = s_serve (service, &signals, argv [7], argv [8], argv + 9);
    butler_service_destroy (&service);
    close (self.journal);
    return rc? 1: 0;
}
