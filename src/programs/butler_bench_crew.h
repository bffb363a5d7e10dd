/*  butler_bench_crew.h - the clients of a benchmark: started together, watched, counted together
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_CREW_H
#define BUTLER_BENCH_CREW_H

#include <czmq.h>
#include "programs/butler_bench_client.h"
#include "programs/butler_caller.h"
#include "programs/butler_stop.h"

typedef struct {
    butler_bench_course_t course;
    butler_bench_client_t *client;
    zactor_t **actor;
    int clients;                    //  started
    bool interrupted;
} butler_bench_crew_t;

//  Connects the plan's clients. BUTLER_GO_ON, or an exit status after a complaint; to be ended in any case.
int
butler_bench_crew_start (butler_bench_crew_t *self, butler_caller_t *caller, const butler_bench_plan_t *plan,
                         const char *service);

//  Until all are done. A signal ends it: no more is sent, and what is open is awaited; a second one gives that up.
void
butler_bench_crew_run (butler_bench_crew_t *self, butler_caller_t *caller, butler_stop_t *stop);

//  Adds what came of it
void
butler_bench_crew_count (const butler_bench_crew_t *self, butler_bench_tally_t *tally);

void
butler_bench_crew_end (butler_bench_crew_t *self);

#endif
