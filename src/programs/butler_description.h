/*  butler_description.h - what a service tells of itself: its methods, and how they are called
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_DESCRIPTION_H
#define BUTLER_DESCRIPTION_H

#include "programs/butler_caller.h"

typedef struct {
    const char *service;
    json_t *all;                    //  as the service gave it: "service", "methods"
    const json_t *method;           //  the one that was asked for, or NULL: all of them
} butler_description_t;

//  Asks the service that the first operand names; the second, where there is one, names a method.
//  The exit status, after a message unless it is BUTLER_EXIT_DONE.
int
butler_description_ask (butler_description_t *self, butler_caller_t *caller, butler_client_t *client);

//  In any case
void
butler_description_fini (butler_description_t *self);

//  The method, or all of them, as rows of a table
void
butler_description_print_table (const butler_description_t *self);

//  The method at length: its signature, its arguments, and how to call it
void
butler_description_explain (const butler_description_t *self);

#endif
