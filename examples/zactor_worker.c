/*  zactor_worker.c - a worker written as a zactor of one's own, taking requests one by one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  zactor_worker [ENDPOINT], then:
//
//      butler send api.shout hello
//
//  answers HELLO. The requests are direct ones: any bytes, and any bytes back. A loop like
//  this has its own thread and decides itself when to take the next request; heartbeats go
//  on behind it however long that takes.

#include <butler.h>
#include <ctype.h>
#include <errno.h>

static void
s_shout (butler_request_t *request)
{
    const size_t size = butler_request_size (request);
    const char *body = butler_request_body (request);
    char *answer = malloc (size + 1);
    if (!answer) {
        butler_request_fail (request, "MemoryError", "no memory for %zu bytes", size);
        return;
    }
    for (size_t index = 0; index < size; index++)
        answer [index] = (char) toupper ((unsigned char) body [index]);
    butler_request_answer (request, answer, size);
    free (answer);
}

//  All that is there by now: the poller tells only that something came
static void
s_serve (butler_worker_t *worker)
{
    butler_request_t *request = NULL;
    while ((request = butler_worker_recv (worker, NULL))) {
        s_shout (request);
        if (butler_worker_reply (worker, &request) == -1)
            butler_request_destroy (&request);
    }
}

//  What the actor is started with, and says when it has started
typedef struct {
    const char *endpoint;
    int error;                      //  errno, 0 where all is well
} shouter_t;

static void
s_shouter (zsock_t *pipe, void *args)
{
    shouter_t *self = args;
    butler_worker_t *worker = butler_worker_new (self->endpoint, "api.shout");
    self->error = worker? 0: errno;
    zsock_signal (pipe, 0);
    if (!worker)
        return;
    butler_worker_set_timeout (worker, 0);

    zpoller_t *poller = zpoller_new (pipe, butler_worker_socket (worker), NULL);
    while (zpoller_wait (poller, -1) != pipe && !zpoller_terminated (poller))
        s_serve (worker);
    zpoller_destroy (&poller);
    butler_worker_destroy (&worker);
}

int
main (int argc, char *argv [])
{
    if (argc > 2 || (argc == 2 && argv [1][0] == '-')) {
        fprintf (stderr, "Usage: zactor_worker [ENDPOINT]\n");
        return 2;
    }
    shouter_t shouter = { .endpoint = argc == 2? argv [1]: BUTLER_BACKEND };
    zactor_t *actor = zactor_new (s_shouter, &shouter);
    if (!actor)
        return 1;
    while (!shouter.error && !zsys_interrupted)
        zclock_sleep (1000);        //  a signal ends it early
    zactor_destroy (&actor);
    if (shouter.error)
        fprintf (stderr, "zactor_worker: %s: %s\n", shouter.endpoint, strerror (shouter.error));
    return shouter.error? 1: 0;
}
