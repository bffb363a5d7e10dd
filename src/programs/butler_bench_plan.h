/*  butler_bench_plan.h - what load a benchmark puts on a service, and for how long
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_PLAN_H
#define BUTLER_BENCH_PLAN_H

#include <czmq.h>
#include <jansson.h>
#include "programs/butler_options.h"

#define BUTLER_BENCH_UNSET (-1)

//  As the command line gives it, until butler_bench_plan_complete ()
typedef struct {
    const char *service;            //  NULL: one of our own
    const char *method;             //  NULL: direct requests
    const char *text;               //  of a body, "-" for stdin; NULL: so many bytes of our own
    butler_texts_t named;           //  a call's NAME=VALUE
    butler_texts_t backends;        //  for workers of our own
    int size, clients, in_flight;   //  bytes; connections; requests open at a time in each of them
    int seconds, requests;          //  when it ends; 0: not by that
    int rate;                       //  requests a second that are sent, whatever comes back; 0: one when one
                                    //  is answered
    int workers, threads, capacity; //  our own; capacity 0: as the library has it
    json_t *args, *kwargs;          //  of a call
    zchunk_t *body;                 //  what is sent
} butler_bench_plan_t;

#define BUTLER_BENCH_PLAN { \
    .size = BUTLER_BENCH_UNSET, .clients = 1, .workers = BUTLER_BENCH_UNSET, \
    .threads = BUTLER_BENCH_UNSET, .capacity = BUTLER_BENCH_UNSET }

//  Takes SERVICE, METHOD and ARGs, and fills in what was not given. 0, or -1 after a complaint where it does not
//  fit together.
int
butler_bench_plan_complete (butler_bench_plan_t *self, const char *program, const butler_texts_t *operands);

void
butler_bench_plan_fini (butler_bench_plan_t *self);

//  How many of the requests are this client's, 0 to clients - 1; UINT64_MAX where they are not counted
uint64_t
butler_bench_plan_share (const butler_bench_plan_t *self, int client);

//  When a client's request, counted from 0, is due at the rate: ns after the start. The clients take turns.
int64_t
butler_bench_plan_due (const butler_bench_plan_t *self, int client, uint64_t request);

//  How many of them are due before so many ns have passed
uint64_t
butler_bench_plan_due_before (const butler_bench_plan_t *self, int client, int64_t passed);

//  {"clients": 1, ...}, fresh
json_t *
butler_bench_plan_json (const butler_bench_plan_t *self);

#endif
