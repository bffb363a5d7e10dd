/*  butler_trim.c - gives back to the system what the process has freed
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_trim.h"
#include <stdlib.h>                 //  __GLIBC__
#ifdef __GLIBC__
#   include <malloc.h>
#endif

#define WORTH 16777216              //  bytes
#define PAUSE 5000                  //  ms; it takes a look at all that the process has freed

bool
butler_trim_wanted (const butler_trim_t *self, int64_t held)
{
    return self->most >= WORTH && held < self->most / 8;
}

bool
butler_trim (butler_trim_t *self, int64_t held, int64_t now)
{
    if (now < self->next || !butler_trim_wanted (self, held))
        return false;
    self->most = held;
    self->next = now + PAUSE;
#ifdef __GLIBC__
    malloc_trim (WORTH);
#endif
    return true;
}
