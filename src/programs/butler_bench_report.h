/*  butler_bench_report.h - what a benchmark found, for people and as JSON
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_REPORT_H
#define BUTLER_BENCH_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include "programs/butler_bench_plan.h"
#include "programs/butler_bench_tally.h"

typedef struct {
    const butler_bench_plan_t *plan;
    const char *service;
    const butler_texts_t *endpoints;
    const butler_bench_tally_t *tally;
    bool interrupted;
} butler_bench_report_t;

//  On stdout, in lines of so many columns
void
butler_bench_report_print (const butler_bench_report_t *self, int width);

//  All of it in one object, fresh
json_t *
butler_bench_report_json (const butler_bench_report_t *self);

#endif
