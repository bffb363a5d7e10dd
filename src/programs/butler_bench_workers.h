/*  butler_bench_workers.h - workers that send back what they are sent, to measure what lies between
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_WORKERS_H
#define BUTLER_BENCH_WORKERS_H

#include <czmq.h>
#include "butler_service.h"
#include "programs/butler_access.h"
#include "programs/butler_bench_plan.h"

typedef struct {
    butler_service_t *service;
    zactor_t **worker;
    int workers;
} butler_bench_workers_t;

//  A name that no other service has. Fresh.
char *
butler_bench_workers_name (void);

//  Starts the plan's workers, and connects them to its backends or the one of the environment. 0, or -1 after a
//  complaint; to be ended in any case.
int
butler_bench_workers_start (butler_bench_workers_t *self, const char *program, const char *name,
                            butler_access_t *access, butler_bench_plan_t *plan);

//  Why a router does not take them or let them in, as far as one has said so. Fresh, or NULL.
char *
butler_bench_workers_refused (const butler_bench_workers_t *self, const char *program);

//  They leave the routers, and end
void
butler_bench_workers_end (butler_bench_workers_t *self, const char *program);

#endif
