/*  butler_properties.c - what a worker says of itself at READY
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_properties.h"
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "wire/butler_fields.h"
#include "wire/butler_json.h"

#define DEPTH_MAX 32                //  they stand in lists of butler.router, which others must be able to read

//  The number under a key, or what it is where it is absent; -1 where it is none, or out of range
static int
s_number (const json_t *object, const char *key, int64_t least, int64_t most, int64_t absent,
          int64_t *number, char *fault, size_t fault_size)
{
    const json_t *value = json_object_get (object, key);
    *number = value? json_integer_value (value): absent;
    if (!value || (json_is_integer (value) && *number >= least && *number <= most))
        return 0;
    snprintf (fault, fault_size, "property '%s' is to be an integer from %lld to %lld",
              key, (long long) least, (long long) most);
    return -1;
}

static int
s_read (butler_properties_t *self, const json_t *object, uint32_t capacity_limit,
        char *fault, size_t fault_size)
{
    int64_t capacity, threads, paced, retry, packed, request, heartbeat;
    if (s_number (object, "capacity", 1, INT32_MAX, 1, &capacity, fault, fault_size) == -1
    ||  s_number (object, "threads", 0, INT32_MAX, 0, &threads, fault, fault_size) == -1
    ||  s_number (object, "paced", 0, INT32_MAX, 0, &paced, fault, fault_size) == -1
    ||  s_number (object, "retry", 0, 1000, 0, &retry, fault, fault_size) == -1
    ||  s_number (object, "packed", 0, INT32_MAX, 0, &packed, fault, fault_size) == -1
    ||  s_number (object, "request", 0, INT32_MAX, 0, &request, fault, fault_size) == -1
    ||  s_number (object, "heartbeat", 10, 3600000, 0, &heartbeat, fault, fault_size) == -1)
        return -1;
    const char *deadline = json_string_value (json_object_get (object, "deadline"));
    if (capacity > capacity_limit)
        capacity = capacity_limit;
    if (threads == 0 || threads > capacity)     //  none: it answers in its reactor
        threads = capacity;
    *self = (butler_properties_t) {
        .capacity = (uint32_t) capacity,
        .threads = (uint32_t) threads,
        .retry = (int32_t) retry,
        .heartbeat = heartbeat,
        .relative = deadline && strcmp (deadline, "relative") == 0,
        .extra = request > 1,
        .paced = paced > 0,
        .packed = packed > 0,       //  the highest version that it reads; there is one
    };
    return 0;
}

int
butler_properties_parse (butler_properties_t *self, butler_span_t text, uint32_t capacity_limit,
                         char *fault, size_t fault_size)
{
    if (!butler_json_is_shallow (text, DEPTH_MAX)) {
        snprintf (fault, fault_size, "properties are nested deeper than %d", DEPTH_MAX);
        return -1;
    }
    json_error_t error;
    json_t *object = json_loadb ((const char *) text.data, text.size, 0, &error);
    int rc = -1;
    if (!json_is_object (object))
        snprintf (fault, fault_size, "properties are no JSON object%s%s",
                  object? "": ": ", object? "": error.text);
    else
        rc = s_read (self, object, capacity_limit, fault, fault_size);
    json_decref (object);
    return rc;
}

char *
butler_properties_worker (const char *text)
{
    json_t *object = json_loads (text, 0, NULL);
    const char *name = json_string_value (json_object_get (object, "worker"));
    char *copy = NULL;
    if (name && butler_worker_name_valid (butler_span_string (name))) {
        copy = strdup (name);
        assert (copy);
    }
    json_decref (object);
    return copy;
}
