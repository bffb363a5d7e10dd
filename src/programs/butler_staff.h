/*  butler_staff.h - the workers that a configuration has butlerd run
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_STAFF_H
#define BUTLER_STAFF_H

#include <czmq.h>
#include "base/butler_log.h"
#include "config/butler_config.h"

typedef struct butler_staff butler_staff_t;

//  Where workers whose sections name no router connect: their own router binds to it, and keeps it
//  whatever becomes of the endpoints that its file names
#define BUTLER_STAFF_BACKEND "inproc://butlerd"

//  How many sections those are
size_t
butler_staff_count_own (const butler_config_t *config);

//  A worker for each butler_worker section. NULL after a complaint under the program's name.
butler_staff_t *
butler_staff_new (const butler_config_t *config, const char *program);

//  Kills what still runs
void
butler_staff_destroy (butler_staff_t **self_p);

//  How much is logged of the workers and of what their programs write to stderr: info at first
void
butler_staff_set_level (butler_staff_t *self, butler_log_level_t level);

//  Kill what runs for a request that has expired: of sections that say so, or of `all`. How many ms until
//  that is to be asked again, -1: never.
int
butler_staff_kill_expired (butler_staff_t *self, bool all);

//  Take no more requests: each worker then says one word, when what it runs is done
void
butler_staff_leave (butler_staff_t *self);

//  The workers, in the order of their sections; NULL behind the last
zactor_t *
butler_staff_worker (const butler_staff_t *self, size_t index);

#endif
