/*  butler_daemon.h - butlerd while it runs: a router, workers, and the signals that it is told
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_DAEMON_H
#define BUTLER_DAEMON_H

#include <czmq.h>
#include <limits.h>
#include "config/butler_config.h"
#include "programs/butler_staff.h"
#include "programs/butler_stop.h"

typedef struct {
    const char *file;               //  as it was named; NULL: the defaults
    char path [PATH_MAX];           //  the same, from anywhere
    bool verbose;
    butler_config_t *config;
    //  The rest is its own
    butler_stop_t stop;
    zactor_t *router;
    butler_staff_t *staff;
} butler_daemon_t;

#define BUTLER_DAEMON_INIT { .stop.handle = -1 }

//  Serve until a signal ends it: the exit status, after a complaint where it is not 0. To be called in
//  the folder where it is to run, with a configuration that is what the file says.
int
butler_daemon_run (butler_daemon_t *self);

//  What runs may finish, as long as server/drain lets it; a second signal ends it at once
void
butler_daemon_drain (butler_daemon_t *self);

void
butler_daemon_fini (butler_daemon_t *self);

#endif
