/*  butler_process.c - what a process with a router asks of the system for itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_process.h"
#include <sys/prctl.h>
#include <sys/resource.h>

void
butler_process_hide_memory (const butler_config_t *config)
{
    bool secrets = config->certificate || config->passwords;
    for (size_t index = 0; index < config->workers; index++)
        secrets = secrets || config->worker [index].key;
    if (secrets)
        prctl (PR_SET_DUMPABLE, 0);
}

void
butler_process_raise_limits (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit (RLIMIT_NOFILE, &limit);
    }
}
