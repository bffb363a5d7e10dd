/*  bench_meter.h - what a stretch of load cost: time, latencies, CPU and memory of another process
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stdint.h>
#include "base/butler_histogram.h"

//  CPU times are of all threads, user and system
typedef struct {
    int pid;                        //  the broker; 0: none is watched
    int64_t begun, cpu, own_cpu;    //  ns, when it began
    double seconds;                 //  and from then to the end, as all below
    double cpu_us, own_us;
} bench_meter_t;

//  What the clients of one process saw
typedef struct {
    uint64_t done;                  //  answered in the stretch
    uint64_t errors;                //  answers that were not the right ones
    uint64_t lost;                  //  not answered a while after it
    butler_histogram_t latency;     //  ns
} bench_tally_t;

//  Monotonic, in ns
int64_t
bench_now (void);

//  What a process has used, in ns; 0 where there is none
int64_t
bench_cpu (int pid);

//  "VmRSS" or "VmHWM" of a process, in KiB; 0 where there is none
long
bench_memory (int pid, const char *field);

//  Waits until a process has had next to nothing to do for a while, or for `ms`
void
bench_await_quiet (int pid, int ms);

void
bench_meter_start (bench_meter_t *self, int pid);

void
bench_meter_stop (bench_meter_t *self);

//  One line of JSON on stdout
void
bench_meter_report (const bench_meter_t *self, const bench_tally_t *tally, const char *tool,
                    int clients, int window, int body);

#endif
