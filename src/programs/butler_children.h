/*  butler_children.h - a program that answers requests: one child for each, several side by side
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CHILDREN_H
#define BUTLER_CHILDREN_H

#include "butler_request.h"

typedef struct butler_children butler_children_t;

//  The command and its arguments, borrowed. NULL with errno where there is no such program.
butler_children_t *
butler_children_new (const char *const *command, size_t count, int threads);

//  Nothing runs any more
void
butler_children_destroy (butler_children_t **self_p);

//  What the worker is called, for the programs' environment; to be told before the first request
void
butler_children_set_worker (butler_children_t *self, const char *name);

//  What a program for this request writes to stderr, by lines, instead of on our own: in any thread. To
//  be told before the first request
typedef void (butler_children_heard_fn) (void *arg, const butler_request_t *request, const char *line, size_t size);

void
butler_children_set_heard (butler_children_t *self, butler_children_heard_fn *heard, void *arg);

//  How many requests came to an answer, and how many to a failure
void
butler_children_count (butler_children_t *self, int64_t *answered, int64_t *failed);

//  Handlers whose argument are the children. A direct request's body is the child's stdin, and its
//  stdout the answer. A call is JSON on stdin, and stdout the result: JSON, or else a string.
json_t *
butler_children_answer_direct (butler_request_t *request, void *children);
json_t *
butler_children_answer_call (butler_request_t *request, void *children);

//  Kill what runs for a request that has expired, or was cancelled. How many ms until that is to be asked
//  again; what starts or is cancelled meanwhile may live for so long, though its request expires sooner.
int
butler_children_kill_expired (butler_children_t *self);

//  Kill what runs, and start no more: those requests fail
void
butler_children_kill (butler_children_t *self);

#endif
