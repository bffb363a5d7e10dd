/*  butler_sink.h - GENERATED from api/butler_sink.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SINK_H
#define BUTLER_SINK_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_sink - gathers what workers emit
//
//  A sink binds one PULL socket; workers connect to it (SINK, butler_worker_sink ()) and
//  send it payloads of any bytes (EMIT, butler_worker_emit (), butler_request_emit ()).
//  Nothing is answered or kept: what a sink that is away or slow does not take within
//  ZeroMQ's high-water marks is lost.
//
//  As an object it lives in the thread that uses it; no two threads may use it at once. As
//  an actor it has a thread of its own, and each payload comes on its pipe as a message of
//  two frames, "EVENT" and the payload. Where nobody reads the pipe, payloads beyond a
//  bound are dropped and counted. The actor's commands are each answered by exactly one
//  string: "OK", what was asked for, or "ERROR" and the reason.
//
//      BIND endpoint           bind, up to 64 times; the answer is the endpoint bound, with the
//                              port that the system chose for "tcp://127.0.0.1:*"
//      STATS                   a JSON object: events (handed over), dropped (of those that came),
//                              endpoints (an array)
//      VERBOSE                 log what happens, on stderr
//      $TERM                   end; zactor_destroy () sends it

//  The actor's function: zactor_new (butler_sink, NULL).
BUTLER_EXPORT void
    butler_sink (zsock_t *pipe, void *args);

//  Create a sink and bind it: "tcp://127.0.0.1:5558", or with a port that the system
//  chooses "tcp://127.0.0.1:*". Returns NULL with errno where it can't be bound (EINVAL,
//  EADDRINUSE, EACCES and the like), or too few descriptors are left for a socket (EMFILE).
BUTLER_EXPORT butler_sink_t *
    butler_sink_new (const char *endpoint);

//  Destroy the sink and null the reference. Payloads that were not received are lost.
BUTLER_EXPORT void
    butler_sink_destroy (butler_sink_t **self_p);

//  Return the endpoint that is bound, with the port that the system chose. The sink owns it.
BUTLER_EXPORT const char *
    butler_sink_endpoint (const butler_sink_t *self);

//  Set how long butler_sink_recv () waits, in milliseconds: -1, the default, waits without
//  end, 0 does not wait.
BUTLER_EXPORT void
    butler_sink_set_timeout (butler_sink_t *self, int timeout);

//  Wait for the next payload. Returns a fresh frame, which the caller destroys, or NULL on
//  timeout or where the process was interrupted. A message of several frames is no payload,
//  and is dropped.
BUTLER_EXPORT zframe_t *
    butler_sink_recv (butler_sink_t *self);

//  Return the sink's socket, for a zpoller or zloop of one's own. When it is readable, call
//  butler_sink_recv () with timeout 0 until it returns NULL. The socket stays the sink's.
BUTLER_EXPORT zsock_t *
    butler_sink_socket (butler_sink_t *self);

#ifdef __cplusplus
}
#endif
#endif
