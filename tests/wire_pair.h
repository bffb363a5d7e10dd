/*  wire_pair.h - a ROUTER and DEALERs over inproc, for the tests of the wire
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef WIRE_PAIR_H
#define WIRE_PAIR_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <zmq.h>
#include "wire/butler_frames.h"

#define WIRE_PEERS 2

//  Peers call themselves "peer-0", "peer-1"
typedef struct {
    void *context;
    void *router;
    void *peer [WIRE_PEERS];
    int limit;                      //  messages in a pipe; 0: none
} wire_pair_t;

static inline void
wire_set (void *socket, int option, int value)
{
    assert_int_equal (zmq_setsockopt (socket, option, &value, sizeof value), 0);
}

static inline void *
wire_socket (wire_pair_t *self, int type)
{
    void *socket = zmq_socket (self->context, type);
    assert_non_null (socket);
    wire_set (socket, ZMQ_LINGER, 0);
    wire_set (socket, ZMQ_RCVTIMEO, 5000);
    wire_set (socket, ZMQ_SNDTIMEO, 5000);
    wire_set (socket, ZMQ_RCVHWM, self->limit);
    wire_set (socket, ZMQ_SNDHWM, self->limit);
    return socket;
}

//  Each peer says hello once, so that the router knows them all when this returns
static inline void
wire_pair_init (wire_pair_t *self, int limit)
{
    self->limit = limit;
    self->context = zmq_ctx_new ();
    assert_non_null (self->context);
    self->router = wire_socket (self, ZMQ_ROUTER);
    wire_set (self->router, ZMQ_ROUTER_MANDATORY, 1);
    assert_int_equal (zmq_bind (self->router, "inproc://wire"), 0);
    for (int index = 0; index < WIRE_PEERS; index++) {
        char name [] = "peer-0";
        name [5] = (char) ('0' + index);
        self->peer [index] = wire_socket (self, ZMQ_DEALER);
        assert_int_equal (zmq_setsockopt (self->peer [index], ZMQ_ROUTING_ID, name, 6), 0);
        assert_int_equal (zmq_connect (self->peer [index], "inproc://wire"), 0);
        assert_int_equal (zmq_send (self->peer [index], "hello", 5, 0), 5);
        char bytes [8];
        assert_int_equal (zmq_recv (self->router, bytes, sizeof bytes, 0), 6);
        assert_int_equal (zmq_recv (self->router, bytes, sizeof bytes, 0), 5);
    }
}

static inline void
wire_pair_fini (wire_pair_t *self)
{
    for (int index = 0; index < WIRE_PEERS; index++)
        zmq_close (self->peer [index]);
    zmq_close (self->router);
    zmq_ctx_term (self->context);
}

//  What stands in one frame, as text
static inline void
wire_assert_frame (butler_frames_t *frames, unsigned index, const void *data, size_t size)
{
    assert_true (index < frames->count);
    const butler_span_t bytes = butler_frames_at (frames, index);
    assert_int_equal (bytes.size, size);
    if (size)
        assert_memory_equal (bytes.data, data, size);
}

static inline void
wire_assert_text (butler_frames_t *frames, unsigned index, const char *text)
{
    wire_assert_frame (frames, index, text, strlen (text));
}

//  Waits a moment for a message, then receives it
static inline int
wire_recv (butler_frames_t *frames, void *socket)
{
    zmq_pollitem_t item = { socket, 0, ZMQ_POLLIN, 0 };
    assert_int_equal (zmq_poll (&item, 1, 5000), 1);
    return butler_frames_recv (frames, socket);
}

//  A fresh message of these bytes
static inline zmq_msg_t
wire_body (const void *data, size_t size)
{
    zmq_msg_t body;
    assert_int_equal (zmq_msg_init_size (&body, size), 0);
    if (size)
        memcpy (zmq_msg_data (&body), data, size);
    return body;
}

static inline int
wire_setup (void **state)
{
    static wire_pair_t s_pair;
    wire_pair_init (&s_pair, 0);
    *state = &s_pair;
    return 0;
}

//  The same with pipes that are soon full
static inline int
wire_setup_narrow (void **state)
{
    static wire_pair_t s_pair;
    wire_pair_init (&s_pair, 4);
    *state = &s_pair;
    return 0;
}

static inline int
wire_teardown (void **state)
{
    wire_pair_fini ((wire_pair_t *) *state);
    return 0;
}

#endif
