/*  butler_type.c - the types that an argument can have
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_type.h"
#include <string.h>

static const char *const s_types [BUTLER_TYPES] = {
    "string", "integer", "real", "number", "boolean", "object", "array", "any"
};

const char *
butler_type_name (butler_type_t type)
{
    return s_types [type];
}

const char *
butler_type_of (const json_t *value)
{
    switch (json_typeof (value)) {
        case JSON_OBJECT:
            return "object";
        case JSON_ARRAY:
            return "array";
        case JSON_STRING:
            return "string";
        case JSON_INTEGER:
            return "integer";
        case JSON_REAL:
            return "real";
        case JSON_TRUE:
        case JSON_FALSE:
            return "boolean";
        case JSON_NULL:
            break;
    }
    return "null";
}

bool
butler_type_accepts (butler_type_t type, const json_t *value)
{
    switch (type) {
        case BUTLER_TYPE_STRING:
            return json_is_string (value);
        case BUTLER_TYPE_INTEGER:
            return json_is_integer (value);
        case BUTLER_TYPE_REAL:
        case BUTLER_TYPE_NUMBER:
            return json_is_number (value);
        case BUTLER_TYPE_BOOLEAN:
            return json_is_boolean (value);
        case BUTLER_TYPE_OBJECT:
            return json_is_object (value);
        case BUTLER_TYPE_ARRAY:
            return json_is_array (value);
        case BUTLER_TYPE_ANY:
        case BUTLER_TYPES:
            break;
    }
    return true;
}

bool
butler_type_parse (const char *name, size_t size, butler_type_t *type)
{
    for (int index = 0; index < BUTLER_TYPES; index++)
        if (strlen (s_types [index]) == size && memcmp (s_types [index], name, size) == 0) {
            *type = (butler_type_t) index;
            return true;
        }
    return false;
}
