/*  butler_config_store.h - a path and a value, checked and put in their place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_STORE_H
#define BUTLER_CONFIG_STORE_H

#include "config/butler_config.h"
#include "config/butler_keys.h"

//  A key's row, for "service/retry" as for "service/api.images/retry"; NULL where there is none
const butler_key_t *
butler_config_key (const char *path);

//  NULL, or a fresh text that says what is wrong with path or value; then nothing has changed
char *
butler_config_assign (butler_config_t *self, const char *path, const char *value);

//  Begins the user's section that a path names, "permission/alice". NULL, or a fresh text that says why there can't
//  be one.
char *
butler_config_permit (butler_config_t *self, const char *path);

//  Leaves an error in the configuration, and returns -1
int
butler_config_fail (butler_config_t *self, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

#endif
