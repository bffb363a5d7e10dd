/*  butler_staff.h - the workers that a configuration has butlerd run
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_STAFF_H
#define BUTLER_STAFF_H

#include <stdbool.h>
#include "config/butler_config.h"

typedef struct butler_staff butler_staff_t;

//  A worker for each butler_worker section; those that name no router connect to this backend. NULL
//  after a complaint under the program's name.
butler_staff_t *
butler_staff_new (const butler_config_t *config, const char *backend, const char *program, bool verbose);

//  Kills what still runs
void
butler_staff_destroy (butler_staff_t **self_p);

//  Kill what runs for a request that has expired. How many ms until that is to be asked again, -1: never.
int
butler_staff_kill_expired (butler_staff_t *self);

#endif
