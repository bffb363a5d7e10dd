/*  butler_columns.h - JSON objects as the rows of a table for people
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_COLUMNS_H
#define BUTLER_COLUMNS_H

#include <jansson.h>

typedef struct {
    const char *title;              //  "WORKERS"; the last column's is NULL
    const char *key;                //  of the rows, "name" or "properties/worker"
} butler_column_t;

//  Prints an array of objects on stdout. Numbers stand at the right, all else at the left; what a
//  row does not have is "-".
void
butler_columns_print (const butler_column_t *columns, const json_t *rows);

#endif
