/*  butler_introspect.h - butler.router: the router's own service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_INTROSPECT_H
#define BUTLER_INTROSPECT_H

#include "broker/butler_dispatch.h"

//  ping, services, workers, stats
butler_service_t *
butler_introspect_new (butler_dispatch_t *dispatch);

//  Answer a request to butler.router
void
butler_introspect_answer (butler_dispatch_t *self, const butler_view_t *view, butler_verdict_t *verdict);

//  All counters; fresh
json_t *
butler_introspect_stats (const butler_dispatch_t *self);

#endif
