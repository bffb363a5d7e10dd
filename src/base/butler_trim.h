/*  butler_trim.h - gives back to the system what the process has freed
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_TRIM_H
#define BUTLER_TRIM_H

#include <stdbool.h>
#include <stdint.h>

//  An allocator keeps what is freed amidst what is not. To look for it takes some milliseconds, so it is
//  done after much was held and most of that is gone, once in a while.
typedef struct {
    int64_t most;                   //  bytes that were held since the last time
    int64_t next;                   //  when it may be done again, ms
} butler_trim_t;

//  So many bytes are held
static inline void
butler_trim_note (butler_trim_t *self, int64_t held)
{
    if (held > self->most)
        self->most = held;
}

//  Whether there is enough to give back, now or once it is time
bool
butler_trim_wanted (const butler_trim_t *self, int64_t held);

//  Do it where it is wanted and time. True: it was done.
bool
butler_trim (butler_trim_t *self, int64_t held, int64_t now);

#endif
