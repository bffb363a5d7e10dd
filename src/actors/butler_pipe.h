/*  butler_pipe.h - an actor's messages to its caller, which may be slow to read them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PIPE_H
#define BUTLER_PIPE_H

#include <stdint.h>
#include <czmq.h>

#define BUTLER_PIPE_MAX 10000       //  messages that wait here once the pipe is full

typedef struct {
    zsock_t *pipe;
    zloop_t *loop;
    zlist_t *waiting;               //  they go as the caller reads
    uint64_t dropped;
} butler_pipe_t;

void
butler_pipe_init (butler_pipe_t *self, zsock_t *pipe, zloop_t *loop);

void
butler_pipe_fini (butler_pipe_t *self);

//  Whether a message would go at once
bool
butler_pipe_is_clear (const butler_pipe_t *self);

//  Takes the message: it goes, or waits, or is dropped and counted where too many do
void
butler_pipe_send (butler_pipe_t *self, zmsg_t **message_p);

//  For a command's function to return: the answer, a fresh string or NULL for "OK", is sent in this way
char *
butler_pipe_answer (butler_pipe_t *self, char *answer);

#endif
