/*  checked_build.h - whether a sanitizer or valgrind looks on, which makes all slower and larger
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef CHECKED_BUILD_H
#define CHECKED_BUILD_H

#include <stdlib.h>

#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#   define CHECKED_BUILD 1
#elif defined (__has_feature)
#   if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer)
#       define CHECKED_BUILD 1
#   endif
#endif
#ifndef CHECKED_BUILD
//  Under valgrind the suite is told to be patient
#   define CHECKED_BUILD (getenv ("BUTLER_TEST_SLOW") && atoi (getenv ("BUTLER_TEST_SLOW")) > 1)
#endif

#endif
