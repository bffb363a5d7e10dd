/*  bench_raw.c - a client on raw libzmq
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_raw.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>
#include "bench_meter.h"
#include "bench_packed.h"
#include "bench_secure.h"

//  A request's id has the shape of the original's: a version and 36 characters as of a UUID,
//  SSSSSSSS-NNNN-4000-8000-QQQQQQQQQQQQ: slot, client, and a number that grows
#define UUID "00000000-0000-4000-8000-000000000000"
#define UUID_SIZE 36
#define SLOT_AT 0
#define SLOT_DIGITS 8
#define CLIENT_AT 9
#define CLIENT_DIGITS 4
#define COUNT_AT 24
#define COUNT_DIGITS 12
#define ID_MAX 100
#define MOVED_SIZE 4096             //  bodies from this size on are not copied when they are sent
#define FRESH_NS INT64_C (100000000)    //  how long one deadline is good for the next requests

struct bench_raw {
    const bench_setup_t *setup;
    void *socket;
    size_t service_size, body_size;
    char id [ID_MAX];
    size_t prefix, id_size;         //  of the version with its colon, and of all
    char *uuid;                     //  in id
    uint64_t sent, *count;          //  the number that each slot's request has
    char expiration [24];
    int expiration_size;
    int64_t stale_at;               //  when the deadline is written anew
    uint8_t *packed;                //  the packed frame, its body in it where it is inline
    size_t packed_size;
    char *body;
};

void
bench_raw_context (bench_setup_t *setup)
{
    setup->context = zmq_ctx_new ();
    if (!setup->context)
        bench_die ("no context");
    zmq_ctx_set (setup->context, ZMQ_MAX_SOCKETS, zmq_ctx_get (setup->context, ZMQ_SOCKET_LIMIT));
    zmq_ctx_set (setup->context, ZMQ_IO_THREADS, setup->io_threads);
}

void *
bench_raw_socket (const bench_setup_t *setup)
{
    const int none = 0;
    void *socket = zmq_socket (setup->context, ZMQ_DEALER);
    if (!socket)
        bench_die ("no socket");
    zmq_setsockopt (socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &none, sizeof none);
    zmq_setsockopt (socket, ZMQ_LINGER, &none, sizeof none);
    bench_secure_client (setup, socket);
    if (zmq_connect (socket, setup->endpoint))
        bench_die (setup->endpoint);
    return socket;
}

static void
s_write_hex (char *at, int digits, uint64_t value)
{
    while (digits--) {
        at [digits] = "0123456789abcdef" [value & 15];
        value >>= 4;
    }
}

static uint64_t
s_read_hex (const char *at, int digits)
{
    uint64_t value = 0;
    while (digits--) {
        value = value << 4 | (uint64_t) (*at <= '9'? *at - '0': *at - 'a' + 10);
        at++;
    }
    return value;
}

static void
s_make_packed (bench_raw_t *self)
{
    const bool inside = self->body_size <= BENCH_INLINE_MAX;
    const size_t head = bench_packed_request_size (self->id_size, self->service_size);
    self->packed_size = head + (inside? self->body_size: 0);
    self->packed = (uint8_t *) malloc (self->packed_size);
    assert (self->packed);
    self->uuid = (char *) bench_packed_request (self->packed, self->id, self->id_size, self->setup->service,
                                                self->service_size) + self->prefix;
    if (inside)
        memcpy (self->packed + head, self->body, self->body_size);
}

bench_raw_t *
bench_raw_new (const bench_setup_t *setup, int number)
{
    bench_raw_t *self = (bench_raw_t *) calloc (1, sizeof *self);
    assert (self);
    self->setup = setup;
    self->socket = bench_raw_socket (setup);
    self->service_size = strlen (setup->service);
    self->body_size = (size_t) setup->body;
    self->body = (char *) malloc (self->body_size);
    self->count = (uint64_t *) calloc ((size_t) setup->window, sizeof *self->count);
    assert (self->body && self->count);
    memset (self->body, 'x', self->body_size);
    const char *version = setup->version? setup->version: setup->packed? "1.0": "0.3.0";
    self->prefix = strlen (version) + 1;
    self->id_size = self->prefix + UUID_SIZE;
    if (self->id_size >= sizeof self->id)
        bench_die ("the version is too long");
    snprintf (self->id, sizeof self->id, "%s:" UUID, version);
    self->uuid = self->id + self->prefix;
    s_write_hex (self->uuid + CLIENT_AT, CLIENT_DIGITS, (uint64_t) number);
    if (setup->packed)
        s_make_packed (self);
    return self;
}

void *
bench_raw_handle (bench_raw_t *self)
{
    return self->socket;
}

//  By the clock, 13 digits; written anew now and then
static void
s_write_deadline (bench_raw_t *self)
{
    const int64_t now = bench_now ();
    if (now < self->stale_at)
        return;
    self->stale_at = now + FRESH_NS;
    const bool relative = self->setup->relative;
    struct timespec wall = { 0, 0 };
    if (!relative)
        clock_gettime (CLOCK_REALTIME, &wall);
    const long long ms = (long long) wall.tv_sec * 1000 + wall.tv_nsec / 1000000 + self->setup->deadline * 1000LL;
    self->expiration_size = snprintf (self->expiration, sizeof self->expiration, "%s%lld", relative? "+": "", ms);
    if (self->packed)
        bench_packed_deadline (self->packed + BENCH_PACKED_DEADLINE, (uint64_t) ms, relative);
}

static void
s_send_body (bench_raw_t *self)
{
    if (self->body_size < MOVED_SIZE) {
        zmq_send (self->socket, self->body, self->body_size, 0);
        return;
    }
    zmq_msg_t body;
    zmq_msg_init_data (&body, self->body, self->body_size, NULL, NULL);
    if (zmq_msg_send (&body, self->socket, 0) == -1)
        zmq_msg_close (&body);
}

void
bench_raw_send (bench_raw_t *self, int slot)
{
    s_write_deadline (self);
    self->count [slot] = ++self->sent;
    s_write_hex (self->uuid + SLOT_AT, SLOT_DIGITS, (uint64_t) slot);
    s_write_hex (self->uuid + COUNT_AT, COUNT_DIGITS, self->sent);
    if (self->packed) {
        const bool inside = self->body_size <= BENCH_INLINE_MAX;
        zmq_send (self->socket, self->packed, self->packed_size, inside? 0: ZMQ_SNDMORE);
        if (!inside)
            s_send_body (self);
        return;
    }
    zmq_send (self->socket, "", 0, ZMQ_SNDMORE);
    zmq_send (self->socket, self->id, self->id_size, ZMQ_SNDMORE);
    zmq_send (self->socket, self->setup->service, self->service_size, ZMQ_SNDMORE);
    zmq_send (self->socket, self->expiration, (size_t) self->expiration_size, ZMQ_SNDMORE);
    s_send_body (self);
}

//  The slot whose request has just this id
static int
s_slot (const bench_raw_t *self, const char *id, size_t size)
{
    if (size != self->id_size || memcmp (id, self->id, self->prefix) != 0)
        return BENCH_STRANGE;
    const char *uuid = id + self->prefix;
    const uint64_t slot = s_read_hex (uuid + SLOT_AT, SLOT_DIGITS);
    const size_t fixed = UUID_SIZE - COUNT_DIGITS - CLIENT_AT;
    if (slot >= (uint64_t) self->setup->window || memcmp (uuid + CLIENT_AT, self->uuid + CLIENT_AT, fixed) != 0
    ||  s_read_hex (uuid + COUNT_AT, COUNT_DIGITS) != self->count [slot])
        return BENCH_STRANGE;
    return (int) slot;
}

//  What a frame of an answer says: which slot it is for, or how large a body it has
static void
s_read_frame (const bench_raw_t *self, zmq_msg_t *frame, int number, int *slot, size_t *body_size)
{
    const char *data = (const char *) zmq_msg_data (frame);
    const size_t size = zmq_msg_size (frame);
    bench_packed_t packed;
    if (!self->packed && number == 1)
        *slot = s_slot (self, data, size);
    else
    if (self->packed && number == 0) {
        if (bench_packed_parse (data, size, &packed) != BENCH_PACKED_REPLY)
            return;
        *slot = s_slot (self, (const char *) packed.id, packed.id_size);
        *body_size = packed.body_size;
    }
    else
        *body_size += size;
}

int
bench_raw_recv (bench_raw_t *self, int timeout, bool *good)
{
    zmq_msg_t frame;
    zmq_msg_init (&frame);
    if (zmq_msg_recv (&frame, self->socket, ZMQ_DONTWAIT) == -1) {
        zmq_pollitem_t item = { self->socket, 0, ZMQ_POLLIN, 0 };
        if (timeout == 0 || zmq_poll (&item, 1, timeout) < 1
        ||  zmq_msg_recv (&frame, self->socket, ZMQ_DONTWAIT) == -1) {
            zmq_msg_close (&frame);
            return BENCH_NONE;
        }
    }
    int slot = BENCH_STRANGE, number = 0;
    size_t body_size = 0;
    s_read_frame (self, &frame, number++, &slot, &body_size);
    while (zmq_msg_more (&frame) && zmq_msg_recv (&frame, self->socket, 0) != -1)
        s_read_frame (self, &frame, number++, &slot, &body_size);
    zmq_msg_close (&frame);
    const int frames = !self->packed? 3: self->body_size <= BENCH_INLINE_MAX? 1: 2;
    *good = body_size == self->body_size && number == frames;
    return slot;
}

//  ---------------------------------------------------------------------------------------
//  For bench_client_run ()

static void *
s_open (const bench_setup_t *setup, int number)
{
    return bench_raw_new (setup, number);
}

static void
s_send (void *self, int slot)
{
    bench_raw_send ((bench_raw_t *) self, slot);
}

static int
s_recv (void *self, int timeout, bool *good)
{
    return bench_raw_recv ((bench_raw_t *) self, timeout, good);
}

const bench_peer_t bench_raw_peer = { "raw", s_open, s_send, s_recv };
