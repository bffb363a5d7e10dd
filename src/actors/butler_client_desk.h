/*  butler_client_desk.h - the requests of a client actor, by the tags that its caller gave them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CLIENT_DESK_H
#define BUTLER_CLIENT_DESK_H

#include "actors/butler_pipe.h"
#include "base/butler_log.h"
#include "butler_client.h"

//  A request that is open
typedef struct butler_tagged butler_tagged_t;

typedef struct {
    zloop_t *loop;
    butler_pipe_t out;
    butler_client_t *client;
    butler_tagged_t *open;        //  by number
    zsock_t *watched;               //  the client's socket, as the loop knows it
    uint32_t epoch;                 //  which of its sockets that is
    int timer;
    butler_log_level_t log_level;
    uint64_t sent, answered, failed, refused;
} butler_client_desk_t;

//  In the thread of this pipe
void
butler_client_desk_init (butler_client_desk_t *self, zsock_t *pipe);

void
butler_client_desk_fini (butler_client_desk_t *self);

//  Keeps the loop's timer and socket as the client needs them; to be called after each use of it
void
butler_client_desk_adjust (butler_client_desk_t *self);

//  What stands behind CALL's and SEND's name. Each is answered later, or at once where it fails.
void
butler_client_desk_call (butler_client_desk_t *self, zmsg_t *arguments);
void
butler_client_desk_send (butler_client_desk_t *self, zmsg_t *arguments);

//  Takes back what is open under a tag; false: nothing is. Each is answered before that.
bool
butler_client_desk_cancel (butler_client_desk_t *self, zframe_t *tag);

//  A JSON object; fresh
json_t *
butler_client_desk_stats (const butler_client_desk_t *self);

#endif
