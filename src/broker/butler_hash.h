/*  butler_hash.h - hash tables keyed by bytes: uthash, with a hash that a peer can't foresee
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_HASH_H
#define BUTLER_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <uthash.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

//  Why not zhashx: it needs twice the time to find, six times to add and remove, and allocates an
//  item for each (10,000 routing ids, gcc 12 -O2).

//  Peers choose keys (routing ids, request ids): the seed keeps them from choosing collisions
static inline unsigned
butler_hash (uint64_t seed, const void *key, size_t size)
{
    return (unsigned) XXH3_64bits_withSeed (key, size, seed);
}

#endif
