/*  butler_router_parts.h - what the router's actor is made of
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROUTER_PARTS_H
#define BUTLER_ROUTER_PARTS_H

#include <czmq.h>
#include "actors/butler_bindings.h"
#include "actors/butler_carrier.h"
#include "base/butler_actor.h"
#include "base/butler_log.h"
#include "base/butler_trim.h"
#include "broker/butler_dispatch.h"
#include "config/butler_config.h"

#define BUTLER_ROUTER_GROUP 64      //  messages that are received from one socket before they are sent on

typedef struct {
    zsock_t *pipe;
    zloop_t *loop;
    butler_config_t *config;
    char *file;                     //  that LOAD has taken last; NULL: none
    bool listens;                   //  and it was told to "listen"
    butler_bindings_t frontend, backend;
    butler_dispatch_t dispatch;
    butler_carrier_t carrier;
    butler_frames_t in [BUTLER_ROUTER_GROUP];  //  the messages of a group
    butler_now_t now;
    int timer;                      //  -1: nothing is due, none runs
    int64_t drained_by;             //  when DRAIN gives up; 0: not draining, or answered
    int64_t drained_from;           //  when it began
    int64_t asked;                  //  when the last request was seen
    uint64_t seen;                  //  requests that were seen by then
    int again;                      //  an eventfd, while the sockets may have more than one turn takes
    int guard;                      //  a timer while descriptors are short and no peers are taken; -1: else
    int64_t hushed_until;           //  when the log may tell of that again
    butler_trim_t trim;
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

//  Take new peers as long as there are descriptors for them; to be called after each command
void
butler_router_guard (butler_router_parts_t *self);

#endif
