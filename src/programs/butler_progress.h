/*  butler_progress.h - a bar on stderr while a person waits
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PROGRESS_H
#define BUTLER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#define BUTLER_PROGRESS_STEP 100    //  ms between two looks at it

typedef struct {
    const char *name;               //  "butler call"
    bool possible;                  //  somebody looks on
    bool shown;
    int64_t start;                  //  by zclock_mono ()
    int64_t limit;                  //  ms that it may take
    int64_t done, total;            //  with a total of 0 time is shown, against the limit
    const char *unit;               //  of these two; NULL: rows
    char note [32];                 //  what stands behind it all, ", 5000/s"
} butler_progress_t;

//  From now on; nothing is shown in the first second
void
butler_progress_start (butler_progress_t *self, const char *name, int64_t limit);

//  Shows how far it is. A signal that kills meanwhile has to be caught, and this ended before
void
butler_progress_show (butler_progress_t *self);

//  Removes it; harmless where nothing was shown
void
butler_progress_end (butler_progress_t *self);

#endif
