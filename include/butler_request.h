/*  butler_request.h - GENERATED from api/butler_request.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_REQUEST_H
#define BUTLER_REQUEST_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_request - one request in a worker's hands
//
//  A handler is given the request and returns its result: a new reference to any JSON
//  (json_null () for none), and NULL after butler_request_fail () or butler_request_answer ().
//  What these two set wins over a result that is returned all the same. A handler that
//  returns NULL and sets nothing is answered for with a RuntimeError.
//
//  The request is the handler's until it returns; no other thread may use it. Unless the handler
//  returns butler_request_defer (): then the request is the program's, which answers it later, in
//  any order and from any thread, by butler_request_reply (). One thread at a time uses it. Until
//  it is answered it counts against the worker's capacity. Its client waits no longer than it
//  said (butler_request_time_left ()), and may give up before (butler_request_cancelled ()), but
//  the request has to be answered or destroyed all the same. A worker that ends does not wait for
//  it; then it can't be answered any more.
//
//      static json_t *s_resize (butler_request_t *request, void *arg)
//      {
//          zlist_append (arg, request);        //  for whoever answers it
//          return butler_request_defer (request);
//      }
//      //  later:
//      butler_request_answer_json (request, json_string ("done"));
//      if (butler_request_reply (&request))
//          butler_request_destroy (&request);
//
//  Arguments are borrowed and read-only, since a default is shared by all threads: json_incref () what is to
//  be part of the result, json_deep_copy () what is to be changed.
//
//  In a butler_worker_recv () loop the request is the caller's: set an answer, and give the
//  request back by butler_worker_recv () or butler_worker_reply (). There arguments are not
//  checked by any signature, and the readers by name look into kwargs.

//  Destroy a request and null the reference. Handlers do not: the worker does. It ends a
//  request that was deferred, or taken in a loop of one's own, and is not given back: its
//  client gets the answer that was set, or a RuntimeError, and the worker's place is free
//  again.
BUTLER_EXPORT void
    butler_request_destroy (butler_request_t **self_p);

//  Return the name of the service that was called. This and the texts below are the
//  request's, valid until it ends.
BUTLER_EXPORT const char *
    butler_request_service (const butler_request_t *self);

//  Return the name of the method that was called; "" where the request is a direct one.
BUTLER_EXPORT const char *
    butler_request_method (const butler_request_t *self);

//  Return the API version and id that the client gave its request, "1.0:42". Unique among
//  the open requests of one client alone.
BUTLER_EXPORT const char *
    butler_request_id (const butler_request_t *self);

//  Return for how many milliseconds the client still wants the answer, unless it gives up
//  before; negative where that time is over.
BUTLER_EXPORT int64_t
    butler_request_time_left (const butler_request_t *self);

//  Return whether the handler is to stop: nobody waits for the answer any more, since the
//  client gave up and said so, its time is over, or the worker has lost the router that gave
//  it the request; or the worker was told to end and has no time left (DRAIN). A long handler
//  may look here now and then, which costs no more than a look at the clock, and stop with
//  butler_request_fail (): after DRAIN the client still waits, and gets what the handler
//  returns, so that must not look like a result that is whole. It never changes back. Any
//  thread may ask for as long as it knows that the request is there, which is until its
//  handler returns, or until it is given back. A client that gives up is heard of at once,
//  and at the latest within the worker's heartbeat interval. But where the service has no
//  threads (butler_service_set_threads ()) its handlers keep the worker from hearing
//  anything, and they see the end of the request's time alone. A request that was cancelled
//  before a handler took it is not begun.
BUTLER_EXPORT bool
    butler_request_cancelled (const butler_request_t *self);

//  Return how many workers were given this request before and were lost: 0 for the first. More
//  than 0 is seen only where retry allows it, and means that what was asked for may be done
//  already, in part or as a whole. 0 from a router that does not count.
BUTLER_EXPORT int
    butler_request_attempt (const butler_request_t *self);

//  Return what the client told of the work that this request is part of: a traceparent of W3C
//  Trace Context, or other printable text of at most 255 bytes; "" where it told nothing.
BUTLER_EXPORT const char *
    butler_request_trace (const butler_request_t *self);

//  Return the request's body as it came, butler_request_size () bytes, no NUL behind them.
//  Borrowed and read-only.
BUTLER_EXPORT const void *
    butler_request_body (butler_request_t *self);

//  Return the size of the body in bytes.
BUTLER_EXPORT size_t
    butler_request_size (const butler_request_t *self);

//  Return an argument by its parameter's name; NULL where it is absent or no string. There is
//  no NUL in it: a call with one is refused.
BUTLER_EXPORT const char *
    butler_request_string (const butler_request_t *self, const char *name);

//  Return an argument by its parameter's name; 0 where it is absent or no integer.
BUTLER_EXPORT int64_t
    butler_request_integer (const butler_request_t *self, const char *name);

//  Return an argument by its parameter's name, an integer as well; 0 where it is absent or
//  no number.
BUTLER_EXPORT double
    butler_request_real (const butler_request_t *self, const char *name);

//  Return an argument by its parameter's name; false where it is absent or no boolean.
BUTLER_EXPORT bool
    butler_request_boolean (const butler_request_t *self, const char *name);

//  Return an argument by its parameter's name, whatever it is; NULL where it is absent. What
//  is no parameter is looked for among the keyword arguments. Borrowed and read-only.
BUTLER_EXPORT json_t *
    butler_request_json (const butler_request_t *self, const char *name);

//  Return the positional arguments as they came, an array; NULL where the call has none.
//  Borrowed and read-only.
BUTLER_EXPORT json_t *
    butler_request_args (const butler_request_t *self);

//  Return the keyword arguments as they came, an object; NULL where the call has none. Where
//  a call has neither "args" nor "kwargs", they are all members of its body but "method":
//  {"method": "resize", "size": "150x180"}. Borrowed and read-only.
BUTLER_EXPORT json_t *
    butler_request_kwargs (const butler_request_t *self);

//  Answer with an exception: its name as Python has it, "LookupError", and a message. Returns
//  NULL, for `return butler_request_fail (...)`. Another outcome that was set before is
//  forgotten. What is not UTF-8 is replaced.
BUTLER_EXPORT json_t *
    butler_request_fail (butler_request_t *self, const char *name, const char *format, ...)
    BUTLER_PRINTF (3, 4);

//  Say where it failed, in lines of text, for the client's programmer. Goes with
//  butler_request_fail (), called before or after it. The text is copied.
BUTLER_EXPORT void
    butler_request_set_traceback (butler_request_t *self, const char *traceback);

//  Answer with these bytes as they are; they are copied. Returns NULL, for
//  `return butler_request_answer (...)`. Another outcome that was set before is forgotten.
BUTLER_EXPORT json_t *
    butler_request_answer (butler_request_t *self, const void *data, size_t size);

//  Answer with a result, as a handler does by returning it; for a butler_worker_recv () loop.
//  Takes the reference. Returns NULL. Another outcome that was set before is forgotten.
BUTLER_EXPORT json_t *
    butler_request_answer_json (butler_request_t *self, json_t *result);

//  Put the request aside: the handler returns, and the request is answered later, by
//  butler_request_reply (). Returns NULL, for `return butler_request_defer (request)`, which is
//  the last that a handler may do with it: another thread that was told of the request before
//  may already have answered it.
BUTLER_EXPORT json_t *
    butler_request_defer (butler_request_t *self);

//  Answer a request that was deferred, with whatever answer or failure was set on it; where
//  none was, the client gets a RuntimeError. Any thread may do so, before the handler has
//  returned, too. Returns 0 and nulls the reference: the request is the worker's. Or -1 with
//  ESHUTDOWN where the worker is gone: then the request stays the caller's to destroy, and
//  its client was told that the worker is lost. In a butler_worker_recv () loop it does as
//  butler_worker_reply (), in the loop's own thread.
BUTLER_EXPORT int
    butler_request_reply (butler_request_t **self_p);

//  Send an event to the sink that the worker is connected to. The bytes are copied. It goes
//  out at once, whatever comes of the request. Returns 0, or -1 with errno where it was
//  dropped: ENOTCONN (the worker has no sink) or ENOBUFS (the sink takes no more now).
BUTLER_EXPORT int
    butler_request_emit (butler_request_t *self, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
