/*  seed_loop.c - direct requests, taken one by one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_loop [BACKEND]
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
//
//  The reply is the request with an answer set on it; recv () takes it, and leaves NULL.
//  Heartbeats go on by themselves, however long the work takes.

#include <butler.h>

int
main (int argc, char *argv [])
{
    butler_worker_t *worker = butler_worker_new (argc > 1? argv [1]: BUTLER_BACKEND, "api.images");
    if (!worker) {
        perror ("seed_loop");
        return 1;
    }
    butler_request_t *reply = NULL;
    while (!zsys_interrupted) {
        butler_request_t *request = butler_worker_recv (worker, &reply);
        if (!request)
            continue;                       //  nothing came within 2.5 seconds
        //  do work
        butler_request_answer (request, "hello world", 11);
        reply = request;
    }
    butler_request_destroy (&reply);
    butler_worker_destroy (&worker);
    return 0;
}
