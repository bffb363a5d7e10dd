/*  butler_histogram.h - how often which values came, to within 1.6 %, in a fixed size
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_HISTOGRAM_H
#define BUTLER_HISTOGRAM_H

#include <stdint.h>

//  Log-linear, as HdrHistogram has it: exact below 64, then 64 steps for each power of two
#define BUTLER_HISTOGRAM_STEPS 64
#define BUTLER_HISTOGRAM_SLOTS (BUTLER_HISTOGRAM_STEPS * 58)

//  Zeroed, it is empty
typedef struct {
    uint64_t count;
    int64_t least, most;            //  exact; 0 while empty
    double sum;
    uint64_t slot [BUTLER_HISTOGRAM_SLOTS];
} butler_histogram_t;

//  A value below 0 counts as 0
void
butler_histogram_add (butler_histogram_t *self, int64_t value);

//  All that other has, too
void
butler_histogram_merge (butler_histogram_t *self, const butler_histogram_t *other);

//  The greatest value that a slot counts
int64_t
butler_histogram_upper (unsigned slot);

//  The value that this part (0 to 1) of all does not exceed; 0 while empty
int64_t
butler_histogram_at (const butler_histogram_t *self, double quantile);

//  0 while empty
double
butler_histogram_mean (const butler_histogram_t *self);

#endif
