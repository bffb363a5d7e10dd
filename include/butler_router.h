/*  butler_router.h - GENERATED from api/butler_router.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROUTER_H
#define BUTLER_ROUTER_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_router - the router between clients and workers, an actor
//
//  A router binds two sockets, a frontend for clients and a backend for workers, each to
//  any number of endpoints of any transport that libzmq has, so that it can bridge two
//  networks. It gives each request to a worker of the service asked for, or lets it wait
//  for one, within limits, until it expires; it answers for workers that die.
//  doc/PROTOCOL.md says exactly what it does. Any number of routers may run in one process.
//  butlerd is this actor with a configuration file.
//
//  The pipe belongs to one thread at a time. Each command is one message on the pipe, and
//  is answered by exactly one string: "OK", what was asked for, or "ERROR" and the reason.
//  So is a command that is unknown or has the wrong number of arguments.
//
//      BIND side endpoint      bind "frontend" or "backend"; the answer is the endpoint bound,
//                              with the port that the system chose for "tcp://127.0.0.1:*"
//      UNBIND side endpoint    undo a BIND; the endpoint as BIND's answer had it
//      SET path value          change one setting: "router/heartbeat" "1000",
//                              "service/api.images/retry" "3"; butler.cfg (5) has them all
//      LOAD file [listen]      read settings from a ZPL file and bind what it names; a file with
//                              an error changes nothing, and the answer says file, line and key.
//                              With "listen" a side that it names no endpoint for is bound as
//                              butlerd's is: tcp://127.0.0.1:5555, and 5556 for the backend
//      RELOAD                  read that file again, and go over to what it says now. "OK", or
//                              "KEPT" and the names of what only a restart can change; so
//                              answers LOAD where something was bound or loaded before
//      ECHO text               log a text
//      STATS                   counters and gauges as a JSON object, see below
//      VERBOSE                 log what happens, on stderr
//      DRAIN [milliseconds]    refuse new requests; the answer comes when all others have ended
//                              and clients have learnt of it (no request for 300 ms, or 1000 ms
//                              have gone), or after that time (default: server/drain), when the
//                              rest are answered with 503: how many those were
//      $TERM                   end; zactor_destroy () sends it
//
//  Clients and workers that are connected when a router ends find the next router at the
//  same endpoint by themselves; requests that it held are lost with it.
//
//      zactor_t *router = zactor_new (butler_router, NULL);
//      zstr_sendx (router, "BIND", "frontend", "tcp://127.0.0.1:*", NULL);
//      char *endpoint = zstr_recv (router);
//
//  Sockets that ask for keys or passwords, and permissions, stand in a file that LOAD takes; or
//  SET "auth/certificate", "auth/certificates", "auth/passwords", "frontend/security" and
//  "backend/security" before the first BIND of a socket, which settles what it asks for. Who may come in and
//  who may what changes with each LOAD and RELOAD, and, for certificates and passwords,
//  when their files do. Peers over inproc:// are in the same process, and trusted. A process
//  has one handler of ZAP: where it is another's, such as CZMQ's zauth, BIND and LOAD say so.
//
//  Any client may ask the router about itself, by the service butler.router. Where permissions
//  are configured it shows each user what that user may call or serve, and of workers not their
//  properties; admins (auth/admin), and whoever is in the router's own process, see all.
//
//      ping ()                 "pong": the router lives
//      services (offset, limit)
//                              the services it knows, with their workers and requests
//      workers (service, offset, limit)
//                              the workers of a service, or of all where it is ""
//      stats ()                what STATS says, but for the endpoints; with permissions, for
//                              admins alone
//
//  All arguments may be left out. A list is a page of at most 500 rows, fewer where
//  workers say much of themselves, beside the total. A call has at most 4096 bytes.
//
//  In STATS stand, since the router began where nothing else is said:
//
//      accepted                well-formed requests: answered, refused, expired, lost,
//                              undeliverable, cancelled, waiting and running together
//      answered                requests answered by a worker, or by butler.router
//      refused                 requests answered with 403, 404 or 503
//      expired                 requests whose time was over, waiting or running
//      lost                    requests answered with 502, since their worker was lost
//      undeliverable           requests whose answer came, when their client was gone or did
//                              not read
//      cancelled               requests whose client no longer wanted an answer
//      waiting, running        requests, now
//      retried                 times that a request went to another worker, since one had died
//      bounced                 times that a worker did not take a request, which went on to the
//                              next
//      forbidden               requests and discoveries answered with 403, since their user may
//                              not call that service
//      discoveries             questions whether a service has a worker
//      malformed               messages that are none of the protocol's
//      duplicates              requests whose api:id was open
//      late_replies            replies to requests that had ended
//      stray_cancels           cancellations of requests that were not open
//      stray_replies           replies to requests that the worker did not hold
//      registrations           registrations of workers that were taken
//      registrations_refused   and those that were not
//      impostors               messages under a worker's routing id from another user than the
//                              one who registered it; they were dropped
//      reconnects              workers told to register again
//      workers_lost            workers that were silent too long, or gone
//      unsent                  error answers and commands that a peer did not take
//      services, workers       that are known, now
//      held_bytes              that requests cost which wait, or may be given again, now: what
//                              router/bytes limits
//      request_bytes           allocated for requests, whether they wait or run, now; room for
//                              as many as there ever were at a time is kept
//      client_bytes            the same for clients that have requests open
//      service_bytes           allocated for the names of services, now
//      worker_bytes            the same for workers
//      unread_bytes            of bodies over 8192 bytes that were sent and not read, now: what
//                              router/unread limits
//      frontend, backend       the endpoints that are bound
//      security                an object: how frontend and backend ask who comes ("null", "plain",
//                              "curve"), and turned_away: handshakes that came to nothing, as
//                              far as the log was told of them

//  The actor's function: zactor_new (butler_router, NULL). Where no sockets could be made
//  it says so in the log, and answers every command with an ERROR.
BUTLER_EXPORT void
    butler_router (zsock_t *pipe, void *args);

#ifdef __cplusplus
}
#endif
#endif
