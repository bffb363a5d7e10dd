/*  butler_parameter.c - a method's parameters, as its signature names them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_parameter.h"
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SPACES " \t\r\n"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static char *
s_copy (const char *text, size_t size)
{
    char *copy = strndup (text, size);
    assert (copy);
    return copy;
}

//  And the spaces around it; NULL where no word stands there
static char *
s_take_word (const char **text)
{
    const char *begin = *text + strspn (*text, SPACES);
    const size_t size = strspn (begin, LETTERS);
    *text = begin + size + strspn (begin + size, SPACES);
    return size? s_copy (begin, size): NULL;
}

//  A JSON value, which may have any mark in it; NULL where there is none
static char *
s_take_json (const char **text)
{
    const char *begin = *text + strspn (*text, SPACES);
    json_error_t where;
    json_t *value = json_loads (begin, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &where);
    if (!value)
        return NULL;
    json_decref (value);
    *text = begin + where.position;
    return s_copy (begin, (size_t) where.position);
}

//  "name: type", "name: type = default"; false where it is neither
static bool
s_take_parameter (butler_parameters_t *self, const char **text)
{
    if (self->count == BUTLER_PARAMETERS_MAX)
        return false;
    butler_parameter_t *one = &self->parameter [self->count++];
    one->name = s_take_word (text);
    if (!one->name || **text != ':')
        return false;
    ++*text;
    one->type = s_take_word (text);
    if (!one->type || **text != '=')
        return one->type;
    ++*text;
    one->fallback = s_take_json (text);
    *text += strspn (*text, SPACES);
    return one->fallback;
}

//  What stands between the parentheses; false where it can't be understood
static bool
s_take_all (butler_parameters_t *self, const char *text)
{
    text += strspn (text, SPACES);
    if (*text == ')')
        return true;
    for (;; text++) {
        text += strspn (text, SPACES);
        self->rest = strncmp (text, "...", 3) == 0;
        if (self->rest)
            return true;
        if (!s_take_parameter (self, &text))
            return false;
        if (*text != ',')
            return *text == ')';
    }
}

void
butler_parameters_init (butler_parameters_t *self, const char *signature)
{
    memset (self, 0, sizeof *self);
    const char *open = strchr (signature, '(');
    if (open && s_take_all (self, open + 1))
        return;
    butler_parameters_fini (self);
    self->rest = true;
}

void
butler_parameters_fini (butler_parameters_t *self)
{
    while (self->count) {
        butler_parameter_t *one = &self->parameter [--self->count];
        free (one->name);
        free (one->type);
        free (one->fallback);
        *one = (butler_parameter_t) { NULL, NULL, NULL };
    }
}
