/*  butler_frames.h - one multipart message in a fixed array of reused zmq_msg_t
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_FRAMES_H
#define BUTLER_FRAMES_H

#include <zmq.h>
#include "base/butler_span.h"

#define BUTLER_FRAMES_MAX 9

typedef struct {
    unsigned count;                         //  of the message
    unsigned made;                          //  the first so many are initialised: used again as they are
    zmq_msg_t frame [BUTLER_FRAMES_MAX];
    size_t size [BUTLER_FRAMES_MAX];        //  of each frame of the message as it came, or was put there
} butler_frames_t;

//  Zeroed will do as well
static inline void
butler_frames_init (butler_frames_t *self)
{
    self->count = self->made = 0;
}

//  Its frames have been sent, or are of no more use; what is left of them is closed by what comes next
static inline void
butler_frames_spend (butler_frames_t *self)
{
    self->count = 0;
}

//  Closes all that it holds; the object may be used again at once
void
butler_frames_clear (butler_frames_t *self);

//  Receive one message from a raw libzmq socket, without waiting; what was held is closed first.
//  0, or -1 with EAGAIN (nothing there), EPROTO (more frames than any message has; the whole
//  message is drained, and the first frames are kept so that a router can tell the peer), or
//  what zmq_msg_recv says (ETERM, EINTR).
int
butler_frames_recv (butler_frames_t *self, void *socket);

//  Whom ZAP vouched for when the connection was made over which it came: points into the message. A byte 0, which is
//  nobody's: there was a handshake, and ZAP did not vouch. Empty: there was none, as within the process.
butler_span_t
butler_frames_user (butler_frames_t *self);

//  Send frames first .. count - 1 as one message, without waiting. 0: they are sent and the
//  object is empty. -1 with errno (EAGAIN, EHOSTUNREACH, ...): nothing was sent, all is kept.
int
butler_frames_send (butler_frames_t *self, unsigned first, void *socket);

//  Append a frame of so many bytes, for the caller to write
uint8_t *
butler_frames_extend (butler_frames_t *self, size_t size);

//  Append a frame: a copy of the bytes, or the message itself, which is emptied by the move
void
butler_frames_append (butler_frames_t *self, butler_span_t bytes);
void
butler_frames_append_msg (butler_frames_t *self, zmq_msg_t *msg);

static inline butler_span_t
butler_frames_at (butler_frames_t *self, unsigned index)
{
    return butler_span (zmq_msg_data (&self->frame [index]), self->size [index]);
}

#endif
