/*  butler_packed.h - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    The packed envelope: all of a message in one frame, but for its token and a large body. These are
    the layouts, behind B5 7E and the version; a part is its length in one byte and its bytes, or a
    number of as many bytes as stand behind its name, the highest first:

        request    01 attempt:2 expiration:8 api:id service trace
        reply      02 api:id
        discovery  03 api:id service code
        cancel     04 api:id

    A body stands behind that, or in a frame of its own. Messages for a worker, and its replies, have
    their token in the second frame.
*/

#ifndef BUTLER_PACKED_H
#define BUTLER_PACKED_H

#include "butler_view.h"

#define BUTLER_PACKED_LEAST 8       //  bytes
#define BUTLER_PACKED_INLINE 2048   //  bytes of a body that are cheaper to copy than to carry in a frame of their own

//  Whether a packed message begins with this frame
static inline bool
butler_packed_begins (butler_span_t frame)
{
    return frame.size >= BUTLER_PACKED_LEAST && memcmp (frame.data, "\xB5\x7E", 2) == 0;
}

//  As butler_view_parse (), of frames whose first behind the routing id begins a packed message. The view
//  has the routing id already, and a kind of 0.
int
butler_packed_parse (butler_view_t *self, butler_side_t side, butler_frames_t *frames, unsigned first);

//  As butler_view_encode (). 1: the body was moved, 0: copied; -1: this kind has no packed form, and `out`
//  is as it was.
int
butler_packed_put (butler_frames_t *out, const butler_view_t *view, zmq_msg_t *body);

#endif
