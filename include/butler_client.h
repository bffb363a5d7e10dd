/*  butler_client.h - GENERATED from api/butler_client.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CLIENT_H
#define BUTLER_CLIENT_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_client - calls services through a router
//
//  A client owns its DEALER socket and lives in the thread that uses it: it starts no
//  thread, and no two threads may use it at once (it may be handed on, with a full fence
//  between). There are two ways to use it, which may be mixed. butler_client_call () and
//  butler_client_send () wait for their answer. butler_client_submit () only sends; any
//  number of requests may be open, and butler_client_recv () hands out the answers in the
//  order in which they come. For a program with a loop of its own, butler_client_socket ()
//  tells when there is something to receive, and butler_client_wait () when the next
//  timeout is due.
//
//  What a request came to is a status:
//
//      200                     there is a result
//      400                     the request was not understood
//      403                     this client may not call this service
//      404                     there is no such service, or no such method
//      500                     the handler failed, or the arguments did not fit its signature
//      502                     the worker was lost before it answered
//      503                     router or worker take no more now
//      504                     the router ended it since it expired
//      0                       no answer came in time, or the wait was interrupted
//      -1                      it could not be sent: no router took it in time, or it was refused
//                              here (no endpoint, a bad name, bad arguments, too many open), or
//                              no router let this client in
//
//  butler_client_status () and what stands below it speak of the request that ended last.
//  What they return is the client's, and valid until the next call that sends or receives.
//  Before the first request the status is 200, and there is nothing to read.
//
//  Each attempt takes at most `timeout` milliseconds. A persistent client, which is the
//  default, keeps its socket, sends once and waits for timeout times retries. One that is
//  not persistent makes a new socket and sends again for each attempt: such a call may run
//  twice, so use it for methods that may. An answer to an earlier attempt is as good as one
//  to the last. The request tells the router how long the answer
//  is wanted, as milliseconds from then, so no clock needs to be right.
//
//  A request that is given up is cancelled: the router is told when its time is over, when a
//  wait for it is interrupted, by butler_client_cancel (), and when the client is destroyed.
//
//  Nothing ages unseen in a queue for a router that is not there: a request waits in the
//  client until a router takes it, or until its time is over. At most 100,000 requests may
//  be open.
//
//  Where a router asks for a key (CURVE) or a password (PLAIN), butler_client_set_curve () or
//  butler_client_set_plain () comes first, and butler_client_connect () after it. A client that no
//  router lets in learns it at once: what waits to be sent ends with status -1 and the error
//  HandshakeFailed, which names the possible causes and what to do. With several routers it ends
//  once each was tried. Later requests try anew.
//
//  A signal for which there is a handler ends the wait of the thread that it comes to.

//  Create a client and connect it to a router's frontend, "tcp://127.0.0.1:5555". The
//  router need not be there yet. With NULL it is not connected: butler_client_connect ()
//  does that. Returns NULL with errno where the endpoint is invalid (EINVAL,
//  EPROTONOSUPPORT), or too few descriptors are left for a socket (EMFILE).
BUTLER_EXPORT butler_client_t *
    butler_client_new (const char *endpoint);

//  Destroy the client and null the reference. Requests that are open are cancelled.
BUTLER_EXPORT void
    butler_client_destroy (butler_client_t **self_p);

//  Connect to one more router, which must know the same services. When the router in use
//  falls silent while an answer is awaited, the client moves on to the next; so it does when
//  that router is about to end, and what it refused for that goes to the next router: no
//  worker has had it. What was sent to a router that died may have been run, and is sent
//  again by a client alone that is not persistent. Returns 0, or -1 with errno as
//  butler_client_new () does.
BUTLER_EXPORT int
    butler_client_connect (butler_client_t *self, const char *endpoint);

//  Show routers a key (CURVE), and talk to that router alone whose public key is the given
//  one. The file has the secret key, as "butler keygen" writes it, and is refused where others
//  can read it. The router's key is 40 characters (Z85) or the name of a file that has it;
//  with NULL the key's own file says it. Connections that are there stay as they are. Returns
//  0, or -1 with EINVAL: butler_client_error () says what is wrong.
BUTLER_EXPORT int
    butler_client_set_curve (butler_client_t *self, const char *key_file, const char *router_key);

//  Show routers a user's name and a password (PLAIN), at most 255 bytes each, instead. They
//  travel as they are, for whoever can listen on the way. Returns as butler_client_set_curve ().
BUTLER_EXPORT int
    butler_client_set_plain (butler_client_t *self, const char *user, const char *password);

//  Set how long one attempt may take, in milliseconds; 2500 by default. Holds for requests
//  that are sent from now on. Values below 1 are taken as 1.
BUTLER_EXPORT void
    butler_client_set_timeout (butler_client_t *self, int timeout);

//  Set the number of attempts; 1 by default. Values below 1 are taken as 1.
BUTLER_EXPORT void
    butler_client_set_retries (butler_client_t *self, int retries);

//  Choose between one socket that is kept (true, the default) and a new socket, with the
//  request sent again, for each attempt. Holds for requests that are sent from now on.
BUTLER_EXPORT void
    butler_client_set_persistent (butler_client_t *self, bool persistent);

//  Set what tells workers, logs and tracers which work requests are part of that are sent
//  from now on: a `traceparent` of W3C Trace Context, or any other printable UTF-8 of at
//  most 255 bytes; NULL for none, which is the default. It travels in the packed envelope
//  alone. The client asks its router for that with the first request that has a trace; those
//  before the answer go without, and so do all where the router does not know it. Returns 0,
//  or -1 with EINVAL.
BUTLER_EXPORT int
    butler_client_set_trace (butler_client_t *self, const char *trace);

//  Call a method and wait for its result. The picture is the inside of an array in the
//  notation of jansson's json_pack (): "ss{s:i}" with the values after it; "" or NULL for
//  no arguments. Returns a fresh reference, which the caller gives back by json_decref (),
//  or NULL: then butler_client_status () and butler_client_error () say why. Answers to
//  other requests that come meanwhile are kept for butler_client_recv ().
//
//      json_t *result = butler_client_call (client, "api.images",
//          "resize_image", "ss", "test.jpeg", "150x180");
BUTLER_EXPORT json_t *
    butler_client_call (butler_client_t *self, const char *service, const char *method,
        const char *picture, ...);

//  Call a method with arguments that are JSON already: an array, and an object of named
//  ones. Either may be NULL; both stay the caller's. Returns as butler_client_call ().
BUTLER_EXPORT json_t *
    butler_client_call_json (butler_client_t *self, const char *service, const char *method,
        const json_t *args, const json_t *kwargs);

//  Send any bytes to a service and wait for the bytes of its answer: a direct request. The
//  bytes are copied. An answer that is an error is returned raw as well;
//  butler_client_status () tells. Returns a fresh frame, which the caller destroys, or NULL
//  where no answer came.
BUTLER_EXPORT zframe_t *
    butler_client_send (butler_client_t *self, const char *service, const void *data,
        size_t size);

//  Ask the router whether a live worker serves this name, and wait for its answer. Returns
//  200 where one does, 400 where none does, or -1 where the router did not answer in time or
//  could not be asked: butler_client_error () says why.
BUTLER_EXPORT int
    butler_client_find (butler_client_t *self, const char *service);

//  Send a call and do not wait. The picture is as for butler_client_call (). Returns the
//  request's number, unique in this client and never 0; butler_client_recv () returns it
//  when the request has ended. Returns 0 with errno where there is no such request:
//  EINVAL (no name of a service, or bad arguments), ENOTCONN (no endpoint), or ENOBUFS (too
//  many are open); butler_client_error () says it in words.
BUTLER_EXPORT uint64_t
    butler_client_submit (butler_client_t *self, const char *service, const char *method,
        const char *picture, ...);

//  Send a call whose arguments are JSON already, as for butler_client_call_json (), and do
//  not wait. Returns as butler_client_submit ().
BUTLER_EXPORT uint64_t
    butler_client_submit_json (butler_client_t *self, const char *service, const char *method,
        const json_t *args, const json_t *kwargs);

//  Send any bytes, which are copied, to a service and do not wait. Returns as
//  butler_client_submit ().
BUTLER_EXPORT uint64_t
    butler_client_submit_direct (butler_client_t *self, const char *service, const void *data,
        size_t size);

//  Wait up to `timeout` milliseconds for a submitted request to end, by its answer or by
//  its own timeout; 0 does not wait, -1 waits while any is open. Returns its number, or 0
//  with errno: EAGAIN (none ended in time, or none is open) or EINTR (the process was
//  interrupted). Answers that nobody awaits any more are dropped.
BUTLER_EXPORT uint64_t
    butler_client_recv (butler_client_t *self, int timeout);

//  Give up on a request that was submitted, by its number. butler_client_recv () does not
//  return it, and the router is told, which does not wait for anything: a request that
//  waits is given to no worker, and a worker that has it may stop. Returns 0, or -1 with
//  ENOENT where no such request is open: butler_client_recv () has returned it, or is
//  about to.
BUTLER_EXPORT int
    butler_client_cancel (butler_client_t *self, uint64_t number);

//  Return how many submitted requests butler_client_recv () has not returned yet.
BUTLER_EXPORT int
    butler_client_pending (const butler_client_t *self);

//  Return the client's socket, for a zpoller or zloop of one's own. When it is readable,
//  call butler_client_recv () with timeout 0 until it returns 0. The socket stays the
//  client's, and changes when a client that is not persistent starts a new attempt, or the
//  client moves to another router: ask again after each butler_client_recv (). NULL before
//  the first endpoint.
BUTLER_EXPORT zsock_t *
    butler_client_socket (butler_client_t *self);

//  Return the milliseconds until the client has something to do though nothing is received,
//  such as a timeout or another attempt; 0 where that is due already, or -1 where no request
//  is open. Call butler_client_recv () with timeout 0 by then.
BUTLER_EXPORT int
    butler_client_wait (const butler_client_t *self);

//  Return what the request that ended last came to: one of the numbers above.
BUTLER_EXPORT int
    butler_client_status (const butler_client_t *self);

//  Return its result, borrowed: incref it to keep it. NULL where the status is not 200, or
//  the bytes of a direct answer are neither JSON nor UTF-8.
BUTLER_EXPORT const json_t *
    butler_client_result (const butler_client_t *self);

//  Return the bytes of its answer as they came, NULL where none came.
BUTLER_EXPORT const void *
    butler_client_body (const butler_client_t *self);

//  Return how many bytes its answer has.
BUTLER_EXPORT size_t
    butler_client_size (const butler_client_t *self);

//  Return one line that says what went wrong, "TypeError: resize_image() takes 2 arguments
//  (0 given)". NULL where nothing did.
BUTLER_EXPORT const char *
    butler_client_error (const butler_client_t *self);

//  Return the error's name alone, "TypeError". NULL where nothing went wrong, "" where the
//  error has none.
BUTLER_EXPORT const char *
    butler_client_error_name (const butler_client_t *self);

//  Return the error's message alone. NULL where nothing went wrong, "" where the error has
//  none.
BUTLER_EXPORT const char *
    butler_client_error_message (const butler_client_t *self);

//  Return where in the worker it went wrong, as the worker tells it. NULL where nothing
//  went wrong, "" where the error has none.
BUTLER_EXPORT const char *
    butler_client_error_traceback (const butler_client_t *self);

//  Return the service that the request was for, as the error tells it or, where it tells
//  nothing or none came, as it was sent. NULL where nothing went wrong.
BUTLER_EXPORT const char *
    butler_client_error_service (const butler_client_t *self);

//  Return the method that was called, known as the service is. NULL where nothing went
//  wrong, "" where the request was no call.
BUTLER_EXPORT const char *
    butler_client_error_method (const butler_client_t *self);

//  Return which worker failed or was lost, by the name that it gave itself. NULL where
//  nothing went wrong, "" where no worker had the request, or none is known by name.
BUTLER_EXPORT const char *
    butler_client_error_worker (const butler_client_t *self);

//  Return the request's id, "1.0:42", as worker and router know it and may log it. NULL where
//  nothing went wrong, "" where the request was refused here.
BUTLER_EXPORT const char *
    butler_client_error_request (const butler_client_t *self);

#ifdef __cplusplus
}
#endif
#endif
