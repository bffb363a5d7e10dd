/*  butler_environment.c - what a program that answers a request is told in its environment
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_environment.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <czmq.h>

#define VARIABLES 7                 //  beside what we have ourselves

static bool
s_is_ours (const char *variable)
{
    static const char *const names [] = {
        "BUTLER_SERVICE=", "BUTLER_METHOD=", "BUTLER_REQUEST_ID=", "BUTLER_DEADLINE_MS=", "BUTLER_WORKER=",
        "BUTLER_ATTEMPT=", "BUTLER_TRACE="
    };
    for (size_t index = 0; index < VARIABLES; index++)
        if (strncmp (variable, names [index], strlen (names [index])) == 0)
            return true;
    return false;
}

//  Ours first, which are to be freed, then what we have ourselves
char **
butler_environment_new (const butler_request_t *request, const char *worker)
{
    size_t count = 0;
    while (environ [count])
        count++;
    char **all = (char **) zmalloc ((VARIABLES + count + 1) * sizeof *all), **next = all;
    assert (all);
    *next++ = zsys_sprintf ("BUTLER_SERVICE=%s", butler_request_service (request));
    *next++ = zsys_sprintf ("BUTLER_METHOD=%s", butler_request_method (request));
    *next++ = zsys_sprintf ("BUTLER_REQUEST_ID=%s", butler_request_id (request));
    *next++ = zsys_sprintf ("BUTLER_DEADLINE_MS=%lld", (long long) butler_request_time_left (request));
    *next++ = zsys_sprintf ("BUTLER_WORKER=%s", worker? worker: "");
    *next++ = zsys_sprintf ("BUTLER_ATTEMPT=%d", butler_request_attempt (request));
    *next++ = zsys_sprintf ("BUTLER_TRACE=%s", butler_request_trace (request));
    for (size_t index = 0; index < count; index++)
        if (!s_is_ours (environ [index]))
            *next++ = environ [index];
    return all;
}

void
butler_environment_destroy (char ***self_p)
{
    for (size_t index = 0; index < VARIABLES; index++)
        zstr_free (&(*self_p) [index]);
    free (*self_p);
    *self_p = NULL;
}
