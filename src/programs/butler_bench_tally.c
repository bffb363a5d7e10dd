/*  butler_bench_tally.c - what became of a benchmark's requests
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_tally.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
butler_bench_tally_fini (butler_bench_tally_t *self)
{
    for (size_t index = 0; index < self->errors; index++)
        free (self->error [index].first);
    self->errors = 0;
}

//  Where it is, or would be: behind all others
static size_t
s_place (const butler_bench_tally_t *self, int status)
{
    size_t place = 0;
    while (place < self->errors && self->error [place].status != status)
        place++;
    return place;
}

bool
butler_bench_tally_is_new (const butler_bench_tally_t *self, int status)
{
    const size_t place = s_place (self, status);
    return place == self->errors && place < BUTLER_BENCH_ERRORS;
}

void
butler_bench_tally_fail (butler_bench_tally_t *self, int status, uint64_t count, const char *text)
{
    self->failed += count;
    size_t place = s_place (self, status);
    if (place == BUTLER_BENCH_ERRORS)
        place--;
    if (place == self->errors) {
        self->error [self->errors++] = (butler_bench_error_t) { .status = status, .first = strdup (text? text: "") };
        assert (self->error [place].first);
    }
    self->error [place].count += count;
}

void
butler_bench_tally_merge (butler_bench_tally_t *self, const butler_bench_tally_t *other)
{
    butler_histogram_merge (&self->latency, &other->latency);
    self->sent += other->sent;
    self->in_time += other->in_time;
    self->unfinished += other->unfinished;
    self->behind += other->behind;
    if (self->took < other->took)
        self->took = other->took;
    for (size_t index = 0; index < other->errors; index++)
        butler_bench_tally_fail (self, other->error [index].status, other->error [index].count,
                                 other->error [index].first);
}

const butler_bench_error_t *
butler_bench_tally_worst (const butler_bench_tally_t *self)
{
    const butler_bench_error_t *worst = NULL;
    for (size_t index = 0; index < self->errors; index++)
        if (!worst || self->error [index].count > worst->count)
            worst = &self->error [index];
    return worst;
}

double
butler_bench_tally_rate (const butler_bench_tally_t *self)
{
    return self->took > 0? (double) self->in_time / ((double) self->took / 1e9): 0;
}
