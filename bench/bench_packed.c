/*  bench_packed.c - the packed envelope, as far as load needs it: requests and replies
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_packed.h"
#include <string.h>

#define HEAD 4                      //  B5 7E version kind
#define REQUEST_ID 14               //  behind attempt and deadline
#define FORMAT 1

static void
s_head (uint8_t *to, bench_packed_kind_t kind)
{
    const uint8_t head [HEAD] = { 0xb5, 0x7e, FORMAT, (uint8_t) kind };
    memcpy (to, head, HEAD);
}

static uint8_t *
s_put (uint8_t *to, const void *data, size_t size)
{
    *to++ = (uint8_t) size;
    memcpy (to, data, size);
    return to + size;
}

//  A field, one byte of length before it; what stands behind it, or NULL where it does not end
static const uint8_t *
s_get (const uint8_t *at, const uint8_t *end, const uint8_t **field, size_t *size)
{
    if (!at || at == end || (size_t) (end - at) < (size_t) 1 + *at)
        return NULL;
    *size = *at;
    *field = at + 1;
    return at + 1 + *size;
}

bench_packed_kind_t
bench_packed_parse (const void *data, size_t size, bench_packed_t *packed)
{
    const uint8_t *at = (const uint8_t *) data, *end = at + size, *trace;
    size_t trace_size;
    *packed = (bench_packed_t) { .id = NULL };
    if (size < REQUEST_ID || at [0] != 0xb5 || at [1] != 0x7e || at [2] != FORMAT)
        return BENCH_PACKED_NONE;
    const bench_packed_kind_t kind = (bench_packed_kind_t) at [3];
    if (kind != BENCH_PACKED_REQUEST && kind != BENCH_PACKED_REPLY)
        return BENCH_PACKED_NONE;
    at = s_get (at + (kind == BENCH_PACKED_REQUEST? REQUEST_ID: HEAD), end, &packed->id, &packed->id_size);
    if (kind == BENCH_PACKED_REQUEST) {
        at = s_get (at, end, &packed->service, &packed->service_size);
        at = s_get (at, end, &trace, &trace_size);
    }
    if (!at)
        return BENCH_PACKED_NONE;
    packed->body = at;
    packed->body_size = (size_t) (end - at);
    return kind;
}

size_t
bench_packed_request_size (size_t id_size, size_t service_size)
{
    return REQUEST_ID + 1 + id_size + 1 + service_size + 1;
}

uint8_t *
bench_packed_request (uint8_t *to, const char *id, size_t id_size, const char *service, size_t service_size)
{
    memset (to, 0, REQUEST_ID);     //  no attempt before
    s_head (to, BENCH_PACKED_REQUEST);
    uint8_t *at = s_put (to + REQUEST_ID, id, id_size);
    at = s_put (at, service, service_size);
    s_put (at, "", 0);              //  no trace
    return to + REQUEST_ID + 1;
}

void
bench_packed_deadline (uint8_t *to, uint64_t ms, bool relative)
{
    if (relative)
        ms |= UINT64_C (1) << 63;
    for (int byte = 7; byte >= 0; byte--, ms >>= 8)
        to [byte] = (uint8_t) ms;
}

size_t
bench_packed_reply_size (const bench_packed_t *request)
{
    return HEAD + 1 + request->id_size + request->body_size;
}

void
bench_packed_reply (uint8_t *to, const bench_packed_t *request)
{
    s_head (to, BENCH_PACKED_REPLY);
    uint8_t *at = s_put (to + HEAD, request->id, request->id_size);
    memcpy (at, request->body, request->body_size);
}
