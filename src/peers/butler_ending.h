/*  butler_ending.h - what a request came to, read as far as somebody asks
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENDING_H
#define BUTLER_ENDING_H

#include <stdbool.h>
#include <zmq.h>
#include "peers/butler_call_id.h"
#include "peers/butler_pending.h"
#include "wire/butler_dialect.h"

typedef struct {
    zmq_msg_t body;
    size_t offset;                  //  where in it the answer begins, which is its end
    bool answered;                  //  body is the answer
    bool read;                      //  outcome says what it means
    butler_outcome_t outcome;
    char *error;                    //  one line, once asked for
    butler_names_t names;           //  what the request was for
    uint64_t number;                //  0: it never became a request
    char request [BUTLER_DIGITS + 1];   //  its id, once asked for
} butler_ending_t;

void
butler_ending_init (butler_ending_t *self);

void
butler_ending_fini (butler_ending_t *self);

//  What an ended call came to: its answer is moved, its status says why there is none
void
butler_ending_take (butler_ending_t *self, butler_call_t *call);

//  No answer: a status of 0 or -1, and why. What it was for stays as it was told last.
void
butler_ending_fail (butler_ending_t *self, int status, const char *name, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

//  The reason is a fresh text, which it keeps
void
butler_ending_reject (butler_ending_t *self, char *reason);

//  It is about a request that was not sent; a method of NULL is none
void
butler_ending_name (butler_ending_t *self, const char *service, const char *method);

//  It is about this call, whose names it takes
void
butler_ending_adopt (butler_ending_t *self, butler_call_t *call);

//  The answer's bytes, where there is one
butler_span_t
butler_ending_body (butler_ending_t *self);

int
butler_ending_status (butler_ending_t *self);

const butler_outcome_t *
butler_ending_outcome (butler_ending_t *self);

//  "TypeError: resize_image() takes 2 arguments (0 given)"; NULL where all is well
const char *
butler_ending_error (butler_ending_t *self);

//  Where it went wrong, as the error tells it, or as far as it is known here; "" where it is not.
//  Only where something did.
const char *
butler_ending_service (butler_ending_t *self);
const char *
butler_ending_method (butler_ending_t *self);
const char *
butler_ending_worker (butler_ending_t *self);
const char *
butler_ending_request (butler_ending_t *self);

#endif
