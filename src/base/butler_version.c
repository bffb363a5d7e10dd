/*  butler_version.c - the version of the library that runs
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_library.h"

void
butler_version (int *major, int *minor, int *patch)
{
    if (major)
        *major = BUTLER_VERSION_MAJOR;
    if (minor)
        *minor = BUTLER_VERSION_MINOR;
    if (patch)
        *patch = BUTLER_VERSION_PATCH;
}
