/*  butler_arguments.c - a call's arguments, as a command line gives them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_arguments.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "programs/butler_output.h"

#define SOME 65536                  //  bytes read at a time

//  JSON where it parses as JSON, else a string; NULL where it is no UTF-8
static json_t *
s_value (const char *text)
{
    json_t *value = json_loads (text, JSON_DECODE_ANY, NULL);
    return value? value: json_string (text);
}

json_t *
butler_arguments_listed (const char *program, const butler_texts_t *operands, size_t first)
{
    json_t *args = json_array ();
    for (size_t index = first; index < operands->count; index++)
        if (json_array_append_new (args, s_value (operands->text [index]))) {
            butler_complain (program, "argument %zu is no UTF-8 text", index - first + 1);
            json_decref (args);
            return NULL;
        }
    return args;
}

//  What is wrong with one of them, or NULL
static const char *
s_add (json_t *kwargs, const char *text)
{
    const char *equals = strchr (text, '=');
    char *name = equals? strndup (text, (size_t) (equals - text)): NULL;
    const char *wrong = NULL;
    if (!name || !*name)
        wrong = "has no NAME=VALUE";
    else
    if (json_object_get (kwargs, name))
        wrong = "gives a name twice";
    else
    if (json_object_set_new (kwargs, name, s_value (equals + 1)))
        wrong = "is no UTF-8 text";
    free (name);
    return wrong;
}

json_t *
butler_arguments_named (const char *program, const butler_texts_t *named)
{
    json_t *kwargs = json_object ();
    for (size_t index = 0; index < named->count; index++) {
        const char *wrong = s_add (kwargs, named->text [index]);
        if (wrong) {
            butler_complain (program, "--kw '%s' %s", named->text [index], wrong);
            json_decref (kwargs);
            return NULL;
        }
    }
    return kwargs;
}

static zchunk_t *
s_read_stdin (const char *program)
{
    zchunk_t *all = zchunk_new (NULL, SOME);
    static char some [SOME];
    for (;;) {
        const ssize_t size = read (STDIN_FILENO, some, sizeof some);
        if (size > 0)
            zchunk_extend (all, some, (size_t) size);
        if (size == 0)
            return all;
        if (size == -1 && errno != EINTR) {
            butler_complain (program, "cannot read the body: %s", strerror (errno));
            zchunk_destroy (&all);
            return NULL;
        }
    }
}

zchunk_t *
butler_arguments_body (const char *program, const char *text)
{
    if (streq (text, "-"))
        return s_read_stdin (program);
    return zchunk_new (text, strlen (text));
}
