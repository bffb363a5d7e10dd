/*  butler_process.h - what a process with a router asks of the system for itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PROCESS_H
#define BUTLER_PROCESS_H

#include "config/butler_config.h"

//  Neither a core file nor a debugger of the same user shows the memory of who has read keys or passwords, as
//  this configuration has them
void
butler_process_hide_memory (const butler_config_t *config);

//  As many descriptors as it may have: each peer takes one, or two
void
butler_process_raise_limits (void);

#endif
