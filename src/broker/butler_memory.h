/*  butler_memory.h - what an allocated block costs
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_MEMORY_H
#define BUTLER_MEMORY_H

#include <stddef.h>
#include <stdint.h>

//  As glibc has it on 64 bits: 8 bytes in front, multiples of 16, 32 at least. Other allocators
//  differ by little. No block costs nothing.
static inline int64_t
butler_memory_block (size_t size)
{
    if (size == 0)
        return 0;
    return size <= 24? 32: (int64_t) ((size + 8 + 15) & ~(size_t) 15);
}

#endif
