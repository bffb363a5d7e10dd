/*  butler_service.h - GENERATED from api/butler_service.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SERVICE_H
#define BUTLER_SERVICE_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_service - what a worker offers: methods under one name
//
//  Make a service, register its methods, and give it to a butler_worker. From then until the
//  worker has ended the service is read-only: the worker's handler threads share it without
//  locks. It must outlive the worker, and may then be used for another. Arguments of requests that
//  were deferred may be read as long as it lives.
//
//  A method is a function, with whatever it is to be given as arg:
//
//      typedef json_t *(butler_method_fn) (butler_request_t *request,
//          void *arg);
//
//  It returns a new reference to its result, json_null () for none, or NULL after
//  butler_request_fail () or butler_request_answer (), or butler_request_defer () to answer
//  later. It runs in one of the worker's handler
//  threads: where there are several, or several services share arg, it guards what it
//  changes. It is registered by its signature, alone or as one row of a table:
//
//      resize (name: string, size: string = "100x100", quality: integer = 80)
//
//      typedef struct {
//          const char *signature;
//          butler_method_fn *handler;
//          const char *doc;            //  one line for people, or NULL
//      } butler_method_t;
//
//  A name is letters, digits and underscores, not a digit first; a method's may be several,
//  joined by dots. The types are string, integer, real, number, boolean, object, array and any.
//  An integer is also a real and a number; null is nothing but any. A default is JSON of the
//  parameter's type; parameters that have one come last. "..." at the end takes whatever
//  is given beyond the parameters. At most 32 parameters. A call whose arguments do not fit is
//  answered with a TypeError, and the handler is not called. A signature without parentheses
//  takes the arguments as they come: butler_request_args () and butler_request_kwargs ().
//
//  The names timeout and close, and those that begin with "butler.", are reserved. Every service
//  answers butler.describe with butler_service_describe ().

//  Make a service of this name: 1 to 250 bytes of printable UTF-8. Returns NULL with EINVAL
//  where it is not that, or begins with "mmi." or "butler.", which are reserved.
BUTLER_EXPORT butler_service_t *
    butler_service_new (const char *name);

//  Destroy the service and null the reference; no worker may be running it.
BUTLER_EXPORT void
    butler_service_destroy (butler_service_t **self_p);

//  Return the service's name. The service owns it.
BUTLER_EXPORT const char *
    butler_service_name (const butler_service_t *self);

//  Register a method by its signature. The handler is called with the request and arg, which
//  the service only passes on. Returns 0, or -1 with EINVAL (the signature can't be
//  understood, its name is reserved, or there is no handler) or EEXIST (registered already);
//  butler_service_error () says what and where, and nothing was registered.
BUTLER_EXPORT int
    butler_service_register (butler_service_t *self, const char *signature, butler_method_fn *handler,
        void *arg);

//  Register a whole object: the methods of a table whose last row is all NULL, all with the
//  same arg. All are registered, or on failure none is. Returns as butler_service_register ().
BUTLER_EXPORT int
    butler_service_register_table (butler_service_t *self, const butler_method_t *table, void *arg);

//  Say in one line, in UTF-8, what a method does, for butler_service_describe (). Returns 0, or
//  -1 with ENOENT where there is no such method.
BUTLER_EXPORT int
    butler_service_set_doc (butler_service_t *self, const char *method, const char *doc);

//  Take direct requests too: those whose body is no RPC, that is, no JSON object with a
//  string "method". Where no method is registered, the handler takes every request but
//  butler.describe. The body is butler_request_body (); butler_request_answer () answers with
//  any bytes. NULL takes the handler away; without one a body that is no RPC is refused (400).
BUTLER_EXPORT void
    butler_service_set_direct (butler_service_t *self, butler_method_fn *handler, void *arg);

//  Set how many threads a worker runs handlers in; 1 by default, clipped to 1024. With 0 they
//  run in the worker's reactor, which is quickest: then they must be short, since nothing is
//  received or sent, and no heartbeat goes out, while one runs.
BUTLER_EXPORT void
    butler_service_set_threads (butler_service_t *self, int threads);

//  Return how many threads a worker runs handlers in.
BUTLER_EXPORT int
    butler_service_threads (const butler_service_t *self);

//  Set how many requests a worker may hold at a time, those in work and those that wait for a
//  thread; clipped to 65535 (a router may allow less). 0, which is the default, is 64 and
//  16 more for each thread, or 256 where there are none. That keeps quick handlers busy.
//  By default a router gives the worker, while requests wait, only as many as keep it busy,
//  since what it holds waits behind the others and is lost with it; it finds out how many by
//  giving it fewer for seconds now and then. One that sets a capacity is given as many as
//  that, always: set one where handlers defer their answers.
BUTLER_EXPORT void
    butler_service_set_capacity (butler_service_t *self, int capacity);

//  Return how many requests a worker may hold at a time.
BUTLER_EXPORT int
    butler_service_capacity (const butler_service_t *self);

//  Say that the methods are safe to repeat: a request whose worker dies before it has
//  answered goes to another, up to this number of times. 0 by default: it is answered with
//  502 at once. A router's configuration has the last word. Clipped to 1000.
BUTLER_EXPORT void
    butler_service_set_retry (butler_service_t *self, int retry);

//  Return how often a request may be repeated.
BUTLER_EXPORT int
    butler_service_retry (const butler_service_t *self);

//  Set what workers of this service are called, 1 to 255 bytes of printable UTF-8: in the
//  router's lists, and in the errors that clients see. HOST/PID where none is set, which
//  several workers in one process share. Returns 0, or -1 with EINVAL where the name is none.
BUTLER_EXPORT int
    butler_service_set_worker (butler_service_t *self, const char *name);

//  Return what workers of this service are called; "" where nothing was set.
BUTLER_EXPORT const char *
    butler_service_worker (const butler_service_t *self);

//  Return a fresh object, {"service": "api.images", "methods": [{"name": "resize",
//  "signature": "resize (name: string)", "doc": ""}]}, methods in order of their names.
BUTLER_EXPORT json_t *
    butler_service_describe (const butler_service_t *self);

//  Return what was wrong with the call that failed last: "'resize (name: strng)', column 15: no
//  type 'strng': string, integer, ...". "" where none did. The service owns it, until the next.
BUTLER_EXPORT const char *
    butler_service_error (const butler_service_t *self);

#ifdef __cplusplus
}
#endif
#endif
