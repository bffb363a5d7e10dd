/*  butler_config_users.h - which users a configuration names that nobody can be
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_USERS_H
#define BUTLER_CONFIG_USERS_H

#include "config/butler_config.h"

//  What there is to be said of them
#define BUTLER_CONFIG_UNKNOWN \
    "nobody comes in by this name: no file in auth/certificates has it, no line in auth/passwords; anonymous comes in " \
    "by sockets without security alone, everyone by others alone"

//  Whether a user of this name may come in; the configuration does not read files
typedef bool (butler_config_known_fn) (void *arg, const char *user);

//  Where such users are named, a fresh text: "permission/alcie, auth/admin = bbo"; of many the first ones, and how
//  many more. NULL: nowhere.
char *
butler_config_unknown_users (const butler_config_t *self, butler_config_known_fn *known, void *arg);

#endif
