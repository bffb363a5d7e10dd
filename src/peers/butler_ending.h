/*  butler_ending.h - what a request came to, read as far as somebody asks
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENDING_H
#define BUTLER_ENDING_H

#include <stdbool.h>
#include <zmq.h>
#include "peers/butler_pending.h"
#include "wire/butler_dialect.h"

typedef struct {
    zmq_msg_t body;
    bool answered;                  //  body is the answer
    bool read;                      //  outcome says what it means
    butler_outcome_t outcome;
    char *error;                    //  one line, once asked for
} butler_ending_t;

void
butler_ending_init (butler_ending_t *self);

void
butler_ending_fini (butler_ending_t *self);

//  What an ended call came to: its answer is moved, its status says why there is none
void
butler_ending_take (butler_ending_t *self, butler_call_t *call);

//  No answer: a status of 0 or -1, and why
void
butler_ending_fail (butler_ending_t *self, int status, const char *name, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

//  The reason is a fresh text, which it keeps
void
butler_ending_reject (butler_ending_t *self, char *reason);

int
butler_ending_status (butler_ending_t *self);

const butler_outcome_t *
butler_ending_outcome (butler_ending_t *self);

//  "TypeError: resize_image() takes 2 arguments (0 given)"; NULL where all is well
const char *
butler_ending_error (butler_ending_t *self);

#endif
