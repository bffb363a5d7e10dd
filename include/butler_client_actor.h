/*  butler_client_actor.h - GENERATED from api/butler_client_actor.api; edit that, then make code
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CLIENT_ACTOR_H
#define BUTLER_CLIENT_ACTOR_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

//  butler_client_actor - a client as an actor, for programs that are all actors
//
//  The same as butler_client, in a thread of its own on a zloop. A client in the caller's
//  thread is quicker, since each call crosses no pipe; this one fits where a thread must
//  not own sockets, or waits on pipes alone. The pipe belongs to one thread at a time.
//
//  Each command is one message on the pipe. All but CALL and SEND are answered at once by
//  one string: "OK", what was asked for, or "ERROR" and the reason. So is a command that
//  is unknown or has the wrong number of arguments.
//
//      CONNECT endpoint        connect to a router's frontend; again for each further router
//      CURVE keyfile [routerkey]
//                              show routers a key from now on, as butler_client_set_curve () does
//      PLAIN user password     or a name and a password, as butler_client_set_plain () does
//      SET name value          timeout (ms for an attempt, 1 to 3600000; 2500), retries (attempts,
//                              1 to 1000; 1), persistent (1 or 0; 1)
//      CALL tag service method args [kwargs]
//                              call a method: args is a JSON array, kwargs a JSON object,
//                              either may be empty
//      SEND tag service body   send a direct request of any bytes
//      CANCEL tag              give up on what is open under this tag: each CALL or SEND is
//                              answered, with status 0, and then "OK"
//      STATS                   counters as a JSON object, see below
//      VERBOSE                 log what happens, on stderr
//      $TERM                   end; zactor_destroy () sends it
//
//  CALL and SEND are answered later, in the order in which the answers come, each by
//  exactly one message of three frames: the tag, any bytes that the caller chose; the
//  status as a decimal number, as butler_client_status () has it; and the result as JSON text
//  (for SEND the answer's bytes), or, where the status is not 200, the error's text. A
//  number of requests may be open, 1000; what is above it, or can't be sent, is answered at
//  once, with status 503 or -1.
//
//  In STATS stand:
//
//      open                    requests, now
//      sent, answered, failed  requests since the actor began: in all, with status 200, and with
//                              any other
//      refused                 requests above the limit
//      dropped                 messages that the caller did not read in time
//      unknown, malformed      messages from routers: answers that nobody awaits, and what is
//                              none of the protocol's
//
//  Read what comes: the actor keeps up to 10,000 messages for a caller that does not, beyond
//  what fits into the pipe; further ones are dropped and counted, so an answer would be missed.

//  The actor's function: zactor_new (butler_client_actor, NULL). Requests that are open
//  when the actor ends are cancelled.
BUTLER_EXPORT void
    butler_client_actor (zsock_t *pipe, void *args);

#ifdef __cplusplus
}
#endif
#endif
