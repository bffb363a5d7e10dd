/*  butler_type.h - the types that an argument can have
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_TYPE_H
#define BUTLER_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

typedef enum {
    BUTLER_TYPE_STRING, BUTLER_TYPE_INTEGER, BUTLER_TYPE_REAL, BUTLER_TYPE_NUMBER,
    BUTLER_TYPE_BOOLEAN, BUTLER_TYPE_OBJECT, BUTLER_TYPE_ARRAY, BUTLER_TYPE_ANY, BUTLER_TYPES
} butler_type_t;

//  "string"
const char *
butler_type_name (butler_type_t type);

//  What a value is: one of these names, or "null"
const char *
butler_type_of (const json_t *value);

//  An integer is also real and number; true is no integer; null is nothing but any
bool
butler_type_accepts (butler_type_t type, const json_t *value);

//  The type called so; false: there is none, and *type is untouched
bool
butler_type_parse (const char *name, size_t size, butler_type_t *type);

#endif
