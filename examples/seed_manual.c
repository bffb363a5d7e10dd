/*  seed_manual.c - a worker that takes its requests one by one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_manual [BACKEND]
//
//      worker = butler.Service('tcp://127.0.0.1:5556', 'api.images')
//
//      reply = None
//      while True:
//          request = worker.recv(reply)
//          reply = None  # reset state
//          if not request:
//              continue
//          # do work
//          reply = 'hello world'

#include <butler.h>
#include <errno.h>

int
main (int argc, char *argv [])
{
    butler_worker_t *worker = butler_worker_new (argc > 1? argv [1]: BUTLER_BACKEND, "api.images");
    if (!worker) {
        fprintf (stderr, "seed_manual: %s\n", strerror (errno));
        return 1;
    }
    butler_request_t *reply = NULL;
    while (!zsys_interrupted) {
        //  Sends the reply, and resets it
        butler_request_t *request = butler_worker_recv (worker, &reply);
        if (!request)
            continue;
        //  Do work
        butler_request_answer (request, "hello world", 11);
        reply = request;
    }
    butler_request_destroy (&reply);
    butler_worker_destroy (&worker);
    return 0;
}
