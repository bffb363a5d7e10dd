/*  butler_progress.c - a bar on stderr while a person waits
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_progress.h"
#include <czmq.h>
#include "programs/butler_terminal.h"

#define PATIENCE 1000               //  ms without a bar
#define SHORTEST 8                  //  columns of it
#define REMOVE "\r\033[K"

void
butler_progress_start (butler_progress_t *self, const char *name, int64_t limit)
{
    *self = (butler_progress_t) {
        .name = name, .limit = limit, .start = zclock_mono (), .possible = butler_terminal_is (stderr)
    };
}

//  "butler call [=====     ] 12 of 60 s"; where there is little room, the text alone
static void
s_draw (const butler_progress_t *self, int64_t done, int64_t total, const char *text)
{
    static const char bar [] = "========================================";
    int room = butler_terminal_width (stderr) - (int) (strlen (self->name) + strlen (text)) - 5;
    if (room > (int) sizeof bar - 1)
        room = (int) sizeof bar - 1;
    if (room < SHORTEST)
        fprintf (stderr, REMOVE "%s", text);
    else {
        const int full = done < total? (int) (done * room / total): room;
        fprintf (stderr, REMOVE "%s [%.*s%*s] %s", self->name, full, bar, room - full, "", text);
    }
    fflush (stderr);
}

void
butler_progress_show (butler_progress_t *self)
{
    const int64_t passed = zclock_mono () - self->start;
    if (!self->possible || passed < PATIENCE)
        return;
    self->shown = true;
    char text [128];
    if (self->total) {
        snprintf (text, sizeof text, "%lld of %lld %s%s", (long long) self->done, (long long) self->total,
                  self->unit? self->unit: "rows", self->note);
        s_draw (self, self->done, self->total, text);
        return;
    }
    snprintf (text, sizeof text, "%lld of %lld s%s", (long long) passed / 1000,
              (long long) (self->limit + 999) / 1000, self->note);
    s_draw (self, passed, self->limit, text);
}

void
butler_progress_end (butler_progress_t *self)
{
    if (self->shown) {
        fputs (REMOVE, stderr);
        fflush (stderr);
    }
    self->shown = false;
}
