/*  bench_packed.h - the packed envelope, as far as load needs it: requests and replies
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_PACKED_H
#define BENCH_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

//  Written from doc/PROTOCOL.md, and not by the library's codec, which is measured by it

#define BENCH_INLINE_MAX 2048       //  bytes of a body that travels in the packed frame

typedef enum {
    BENCH_PACKED_NONE,              //  not packed, or not well packed
    BENCH_PACKED_REQUEST,
    BENCH_PACKED_REPLY
} bench_packed_kind_t;

//  Borrowed from the frame
typedef struct {
    const uint8_t *id, *service, *body;
    size_t id_size, service_size, body_size;
} bench_packed_t;

bench_packed_kind_t
bench_packed_parse (const void *data, size_t size, bench_packed_t *packed);

//  A deadline stands here in a request, 8 bytes
#define BENCH_PACKED_DEADLINE 6

//  Bytes that a request without a body takes
size_t
bench_packed_request_size (size_t id_size, size_t service_size);

//  Writes it; returns where its id stands
uint8_t *
bench_packed_request (uint8_t *to, const char *id, size_t id_size, const char *service, size_t service_size);

//  ms since the epoch or, relative, from now
void
bench_packed_deadline (uint8_t *to, uint64_t ms, bool relative);

//  A reply's size, and a reply with the id and the inline body of a request
size_t
bench_packed_reply_size (const bench_packed_t *request);

void
bench_packed_reply (uint8_t *to, const bench_packed_t *request);

#endif
