/*  butler_bindings.h - one of the router's two sockets, and what it is bound to
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BINDINGS_H
#define BUTLER_BINDINGS_H

#include <czmq.h>
#include <jansson.h>
#include "broker/butler_settings.h"

typedef struct {
    zsock_t *socket;
    void *handle;                   //  the same, for libzmq
    zlist_t *endpoints;             //  what it is bound to, in order
    bool frontend;
    int64_t wanted;                 //  requests that one peer may have open
    int64_t room;                   //  those that there is room for; 0: nothing was bound yet
    zsock_t *events;                //  of peers that it takes (butler_door.h); NULL: it is bound to no TCP endpoint
    bool watched;                   //  by whoever runs it
} butler_bindings_t;

//  A ROUTER whose routing ids nobody can foresee; 0, or -1 where the system gives no socket
int
butler_bindings_init (butler_bindings_t *self, bool frontend, const butler_settings_t *settings);

//  Limits and the like, for whatever is bound from now on. High-water marks stay as they are at the first
//  bind: libzmq changes those of connections, too, and crashes where one of them is just being closed.
void
butler_bindings_configure (butler_bindings_t *self, const butler_settings_t *settings);

//  Whether there is room for as many requests of one peer as these settings allow
bool
butler_bindings_suit (const butler_bindings_t *self, const butler_settings_t *settings);

void
butler_bindings_fini (butler_bindings_t *self);

//  Whether it is bound to an endpoint, as that was resolved
bool
butler_bindings_has (const butler_bindings_t *self, const char *endpoint);

//  The endpoint as it was resolved ("tcp://127.0.0.1:40007"), or NULL with errno. Borrowed.
const char *
butler_bindings_bind (butler_bindings_t *self, const char *endpoint);

//  0, or -1 with errno
int
butler_bindings_unbind (butler_bindings_t *self, const char *endpoint);

//  Bind what a file names, as far as an earlier file did not: what that one named and this one does
//  not is unbound by butler_bindings_settle () alone. NULL, or the endpoint that can't be bound, with
//  errno.
const char *
butler_bindings_take (butler_bindings_t *self, char *const *endpoints, size_t count);

//  After a take: go over to its file altogether, or back to the one before
void
butler_bindings_settle (butler_bindings_t *self, bool taken);

//  Take no more peers at TCP endpoints, and turn away those who wait; the others stay
void
butler_bindings_shut (butler_bindings_t *self);
void
butler_bindings_open (butler_bindings_t *self);

//  A JSON array; fresh
json_t *
butler_bindings_list (const butler_bindings_t *self);

#endif
