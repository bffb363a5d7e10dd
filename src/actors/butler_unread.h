/*  butler_unread.h - large bodies that libzmq holds for peers of a socket, counted until it lets go of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_UNREAD_H
#define BUTLER_UNREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>
#include "base/butler_span.h"

//  Bytes. What is no larger is not counted: high-water marks bound it, and libzmq may keep a receive
//  buffer of as many bytes for it anyway.
#define BUTLER_UNREAD_LARGE 8192

typedef struct butler_unread butler_unread_t;

//  Nothing is counted yet. The seed makes hash values that peers can't foresee.
butler_unread_t *
butler_unread_new (uint64_t seed);

//  libzmq may let go of messages later than that, from threads of its own
void
butler_unread_destroy (butler_unread_t **self_p);

//  Where the bytes stand that it holds now, of all peers: to be read atomically
const int64_t *
butler_unread_bytes (const butler_unread_t *self);

//  Whether so many bytes may be sent to a peer: 0, or -1 with ENOBUFS. It may have
//  a quarter as much unread as stays free of `limit`, or one message: one that does not read has a fifth of it
//  at most, the next a fifth of the rest, and there is room for others. Where nothing is counted any message
//  may go.
int
butler_unread_may (const butler_unread_t *self, int64_t limit, butler_span_t peer, size_t bytes);

//  A message is about to be sent, and counts until libzmq lets go of it
void
butler_unread_count (butler_unread_t *self, butler_span_t peer, zmq_msg_t *msg);

//  The message that was counted last has not been sent: it is as it was before
void
butler_unread_recall (butler_unread_t *self, zmq_msg_t *msg);

#endif
