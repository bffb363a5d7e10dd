/*  butler_config_permission.h - permission sections: who may call and who may serve what
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_PERMISSION_H
#define BUTLER_CONFIG_PERMISSION_H

#include <stdbool.h>
#include "base/butler_span.h"
#include "config/butler_config.h"

#define BUTLER_CONFIG_PERMISSION "permission/"      //  a path into such a section begins so

//  A user's section, begun where there is none. NULL, with a fresh text in *fault: there can't be one.
butler_grant_t *
butler_config_grant_require (butler_config_t *self, butler_span_t user, char **fault);

//  NULL, or why he can't be an admin, as the rest of a sentence: "is no user's name; ..."
const char *
butler_config_admin_fault (const char *user);

//  NULL, or what is wrong with a pattern of services' names, likewise
const char *
butler_config_pattern_fault (const char *pattern);

//  Exchanges the sections, but not the admins
void
butler_config_grants_swap (butler_config_t *self, butler_config_t *other);

void
butler_config_permissions_fini (butler_permissions_t *self);

#endif
