/*  bench_meter.c - what a stretch of load cost: time, latencies, CPU and memory of another process
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_meter.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C (1000000000)
#define QUIET_NS (SECOND / 20)      //  a look at the process each so often,
#define IDLE_NS (SECOND / 1000)     //  which used less than this meanwhile

static int64_t
s_clock (clockid_t clock)
{
    struct timespec now;
    if (clock_gettime (clock, &now))
        return 0;
    return now.tv_sec * SECOND + now.tv_nsec;
}

int64_t
bench_now (void)
{
    return s_clock (CLOCK_MONOTONIC);
}

int64_t
bench_cpu (int pid)
{
    clockid_t clock;
    if (pid <= 0 || clock_getcpuclockid (pid, &clock))
        return 0;
    return s_clock (clock);
}

long
bench_memory (int pid, const char *field)
{
    char path [40], line [256];
    snprintf (path, sizeof path, "/proc/%d/status", pid);
    FILE *status = pid > 0? fopen (path, "r"): NULL;
    if (!status)
        return 0;
    long found = 0;
    const size_t size = strlen (field);
    while (fgets (line, sizeof line, status))
        if (strncmp (line, field, size) == 0 && line [size] == ':')
            found = atol (line + size + 1);
    fclose (status);
    return found;
}

void
bench_await_quiet (int pid, int ms)
{
    const struct timespec while_ = { 0, QUIET_NS };
    const int64_t until = bench_now () + ms * (SECOND / 1000);
    int64_t before = bench_cpu (pid), used;
    do {
        nanosleep (&while_, NULL);
        const int64_t now = bench_cpu (pid);
        used = now - before;
        before = now;
    } while (used >= IDLE_NS && bench_now () < until);
}

void
bench_meter_start (bench_meter_t *self, int pid)
{
    *self = (bench_meter_t) { .pid = pid };
    self->cpu = bench_cpu (pid);
    self->own_cpu = s_clock (CLOCK_PROCESS_CPUTIME_ID);
    self->begun = bench_now ();
}

void
bench_meter_stop (bench_meter_t *self)
{
    self->seconds = (double) (bench_now () - self->begun) / 1e9;
    self->cpu_us = (double) (bench_cpu (self->pid) - self->cpu) / 1e3;
    self->own_us = (double) (s_clock (CLOCK_PROCESS_CPUTIME_ID) - self->own_cpu) / 1e3;
}

static double
s_us (const butler_histogram_t *latency, double quantile)
{
    return (double) butler_histogram_at (latency, quantile) / 1e3;
}

void
bench_meter_report (const bench_meter_t *self, const bench_tally_t *tally, const char *tool,
                    int clients, int window, int body)
{
    const double done = tally->done? (double) tally->done: 1;
    printf ("{\"tool\": \"%s\", \"clients\": %d, \"window\": %d, \"body\": %d, \"done\": %llu, "
            "\"errors\": %llu, \"lost\": %llu, \"seconds\": %.3f, \"req_s\": %.0f, ",
            tool, clients, window, body, (unsigned long long) tally->done,
            (unsigned long long) tally->errors, (unsigned long long) tally->lost,
            self->seconds, (double) tally->done / self->seconds);
    printf ("\"broker_us\": %.3f, \"broker_share\": %.3f, \"client_us\": %.3f, "
            "\"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f, \"rss_peak_kib\": %ld}\n",
            self->cpu_us / done, self->cpu_us / 1e6 / self->seconds, self->own_us / done,
            s_us (&tally->latency, 0.5), s_us (&tally->latency, 0.99), s_us (&tally->latency, 0.999),
            bench_memory (self->pid, "VmHWM"));
    fflush (stdout);
}
