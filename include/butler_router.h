/*  butler_router.h - GENERATED from api/butler_router.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROUTER_H
#define BUTLER_ROUTER_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_router - is the router between clients and workers, an actor
//
//  A router binds two sockets, a frontend for clients and a backend for workers, each to
//  any number of endpoints of any transport that libzmq has, so that it can bridge two
//  networks. It gives each request to a worker of the service asked for, or lets it wait
//  for one, within limits, until it expires; it answers for workers that die.
//  doc/PROTOCOL.md says exactly what it does. Any number of routers may run in one process.
//  butlerd is this actor with a configuration file.
//
//  The pipe belongs to one thread at a time. Each command is one message on the pipe, and
//  is answered by exactly one string: "OK", what was asked for, or "ERROR " and the reason.
//  So is a command that is unknown or has the wrong number of arguments.
//
//      BIND side endpoint      bind "frontend" or "backend"; the answer is the endpoint bound,
//                              with the port that the system chose for "tcp://127.0.0.1:*"
//      UNBIND side endpoint    undo a BIND; the endpoint as BIND's answer had it
//      SET path value          change one setting: "router/heartbeat" "1000",
//                              "service/api.images/retry" "3"
//      LOAD file               read settings from a ZPL file and bind what it names; a file with
//                              an error changes nothing, and the answer says file, line and key
//      STATS                   counters and gauges as a JSON object
//      VERBOSE                 log what happens, on stderr
//      DRAIN [milliseconds]    refuse new requests; the answer comes when all others have ended,
//                              or after that time (default: server/drain), when the rest are
//                              answered with 503: how many those were
//      $TERM                   end; zactor_destroy () sends it
//
//  Clients and workers that are connected when a router ends find the next router at the
//  same endpoint by themselves; requests that it held are lost with it.
//
//      zactor_t *router = zactor_new (butler_router, NULL);
//      zstr_sendx (router, "BIND", "frontend", "tcp://127.0.0.1:*", NULL);
//      char *endpoint = zstr_recv (router);

//  The actor's function: zactor_new (butler_router, NULL). Where no sockets could be made
//  it says so in the log, and answers every command with an ERROR.
BUTLER_EXPORT void
    butler_router (zsock_t *pipe, void *args);

#ifdef __cplusplus
}
#endif
#endif
