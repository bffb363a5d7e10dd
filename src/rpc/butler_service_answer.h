/*  butler_service_answer.h - a service at work: a request goes in, its response comes out
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SERVICE_ANSWER_H
#define BUTLER_SERVICE_ANSWER_H

#include "butler_request.h"
#include "butler_service.h"

//  Decodes the request, finds its method, binds and checks its arguments, calls the handler, and
//  leaves the complete response in the request (butler_request_response (), is_silent ()).
//  Whatever the request holds, there is a response. Any number of threads may do this with one
//  service at a time, each with a request of its own. False: the handler put the request aside, and
//  who answers it may be at work already: only its keeper's notes may be touched.
bool
butler_service_answer (const butler_service_t *self, butler_request_t *request);

//  What READY tells the router of a worker that is called so, may hold so many requests (0: as the service has it),
//  and beats every so many ms: a fresh text of JSON. The methods' signatures are left out where they would make it long (a
//  router limits it); butler.describe has them.
char *
butler_service_properties (const butler_service_t *self, const char *worker, int capacity, int64_t heartbeat);

#endif
