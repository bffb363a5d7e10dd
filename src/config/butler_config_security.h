/*  butler_config_security.h - what the two sockets ask of peers, and whether that fits together
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_SECURITY_H
#define BUTLER_CONFIG_SECURITY_H

#include "config/butler_config.h"

//  Makes of what frontend/security and backend/security say what holds; to be called when anything has changed
void
butler_config_security_resolve (butler_config_t *self);

//  What does not fit together: NULL, or a text, and the path of the key that is to blame
const char *
butler_config_security_fault (const butler_config_t *self, const char **path);

//  What holds in a configuration that runs, and can't change, holds in this one, with what that takes. The
//  names of what would have been otherwise are added to the list.
void
butler_config_security_keep (butler_config_t *self, butler_config_t *running, char **names);

#endif
