/*  butler_bench_client.h - one of the connections that put load on a service: an actor of its own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_CLIENT_H
#define BUTLER_BENCH_CLIENT_H

#include <czmq.h>
#include "butler_client.h"
#include "programs/butler_bench_flights.h"
#include "programs/butler_bench_plan.h"
#include "programs/butler_bench_tally.h"

typedef enum {
    BUTLER_BENCH_GO,
    BUTLER_BENCH_END,               //  send no more, wait for what is open
    BUTLER_BENCH_LEAVE              //  and wait for nothing
} butler_bench_signal_t;

//  What all clients share. All but the signal is set before GO, and then left alone.
typedef struct {
    const butler_bench_plan_t *plan;
    const char *service;
    int64_t start, limit;           //  by butler_bench_now (); INT64_MAX: no limit
    butler_bench_signal_t signal;   //  atomic
} butler_bench_course_t;

typedef struct {
    const butler_bench_course_t *course;
    butler_client_t *client;        //  the actor's from its start until it has said DONE
    int index;                      //  among the clients
    uint64_t share;                 //  of the requests
    uint64_t ended;                 //  atomic, for who looks on: requests
    bool broken;                    //  a request could not even be submitted
    int64_t limit;                  //  the course's, or when it was told to end
    butler_bench_flights_t flights;
    butler_bench_tally_t tally;     //  to be read after DONE
} butler_bench_client_t;

//  ns, by a clock that never goes back
int64_t
butler_bench_now (void);

//  The actor's function; args is a butler_bench_client_t. It connects and says READY; after GO it runs the
//  course, and says DONE. Unlike others it waits for no command meanwhile: it looks at the signal.
void
butler_bench_client (zsock_t *pipe, void *args);

#endif
