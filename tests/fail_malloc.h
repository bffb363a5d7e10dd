/*  fail_malloc.h - makes one of a thread's allocations fail, whoever asks for it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef FAIL_MALLOC_H
#define FAIL_MALLOC_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <malloc.h>
#include <stdlib.h>

#if defined (__has_feature)
#   if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer)
#       define FAIL_MALLOC_SANITIZED
#   endif
#endif
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#   define FAIL_MALLOC_SANITIZED
#endif

//  Sanitizers have an allocator of their own; without glibc there is none to stand in front of
#if defined (__GLIBC__) && !defined (FAIL_MALLOC_SANITIZED)
#   define FAIL_MALLOC true

static __thread unsigned long fail_malloc;      //  the so-many-th from now on fails; 0: none
static __thread bool fail_malloc_on;            //  and all that follow
static __thread long fail_malloc_blocks;        //  that the thread has allocated and not freed

extern void __libc_free (void *memory);
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t count, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

static bool
fail_malloc_now (void)
{
    if (fail_malloc == 0 || --fail_malloc)
        return false;
    fail_malloc = fail_malloc_on;
    errno = ENOMEM;
    return true;
}

__attribute__ ((visibility ("default"))) void *
malloc (size_t size)
{
    if (fail_malloc_now ())
        return NULL;
    fail_malloc_blocks++;
    return __libc_malloc (size);
}

__attribute__ ((visibility ("default"))) void *
calloc (size_t count, size_t size)
{
    if (fail_malloc_now ())
        return NULL;
    fail_malloc_blocks++;
    return __libc_calloc (count, size);
}

__attribute__ ((visibility ("default"))) void *
realloc (void *memory, size_t size)
{
    if (fail_malloc_now ())
        return NULL;
    fail_malloc_blocks += memory == NULL;
    return __libc_realloc (memory, size);
}

__attribute__ ((visibility ("default"))) void
free (void *memory)
{
    fail_malloc_blocks -= memory != NULL;
    __libc_free (memory);
}

#else
#   define FAIL_MALLOC false
static unsigned long fail_malloc __attribute__ ((unused));
static bool fail_malloc_on __attribute__ ((unused));
static long fail_malloc_blocks __attribute__ ((unused));
#endif

//  A preloaded library, as valgrind's, may stand in front of us
static inline bool
fail_malloc_works (void)
{
    return FAIL_MALLOC && !getenv ("LD_PRELOAD");
}

#endif
