/*  butler_frames.c - one multipart message in a fixed array of reused zmq_msg_t
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_frames.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>

void
butler_frames_clear (butler_frames_t *self)
{
    for (unsigned index = 0; index < self->made; index++)
        zmq_msg_close (&self->frame [index]);
    butler_frames_init (self);
}

//  One more frame, initialised
static zmq_msg_t *
s_add (butler_frames_t *self)
{
    assert (self->count < BUTLER_FRAMES_MAX);
    zmq_msg_t *frame = &self->frame [self->count++];
    if (self->made < self->count) {
        zmq_msg_init (frame);
        self->made = self->count;
    }
    return frame;
}

//  A signal may cut a call short in the midst of a message, which must not cut the message in two
static int
s_recv (zmq_msg_t *frame, void *socket, bool first)
{
    int rc;
    do
        rc = zmq_msg_recv (frame, socket, ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR && !first);
    return rc;
}

static int
s_send (zmq_msg_t *frame, void *socket, int more, bool first)
{
    int rc;
    do
        rc = zmq_msg_send (frame, socket, ZMQ_DONTWAIT | more);
    while (rc < 0 && errno == EINTR && !first);
    return rc;
}

//  libzmq hands out whole messages alone, so this ends and never waits
static void
s_drain (void *socket)
{
    zmq_msg_t frame;
    zmq_msg_init (&frame);
    while (s_recv (&frame, socket, false) >= 0 && zmq_msg_more (&frame))
        continue;
    zmq_msg_close (&frame);
}

int
butler_frames_recv (butler_frames_t *self, void *socket)
{
    butler_frames_spend (self);
    zmq_msg_t *frame;
    do {
        if (self->count == BUTLER_FRAMES_MAX) {
            s_drain (socket);
            errno = EPROTO;
            return -1;
        }
        frame = s_add (self);               //  what was in it is closed by what is received
        const int size = s_recv (frame, socket, self->count == 1);
        if (size < 0) {
            const int reason = errno;
            butler_frames_clear (self);
            errno = reason;
            return -1;
        }
        self->size [self->count - 1] = size < INT_MAX? (size_t) size: zmq_msg_size (frame);
    } while (zmq_msg_more (frame));
    return 0;
}

static bool
s_has (zmq_msg_t *frame, const char *property)
{
    const char *value = zmq_msg_gets (frame, property);
    return value && *value;
}

//  libzmq lets everybody in where it finds nobody to ask. Such a one must not be taken for a peer within the
//  process, which has no handshake, and so no properties.
butler_span_t
butler_frames_user (butler_frames_t *self)
{
    static const uint8_t nobody = 0;
    if (self->count == 0)
        return butler_span (NULL, 0);
    zmq_msg_t *frame = &self->frame [0];
    if (s_has (frame, "User-Id"))
        return butler_span_string (zmq_msg_gets (frame, "User-Id"));
    return s_has (frame, "Peer-Address") || s_has (frame, "Socket-Type")? butler_span (&nobody, 1): butler_span (NULL, 0);
}

int
butler_frames_send (butler_frames_t *self, unsigned first, void *socket)
{
    for (unsigned index = first; index < self->count; index++) {
        const int more = index + 1 < self->count? ZMQ_SNDMORE: 0;
        if (s_send (&self->frame [index], socket, more, index == first) < 0)
            return -1;          //  only ever the first: libzmq commits to a peer with it
    }
    butler_frames_spend (self);
    return 0;
}

uint8_t *
butler_frames_extend (butler_frames_t *self, size_t size)
{
    zmq_msg_t *frame = s_add (self);
    zmq_msg_close (frame);
    const int rc = zmq_msg_init_size (frame, size);
    assert (rc == 0);
    (void) rc;
    self->size [self->count - 1] = size;
    return zmq_msg_data (frame);
}

void
butler_frames_append (butler_frames_t *self, butler_span_t bytes)
{
    uint8_t *into = butler_frames_extend (self, bytes.size);
    if (bytes.size)
        memcpy (into, bytes.data, bytes.size);
}

void
butler_frames_append_msg (butler_frames_t *self, zmq_msg_t *msg)
{
    zmq_msg_t *frame = s_add (self);
    zmq_msg_move (frame, msg);
    self->size [self->count - 1] = zmq_msg_size (frame);
}
