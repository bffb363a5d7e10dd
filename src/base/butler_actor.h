/*  butler_actor.h - the pipe of an actor: a table of commands, each answered exactly once
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ACTOR_H
#define BUTLER_ACTOR_H

#include <czmq.h>

//  A command's function takes its arguments from the message and returns the answer: a fresh
//  string of what it made, NULL for "OK", butler_actor_error (), or butler_actor_later () where
//  the actor sends that one answer itself, when there is something to say.
typedef char *(butler_command_fn) (void *self, zmsg_t *arguments);

typedef struct {
    const char *name;               //  "BIND"; the last row's is NULL
    size_t least, most;             //  how many arguments it takes
    const char *usage;              //  "frontend|backend ENDPOINT", for the error
    butler_command_fn *function;
} butler_command_t;

//  Never wait for a caller that does not read its answers, and always have room for its $TERM, which
//  zactor_destroy () drops where there is none: to be called once, first
void
butler_actor_init (zsock_t *pipe);

//  One that can't work, for this reason (an errno), says so in the log, and answers every command with
//  that until it is told to end
void
butler_actor_fail (zsock_t *pipe, int reason);

//  Receive one command and answer it: "OK" or what it made, or "ERROR " and the reason.
//  0, or -1 where the actor is to end ($TERM, or its pipe is gone).
int
butler_actor_execute (const butler_command_t *table, void *self, zsock_t *pipe);

char *
butler_actor_later (void);

//  Run a loop until one of its handlers ends it: signals are the host's, and no signal ends it
void
butler_actor_run (zloop_t *loop);

//  "ERROR " and the reason
char *
butler_actor_error (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

#endif
