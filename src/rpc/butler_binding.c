/*  butler_binding.c - the arguments of one call, laid to a method's parameters
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_binding.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  "name() " and what is wrong
static char *
s_error (const butler_signature_t *signature, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

static char *
s_error (const butler_signature_t *signature, const char *format, ...)
{
    char *reason = NULL, *error = NULL;
    va_list arguments;
    va_start (arguments, format);
    int rc = vasprintf (&reason, format, arguments);
    va_end (arguments);
    assert (rc >= 0);
    rc = asprintf (&error, "%s() %s", signature->name, reason);
    assert (rc >= 0);
    (void) rc;
    free (reason);
    return error;
}

static char *
s_count_error (const butler_signature_t *signature, size_t given)
{
    if (signature->count == 0 && !signature->rest)
        return s_error (signature, "takes no arguments (%zu given)", given);
    const bool few = given < signature->required;
    const bool exact = signature->required == signature->count && !signature->rest;
    const unsigned bound = few? signature->required: signature->count;
    return s_error (signature, "takes %s%u argument%s (%zu given)",
                    exact? "": few? "at least ": "at most ", bound, bound == 1? "": "s", given);
}

//  The parameter's index, or count where none is called so
static unsigned
s_find (const butler_signature_t *signature, const char *name)
{
    unsigned index = 0;
    while (index < signature->count && strcmp (signature->parameter [index].name, name))
        index++;
    return index;
}

static char *
s_bind_kwargs (const butler_signature_t *signature, json_t *kwargs, json_t **bound)
{
    const char *name;
    json_t *value;
    json_object_foreach (kwargs, name, value) {
        const unsigned index = s_find (signature, name);
        if (index == signature->count) {
            if (signature->rest)
                continue;
            return s_error (signature, "got an unexpected keyword argument '%.*s'",
                            BUTLER_METHOD_MAX, name);
        }
        if (bound [index])
            return s_error (signature, "got multiple values for argument '%s'", name);
        bound [index] = value;
    }
    return NULL;
}

char *
butler_binding_bind (const butler_signature_t *signature, json_t *args, json_t *kwargs,
                     json_t **bound)
{
    const size_t given = json_array_size (args);
    const bool named = json_object_size (kwargs) > 0;
    if (given > signature->count && !signature->rest)
        return s_count_error (signature, given);
    for (unsigned index = 0; index < signature->count; index++)
        bound [index] = json_array_get (args, index);       //  NULL beyond its end
    char *error = named? s_bind_kwargs (signature, kwargs, bound): NULL;
    if (error)
        return error;

    for (unsigned index = 0; index < signature->count; index++) {
        const butler_parameter_t *parameter = &signature->parameter [index];
        if (!bound [index] && !parameter->fallback)
            return named? s_error (signature, "missing required argument '%s'", parameter->name)
                        : s_count_error (signature, given);
        if (!bound [index])
            bound [index] = parameter->fallback;
        else
        if (!butler_type_accepts (parameter->type, bound [index]))
            return s_error (signature, "argument '%s' must be %s, not %s", parameter->name,
                            butler_type_name (parameter->type), butler_type_of (bound [index]));
    }
    return NULL;
}
