/*  butler_bench_tally.h - what became of a benchmark's requests
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BENCH_TALLY_H
#define BUTLER_BENCH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include "base/butler_histogram.h"

#define BUTLER_BENCH_ERRORS 16

//  Those that failed in the same way
typedef struct {
    int status;                     //  as butler_client_status () has it
    uint64_t count;
    char *first;                    //  what the first of them said
} butler_bench_error_t;

//  Zeroed, it is empty
typedef struct {
    butler_histogram_t latency;     //  ns, of those that succeeded
    uint64_t sent;                  //  those that succeeded, failed, and are unfinished
    uint64_t in_time;               //  of those that succeeded: before it ended
    uint64_t failed;
    uint64_t unfinished;            //  open when it was given up
    uint64_t behind;                //  due at the rate, and never sent
    int64_t took;                   //  ns from the start until the end
    size_t errors;
    butler_bench_error_t error [BUTLER_BENCH_ERRORS];   //  the last takes what no other has room for
} butler_bench_tally_t;

void
butler_bench_tally_fini (butler_bench_tally_t *self);

//  True: no such failure was counted yet, and there is room for it
bool
butler_bench_tally_is_new (const butler_bench_tally_t *self, int status);

//  The text is copied where it is the first of them, and may be NULL else
void
butler_bench_tally_fail (butler_bench_tally_t *self, int status, uint64_t count, const char *text);

//  All that other has, too
void
butler_bench_tally_merge (butler_bench_tally_t *self, const butler_bench_tally_t *other);

//  The failure that came most often; NULL where there is none
const butler_bench_error_t *
butler_bench_tally_worst (const butler_bench_tally_t *self);

//  Successes in a second
double
butler_bench_tally_rate (const butler_bench_tally_t *self);

#endif
