/*  butler_files.h - whether the files that a configuration names can be used
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_FILES_H
#define BUTLER_FILES_H

#include "config/butler_config.h"

//  Reads keys and passwords as a router would, in the folder where it is to run. How many can't be used, after
//  a complaint of each, which begins with this text; what a router would warn of is told likewise, and not
//  counted.
size_t
butler_files_check (const butler_config_t *config, const char *name, const char *file);

#endif
