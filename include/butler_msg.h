/*  butler_msg.h - GENERATED from model/butler_msg.xml; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_MSG_H
#define BUTLER_MSG_H

#include <stdio.h>
#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_msg is one message of the protocol, to receive and to send. An object is reused for any
//  number of messages. It belongs to one thread at a time.
//
//  These are the messages, one [frame] for each field; (x) may be missing. A ROUTER socket adds
//  the routing id of the sender in front of what it receives, and takes that of the receiver off
//  what it sends.
//
//      REQUEST     [] [api:id] [service] [expiration] [body]
//      RESPONSE    [] [api:id] [response]
//      DISCOVERY   [] ([api:id]) [service] [code]
//      RELAY       [04] [worker] [order]
//      REPLY       [04] [token] [] [api:id] [response]
//      HEARTBEAT   [02] ([notice] …)
//      READY       [01] [service] ([properties])
//      LEAVE       [05]
//      DISPATCH    [token] [] [api:id] [service] [expiration] [body] ([extra])
//      RECONNECT   [03]
//
//  These have a packed form, too: one frame for all but token and large bodies. A peer sends it to
//  those that read it.
//
//      REQUEST, RESPONSE, DISCOVERY, REPLY, DISPATCH, CANCEL (this form alone)
//
//  doc/PROTOCOL.md says what they mean.

//  These stand in butler_msg.h and butler_view.h alike; whichever comes first declares them
#ifndef BUTLER_MSG_KINDS
#define BUTLER_MSG_KINDS

//  Where a message is received
typedef enum {
    BUTLER_SIDE_FRONTEND,           //  by the router, from clients
    BUTLER_SIDE_BACKEND,            //  by the router, from workers
    BUTLER_SIDE_CLIENT,             //  by a client, from the router
    BUTLER_SIDE_WORKER              //  by a worker, from the router
} butler_side_t;

typedef enum {
    BUTLER_MSG_REQUEST = 1,         //  client -> router
    BUTLER_MSG_RESPONSE,            //  router -> client
    BUTLER_MSG_DISCOVERY,           //  router -> client
    BUTLER_MSG_READY,               //  worker -> router
    BUTLER_MSG_HEARTBEAT,           //  router or worker -> the other
    BUTLER_MSG_REPLY,               //  worker -> router
    BUTLER_MSG_LEAVE,               //  router or worker -> the other
    BUTLER_MSG_DISPATCH,            //  router -> worker
    BUTLER_MSG_RECONNECT,           //  router -> worker
    BUTLER_MSG_RELAY,               //  backend peer -> router
    BUTLER_MSG_CANCEL               //  client or router -> the next
} butler_kind_t;

//  How a message is put into frames
typedef enum {
    BUTLER_ENVELOPE_FRAMES = 0,     //  a frame for each field
    BUTLER_ENVELOPE_PACKED          //  one for most of it
} butler_envelope_t;

#endif

//  A message of no kind yet, for a peer that receives by this side
BUTLER_EXPORT butler_msg_t *
    butler_msg_new (butler_side_t side);

//  Destroy the message and null the reference, where there is one
BUTLER_EXPORT void
    butler_msg_destroy (butler_msg_t **self_p);

//  A fresh copy; large bodies are shared, not copied
BUTLER_EXPORT butler_msg_t *
    butler_msg_dup (const butler_msg_t *self);

//  Receive one message from a zsock_t or a libzmq socket, in either envelope. Waits for it as long as the socket's
//  rcvtimeo says, then never. 0, or -1: EAGAIN (none came), EINTR, ETERM: the message is as it
//  was; EPROTO (malformed, see butler_msg_fault): it is of no kind, and has the routing id,
//  the api_id that could be read, and the envelope.
BUTLER_EXPORT int
    butler_msg_recv (butler_msg_t *self, void *socket);

//  Send the message to a zsock_t or a libzmq socket in the envelope that is set, and keep it. Waits as long as the socket's
//  sndtimeo says. 0, or -1 and nothing was sent: EINVAL (a field is missing, or this side does
//  not send this kind, see butler_msg_fault), EAGAIN, EINTR, ETERM, EHOSTUNREACH.
BUTLER_EXPORT int
    butler_msg_send (butler_msg_t *self, void *socket);

//  Take all fields away; the side stays
BUTLER_EXPORT void
    butler_msg_reset (butler_msg_t *self);

//  Print the message for people, several lines: on stderr, or on any stream
BUTLER_EXPORT void
    butler_msg_print (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_fprint (const butler_msg_t *self, FILE *stream);

//  What was wrong when receiving or sending failed last with EPROTO or EINVAL, or NULL
BUTLER_EXPORT const char *
    butler_msg_fault (const butler_msg_t *self);

//  The side by which this peer receives; what it may send is what the opposite side receives
BUTLER_EXPORT butler_side_t
    butler_msg_side (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_side (butler_msg_t *self, butler_side_t side);

//  The kind of message, a butler_kind_t or 0
BUTLER_EXPORT int
    butler_msg_id (const butler_msg_t *self);

//  0, or -1 with EINVAL for what is no kind. The fields stay as they are.
BUTLER_EXPORT int
    butler_msg_set_id (butler_msg_t *self, int id);

//  The envelope in which it came, or is to be sent; frames at first. A kind that has no packed form goes
//  as frames all the same.
BUTLER_EXPORT butler_envelope_t
    butler_msg_envelope (const butler_msg_t *self);

//  0, or -1 with EINVAL for what is no envelope
BUTLER_EXPORT int
    butler_msg_set_envelope (butler_msg_t *self, int envelope);

//  In REQUEST, DISPATCH, packed alone: how many workers were given it before. A client sends 0.
BUTLER_EXPORT uint16_t
    butler_msg_attempt (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_attempt (butler_msg_t *self, uint16_t attempt);

//  In REQUEST, DISPATCH, packed alone: at most 255 bytes of printable UTF-8 that tell which work it
//  is part of; "" for none. The setter returns -1 with EINVAL, and changes nothing, for anything else.
BUTLER_EXPORT const char *
    butler_msg_trace (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_trace (butler_msg_t *self, const char *trace);

//  The name of the kind: "REQUEST", or "" for none
BUTLER_EXPORT const char *
    butler_msg_command (const butler_msg_t *self);

//  The dialect that api_id tells: 0 or 1
BUTLER_EXPORT int
    butler_msg_dialect (const butler_msg_t *self);

//  The peer that a ROUTER socket received it from, or is to send it to
BUTLER_EXPORT const void *
    butler_msg_routing_id (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_routing_id_size (const butler_msg_t *self);

//  0, or -1 with EINVAL: routing ids have at most 255 bytes
BUTLER_EXPORT int
    butler_msg_set_routing_id (butler_msg_t *self, const void *data, size_t size);

//  A field that is missing reads as "" or as no bytes. A setter of text or of a token
//  takes what is allowed there, or "" (none), else it returns -1 with EINVAL and changes nothing.

//  In REQUEST, RESPONSE, DISCOVERY, REPLY, DISPATCH:
//  3 to 255 bytes of printable ASCII with a colon inside
BUTLER_EXPORT const char *
    butler_msg_api_id (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_api_id (butler_msg_t *self, const char *api_id);

//  In REQUEST, DISCOVERY, READY, DISPATCH:
//  1 to 250 bytes of printable UTF-8
BUTLER_EXPORT const char *
    butler_msg_service (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_service (butler_msg_t *self, const char *service);

//  In REQUEST, DISPATCH:
//  1 to 15 digits, or '+' and 1 to 10 digits
BUTLER_EXPORT const char *
    butler_msg_expiration (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_expiration (butler_msg_t *self, const char *expiration);

//  Milliseconds until it expires, where the clock shows `now` (milliseconds since the Unix
//  epoch); negative where it has, 0 where there is none
BUTLER_EXPORT int64_t
    butler_msg_expiration_left (const butler_msg_t *self, int64_t now);

//  In REQUEST, DISPATCH:
//  any bytes, without a NUL behind
BUTLER_EXPORT const void *
    butler_msg_body (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_body_size (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_body (butler_msg_t *self, const void *data, size_t size);

//  In RESPONSE, REPLY:
//  any bytes, without a NUL behind
BUTLER_EXPORT const void *
    butler_msg_response (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_response_size (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_response (butler_msg_t *self, const void *data, size_t size);

//  In DISCOVERY:
//  three digits
BUTLER_EXPORT const char *
    butler_msg_code (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_code (butler_msg_t *self, const char *code);

//  In RELAY:
//  1 to 255 bytes
BUTLER_EXPORT const void *
    butler_msg_worker (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_worker_size (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_worker (butler_msg_t *self, const void *data, size_t size);

//  In RELAY:
//  02 or 03
BUTLER_EXPORT const void *
    butler_msg_order (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_order_size (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_order (butler_msg_t *self, const void *data, size_t size);

//  In REPLY, DISPATCH:
//  1 to 255 bytes
BUTLER_EXPORT const void *
    butler_msg_token (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_token_size (const butler_msg_t *self);

BUTLER_EXPORT int
    butler_msg_set_token (butler_msg_t *self, const void *data, size_t size);

//  In HEARTBEAT:
//  JSON text, without a NUL behind
BUTLER_EXPORT const void *
    butler_msg_notice (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_notice_size (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_notice (butler_msg_t *self, const void *data, size_t size);

//  In READY:
//  JSON text, without a NUL behind
BUTLER_EXPORT const void *
    butler_msg_properties (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_properties_size (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_properties (butler_msg_t *self, const void *data, size_t size);

//  In DISPATCH:
//  JSON text, without a NUL behind
BUTLER_EXPORT const void *
    butler_msg_extra (const butler_msg_t *self);

BUTLER_EXPORT size_t
    butler_msg_extra_size (const butler_msg_t *self);

BUTLER_EXPORT void
    butler_msg_set_extra (butler_msg_t *self, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
