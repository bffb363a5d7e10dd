/*  butler_config_worker.h - butler_worker sections: workers whose methods run programs
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_WORKER_H
#define BUTLER_CONFIG_WORKER_H

#include <stdbool.h>
#include "config/butler_config.h"

//  Begins a section. NULL, or a fresh text that says why there can't be one more.
char *
butler_config_worker_add (butler_config_t *self);

//  Begins a method. NULL, or a fresh text that says what is wrong with it.
char *
butler_config_method_add (butler_config_worker_t *self, const char *signature);

//  Where what was begun last stands in its file, if nobody has said so yet
void
butler_config_workers_note (butler_config_t *self, unsigned line);

//  NULL, or a fresh text that says why no service can have this name
char *
butler_config_service_fault (const char *name);

//  What the sections lack: NULL, or a fresh text, and where it is
char *
butler_config_workers_fault (const butler_config_t *self, const char **path, unsigned *line);

//  Whether both have the same sections, in the same order
bool
butler_config_workers_same (const butler_config_t *self, const butler_config_t *other);

void
butler_config_workers_swap (butler_config_t *self, butler_config_t *other);

void
butler_config_workers_fini (butler_config_t *self);

#endif
