/*  count_malloc.h - counts what a thread allocates, whoever asks for it: libzmq too
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef COUNT_MALLOC_H
#define COUNT_MALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <malloc.h>
#include <stdlib.h>

#if defined (__has_feature)
#   if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer)
#       define COUNT_MALLOC_SANITIZED
#   endif
#endif
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#   define COUNT_MALLOC_SANITIZED
#endif

//  Sanitizers have an allocator of their own; without glibc there is none to stand in front of
#if defined (__GLIBC__) && !defined (COUNT_MALLOC_SANITIZED)
#   define COUNT_MALLOC true

static __thread unsigned long count_malloc;

//  Bytes that are allocated now, the 8 that glibc has in front of each block among them. What another
//  thread frees is counted there; what posix_memalign allocates is not.
static __thread long count_bytes;

extern void __libc_free (void *memory);
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t count, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

static void *
count_allocated (void *memory)
{
    count_malloc++;
    count_bytes += memory? (long) malloc_usable_size (memory) + 8: 0;
    return memory;
}

static void
count_freed (void *memory)
{
    count_bytes -= memory? (long) malloc_usable_size (memory) + 8: 0;
}

__attribute__ ((visibility ("default"))) void *
malloc (size_t size)
{
    return count_allocated (__libc_malloc (size));
}

__attribute__ ((visibility ("default"))) void *
calloc (size_t count, size_t size)
{
    return count_allocated (__libc_calloc (count, size));
}

__attribute__ ((visibility ("default"))) void *
realloc (void *memory, size_t size)
{
    count_freed (memory);
    return count_allocated (__libc_realloc (memory, size));
}

__attribute__ ((visibility ("default"))) void
free (void *memory)
{
    count_freed (memory);
    __libc_free (memory);
}

#else
#   define COUNT_MALLOC false
static unsigned long count_malloc __attribute__ ((unused));
static long count_bytes __attribute__ ((unused));
#endif

//  A preloaded library, as valgrind's, may stand in front of us
static inline bool
count_malloc_works (void)
{
    return COUNT_MALLOC && !getenv ("LD_PRELOAD");
}

#endif
