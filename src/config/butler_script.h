/*  butler_script.h - a butler_router section: commands for the router, in order
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SCRIPT_H
#define BUTLER_SCRIPT_H

#include "config/butler_config.h"

//  Has the effect of one command, with what stands behind its "=", on the configuration: so a script
//  is checked with its file, and is all of it taken or none. NULL, or a fresh text that says what is wrong.
char *
butler_script_do (butler_config_t *self, const char *command, const char *value);

#endif
