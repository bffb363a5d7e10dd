/*  butler_worker.h - GENERATED from api/butler_worker.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_WORKER_H
#define BUTLER_WORKER_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_worker - serves requests, as an actor that runs methods or as a loop of one's own
//
//  As an actor, a worker runs a butler_service: its reactor keeps up registration and
//  heartbeats with each router, and hands requests to handler threads
//  (butler_service_set_threads ()), so no handler, however long it takes, delays a
//  heartbeat. The service is borrowed, must outlive the actor, and must not be changed
//  while it runs.
//
//      zactor_t *worker = zactor_new (butler_worker, service);
//      zstr_sendx (worker, "CONNECT", "tcp://127.0.0.1:5556", NULL);
//
//  The actor's pipe belongs to one thread at a time. Each command is one message, and is
//  answered by exactly one string: "OK", what was asked for, or "ERROR" and the reason. So
//  is a command that is unknown or has the wrong number of arguments.
//
//      CONNECT endpoint        connect to a router's backend, and register; again for each
//                              further router
//      CURVE keyfile [routerkey]
//                              show routers a key (CURVE) from the next connection on, and take
//                              that router alone whose public key is the given one. The file has
//                              the secret key, as "butler keygen" writes it, and is refused where
//                              others can read it. The router's key is 40 characters (Z85) or a
//                              file that has it; where it is left out, the key's own file says it
//      PLAIN user password     show a user's name and a password (PLAIN) instead, at most 255
//                              bytes each. They travel as they are
//      SINK endpoint           connect to a sink; what the handlers emit goes there
//      EMIT payload            send the sink any bytes
//      SET name value          heartbeat (ms between heartbeats, 10 to 3600000; 1000. A longer
//                              one holds from the next connection on, since the router expects
//                              what it was told), liveness (silent intervals, of the worker or
//                              the router, whichever is longer, after which a router is taken
//                              for dead, 1 to 100; 3), capacity (requests held at a time; registers anew)
//      STATS                   counters as a JSON object, see below
//      VERBOSE                 log what happens, on stderr
//      DRAIN [ms]              leave the routers, finish what was taken; the answer, "OK", comes
//                              when all is done. Requests that handlers deferred are waited for
//                              until they are answered, or no client waits for them any more.
//                              With a limit, 0 to 3600000, an ERROR comes after so many ms and
//                              tells how many are not done. What no handler has begun is then
//                              answered with 503, and the others are told to stop: who looks
//                              (butler_request_cancelled ()) may fail. Their clients still wait:
//                              what is answered before the end goes out, be it a failure or a
//                              result, and another DRAIN waits on. Where the service has no
//                              threads, all this waits for the handler that runs
//      $TERM                   end; zactor_destroy () sends it, and waits for the handlers that
//                              run: what they reply is still sent. What they have not begun is
//                              dropped, and what they deferred is not waited for: DRAIN first
//                              where it matters
//
//  In STATS stand:
//
//      service, capacity       the service's name, and how many requests it may hold
//      held                    requests, now
//      deferred                those among them that handlers have put aside
//      received, answered      requests that came, and replies that went out
//      refused                 requests above the capacity
//      stale                   replies to a router that had lost this worker meanwhile
//      dropped                 requests that were not begun when their router was lost, or at
//                              the end
//      delayed                 replies that a router did not take at once
//      cancelled               requests whose clients gave up while they were held
//      emitted                 events sent to the sink
//      emissions_dropped       events that it did not take
//      routers                 an array: endpoint, state, connections (made so far), open
//                              (requests, now), malformed (messages), refused (why, where the
//                              router does not take this worker), and failed (why, where the
//                              handshake failed: possible causes, and what to do)
//
//  A router that does not let the worker in, for its key or password or for want of one, is tried
//  again at once, then after pauses that grow to half a minute. The log says so once.
//
//  As an object it serves requests taken one by one, in the caller's thread; no two threads
//  may use one at once. The same reactor runs behind it in a thread of its own, so a slow
//  loop beats all the same.
//
//      butler_request_t *reply = NULL;
//      while (!zsys_interrupted) {
//          butler_request_t *request = butler_worker_recv (worker, &reply);
//          if (!request)
//              continue;
//          butler_request_answer (request, "hello world", 11);
//          reply = request;
//      }

//  The actor's function: zactor_new (butler_worker, service), with a butler_service_t.
BUTLER_EXPORT void
    butler_worker (zsock_t *pipe, void *args);

//  Create a worker for one service by name, and connect it to a router's backend. The
//  router need not be there yet. With NULL it is not connected: butler_worker_connect () does
//  that, after butler_worker_set_curve (). Returns NULL with errno: EINVAL where the name is
//  invalid or reserved ("mmi.", "butler."), or the endpoint can't be connected to; EMFILE
//  where too few descriptors are left.
BUTLER_EXPORT butler_worker_t *
    butler_worker_new (const char *endpoint, const char *service);

//  Destroy the worker and null the reference. It leaves its router first; requests that it
//  took and did not reply to are reported lost to their clients. Those in the caller's hands
//  stay the caller's to destroy.
BUTLER_EXPORT void
    butler_worker_destroy (butler_worker_t **self_p);

//  Connect to a router's backend; again for each further router. Returns 0, or -1 with EINVAL:
//  butler_worker_error () says what is wrong.
BUTLER_EXPORT int
    butler_worker_connect (butler_worker_t *self, const char *endpoint);

//  Show routers a key from the next connection on, as the command CURVE does. The router's key
//  may be NULL. Returns 0, or -1 with EINVAL: butler_worker_error () says what is wrong.
BUTLER_EXPORT int
    butler_worker_set_curve (butler_worker_t *self, const char *key_file, const char *router_key);

//  Show routers a user's name and a password, as the command PLAIN does. Returns as
//  butler_worker_set_curve ().
BUTLER_EXPORT int
    butler_worker_set_plain (butler_worker_t *self, const char *user, const char *password);

//  Return what went wrong last: why a router does not let this worker in or does not take it,
//  with the possible causes and what to do, or why one of the methods failed. The text is
//  valid until the worker is used again. NULL where nothing did since a request came.
BUTLER_EXPORT const char *
    butler_worker_error (const butler_worker_t *self);

//  Set how long butler_worker_recv () waits, in milliseconds; 2500 by default. -1 waits
//  without end, 0 does not wait.
BUTLER_EXPORT void
    butler_worker_set_timeout (butler_worker_t *self, int timeout);

//  Set how many requests the worker holds at a time; 1 by default. One that answers out of
//  order, or fetches several before it replies, needs more. Values below 1 are taken as 1.
//  Set it first: the worker registers anew, and what it holds can't be answered any more.
BUTLER_EXPORT void
    butler_worker_set_capacity (butler_worker_t *self, int capacity);

//  Reply to *reply_p where there is one, with whatever answer or failure was set on it,
//  destroy it and null *reply_p; then wait for the next request. reply_p may be NULL.
//  Returns the request, which is the caller's to reply to or destroy, or NULL with errno:
//  EAGAIN on timeout, EINTR where the process was interrupted, or EACCES, once for each reason,
//  where a router does not take this worker or let it in: butler_worker_error () says why, and
//  the worker goes on trying. A request whose client no longer waits is not handed
//  out.
BUTLER_EXPORT butler_request_t *
    butler_worker_recv (butler_worker_t *self, butler_request_t **reply_p);

//  Reply to a request with whatever answer or failure was set on it; requests may be
//  replied to in any order. Where none was set the client gets a RuntimeError. Returns 0 and
//  destroys the request, or -1 with EINVAL where it is not of this worker, or of one that is
//  gone: the request then stays the caller's.
BUTLER_EXPORT int
    butler_worker_reply (butler_worker_t *self, butler_request_t **request_p);

//  Connect to a sink; with several, they take turns. Returns 0, or -1 with EINVAL where the
//  endpoint can't be connected to.
BUTLER_EXPORT int
    butler_worker_sink (butler_worker_t *self, const char *endpoint);

//  Send the sink any bytes, which are copied. Returns 0, or -1 with errno where they were
//  dropped: ENOTCONN (there is no sink) or ENOBUFS (it takes no more now).
BUTLER_EXPORT int
    butler_worker_emit (butler_worker_t *self, const void *data, size_t size);

//  Return a socket for a zpoller or zloop of one's own. When it is readable, set the
//  timeout to 0 and call butler_worker_recv () until it returns NULL. The socket stays the
//  worker's.
BUTLER_EXPORT zsock_t *
    butler_worker_socket (butler_worker_t *self);

#ifdef __cplusplus
}
#endif
#endif
