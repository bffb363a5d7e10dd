/*  butler_entrance.h - how one of the router's two sockets is secured: who may come in by it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENTRANCE_H
#define BUTLER_ENTRANCE_H

#include "actors/butler_bindings.h"
#include "auth/butler_gate.h"
#include "config/butler_config.h"

//  libzmq lets everybody in where nobody is there to be asked, so a gate outlives its socket
typedef struct {
    butler_gate_t *gate;            //  NULL: nobody is asked who he is
    butler_security_t security;
} butler_entrance_t;

//  As a configuration has it. What a socket asks for is settled by its first bind; after that who may come in can
//  change alone. Bell: an eventfd, which rings as butler_gate.h says. NULL; or what is wrong, a fresh
//  text, and nothing has changed but for a socket that is not bound.
char *
butler_entrance_settle (butler_entrance_t *self, const butler_bindings_t *bindings,
                        const butler_config_t *config, int bell);

void
butler_entrance_fini (butler_entrance_t *self);

//  "null", "plain", "curve"
const char *
butler_entrance_name (const butler_entrance_t *self);

//  Whether anybody who reaches this endpoint may come in, and others than this machine's can
bool
butler_entrance_open_to_all (const butler_entrance_t *self, const butler_config_t *config, const char *endpoint);

#endif
