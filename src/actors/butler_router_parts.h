/*  butler_router_parts.h - what the router's actor is made of
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROUTER_PARTS_H
#define BUTLER_ROUTER_PARTS_H

#include <czmq.h>
#include "actors/butler_bindings.h"
#include "actors/butler_carrier.h"
#include "actors/butler_entrance.h"
#include "base/butler_actor.h"
#include "base/butler_log.h"
#include "base/butler_trim.h"
#include "broker/butler_dispatch.h"
#include "config/butler_config.h"

#define BUTLER_ROUTER_GROUP 64      //  messages that are received from one socket before they are sent on

//  Whom the router did not let in, as far as the log was not told
typedef struct {
    int bell;                       //  an eventfd, which gates ring
    uint64_t generation;            //  of both gates, as the broker knows them
    unsigned failed [2];            //  handshakes, of frontend and backend
    int reason [2];                 //  why the last one of them did
    uint64_t count [2];             //  of all that were turned away
    int64_t hushed_until [2] [2];   //  when the log may tell of more that failed, and of more whom the gate refused
    int timer;                      //  that waits for that; -1: none does
} butler_turned_away_t;

typedef struct {
    zsock_t *pipe;
    zloop_t *loop;
    butler_config_t *config;
    char *file;                     //  that LOAD has taken last; NULL: none
    bool listens;                   //  and it was told to "listen"
    butler_bindings_t frontend, backend;
    butler_entrance_t entrance [2]; //  of frontend and backend
    butler_turned_away_t turned_away;
    butler_dispatch_t dispatch;
    butler_carrier_t carrier;
    butler_frames_t in [BUTLER_ROUTER_GROUP];  //  the messages of a group
    butler_now_t now;
    int timer;                      //  -1: nothing is due, none runs
    int64_t drained_by;             //  when DRAIN gives up; 0: not draining, or answered
    int64_t drained_from;           //  when it began
    int64_t open;                   //  when a request was open for the last time since
    int64_t asked;                  //  when the last request was seen
    uint64_t seen;                  //  requests that were seen by then
    size_t abandoned;               //  since then
    int again;                      //  an eventfd, while the sockets may have more than one turn takes
    int guard;                      //  a timer while descriptors are short and no peers are taken; -1: else
    int64_t hushed_until;           //  when the log may tell of that again
    butler_trim_t trim;
    int64_t refused_since;          //  when the log began to tell of refused workers,
    uint64_t refused_told;          //  how many it told of since then,
    uint64_t refused_untold;        //  and how many it did not tell of
    bool shut_loudly;               //  it has been told of it
    int64_t deaf_hushed_until;      //  when the log may tell of peers that do not read
    uint64_t deaf_told [2];         //  messages that were told of, of clients and of workers
    butler_log_level_t log_level;
} butler_router_parts_t;

//  What the actor's pipe takes: BIND, UNBIND, SET, LOAD, RELOAD, STATS, VERBOSE, ECHO, DRAIN
extern const butler_command_t butler_router_commands [];

//  Bytes that it holds, or libzmq for it
int64_t
butler_router_held (const butler_router_parts_t *self);

//  Bring `now` up to date
void
butler_router_update_now (butler_router_parts_t *self);

//  Take all that has come, and whatever has become due or free; to be called whenever anything was done
//  with the sockets
void
butler_router_serve (butler_router_parts_t *self);

//  Let the timer run where something is due, and stop it where nothing is
void
butler_router_adjust_timer (butler_router_parts_t *self);

//  Bind one more endpoint: that, fresh, with the port that the system chose; or ERROR and the reason
char *
butler_router_bind (butler_router_parts_t *self, butler_bindings_t *bindings, char *endpoint);

//  Change one setting. NULL, or ERROR and the reason.
char *
butler_router_set (butler_router_parts_t *self, const char *path, const char *value);

//  All of a file, or nothing: NULL, or ERROR and the reason. Where one was taken before, *kept_p says what of it
//  only a restart can change.
char *
butler_router_load (butler_router_parts_t *self, const char *file, bool listens, char **kept_p);

//  Make sockets that are not bound as this configuration has them, and let those in by the others that may come.
//  NULL, or a fresh text that says what is wrong.
char *
butler_router_secure (butler_router_parts_t *self, const butler_config_t *config);

//  Tell of permissions for users who can't come in: somebody misspelt a name, or forgot a file
void
butler_router_warn_of_users (butler_router_parts_t *self);

//  Who may come in, or what they may, has changed: all are judged anew
void
butler_router_admit_again (butler_router_parts_t *self);

//  Look after the gates: who may come in no longer, and who was turned away
void
butler_router_watch_gates (butler_router_parts_t *self);

//  {"frontend": "curve", "backend": "null", "turned_away": 3}, fresh
json_t *
butler_router_describe_security (const butler_router_parts_t *self);

//  So many handshakes failed, the last one for this reason
void
butler_router_note_failure (butler_router_parts_t *self, bool frontend, unsigned count, int reason);

//  Take new peers as long as there are descriptors for them; to be called after each command
void
butler_router_guard (butler_router_parts_t *self);

#endif
