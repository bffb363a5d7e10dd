/*  butler_list.h - a list of the router's own service, asked for page by page
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LIST_H
#define BUTLER_LIST_H

#include "programs/butler_caller.h"
#include "programs/butler_columns.h"

typedef struct {
    const char *method;             //  "services", which is the key of its rows, too
    const char *filter;             //  an argument of it, or NULL
    const char *wanted;             //  and its value
    const butler_column_t *columns;
} butler_list_t;

//  Prints a table, or a JSON array; the exit status
int
butler_list_print (const butler_list_t *self, butler_caller_t *caller, butler_client_t *client);

#endif
