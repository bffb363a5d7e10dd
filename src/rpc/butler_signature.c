/*  butler_signature.c - what a method is called and which arguments it takes
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_signature.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Reads from `next` on; the first thing that is wrong is kept, and all after it fails
typedef struct {
    const char *text, *next;
    char *error;
} s_parser_t;

static bool
s_fail (s_parser_t *self, const char *at, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

//  Returns false, for `return s_fail (...)`
static bool
s_fail (s_parser_t *self, const char *at, const char *format, ...)
{
    char *reason = NULL;
    va_list arguments;
    va_start (arguments, format);
    int rc = vasprintf (&reason, format, arguments);
    va_end (arguments);
    assert (rc >= 0);
    rc = asprintf (&self->error, "'%s', column %td: %s", self->text, at - self->text + 1, reason);
    assert (rc >= 0);
    (void) rc;
    free (reason);
    return false;
}

static bool
s_is_space (char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void
s_skip_spaces (s_parser_t *self)
{
    while (s_is_space (*self->next))
        self->next++;
}

//  Takes the mark where it comes next, spaces before it or not
static bool
s_accept (s_parser_t *self, const char *mark)
{
    s_skip_spaces (self);
    const size_t size = strlen (mark);
    if (strncmp (self->next, mark, size))
        return false;
    self->next += size;
    return true;
}

static bool
s_is_letter (char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool
s_is_digit (char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t
s_identifier_size (const char *text)
{
    size_t size = 0;
    if (s_is_letter (*text))
        while (s_is_letter (text [size]) || s_is_digit (text [size]))
            size++;
    return size;
}

//  The end of a name's next part, or NULL where none comes
static const char *
s_name_end (const char *from, bool dots)
{
    for (;;) {
        const size_t size = s_identifier_size (from);
        if (size == 0)
            return NULL;
        from += size;
        if (!dots || *from != '.')
            return from;
        from++;
    }
}

//  A fresh copy of the name that comes next; NULL: there is none
static char *
s_parse_name (s_parser_t *self, const char *what, bool dots)
{
    s_skip_spaces (self);
    const char *from = self->next, *end = s_name_end (from, dots);
    if (!end) {
        s_fail (self, from, "no %s name (letters, digits and _, no digit first)", what);
        return NULL;
    }
    if (end - from > BUTLER_METHOD_MAX) {
        s_fail (self, from, "a %s name of more than %d bytes", what, BUTLER_METHOD_MAX);
        return NULL;
    }
    self->next = end;
    char *name = strndup (from, (size_t) (end - from));
    assert (name);
    return name;
}

static bool
s_parse_type (s_parser_t *self, butler_type_t *type)
{
    s_skip_spaces (self);
    const char *from = self->next;
    const size_t size = s_identifier_size (from);
    self->next += size;
    if (butler_type_parse (from, size, type))
        return true;
    return s_fail (self, from, "no type '%.*s': string, integer, real, number, boolean, object, "
                   "array or any", (int) (size < 64? size: 64), from);
}

//  The JSON value that comes next, of this type
static bool
s_parse_default (s_parser_t *self, butler_parameter_t *parameter)
{
    s_skip_spaces (self);
    const char *from = self->next;
    json_error_t error;
    parameter->fallback = json_loadb (from, strlen (from), JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK,
                                      &error);
    if (!parameter->fallback)
        return s_fail (self, from, "the default of '%s' is no JSON", parameter->name);
    if (!butler_type_accepts (parameter->type, parameter->fallback))
        return s_fail (self, from, "the default of '%s' must be %s", parameter->name,
                       butler_type_name (parameter->type));
    self->next += error.position;
    return true;
}

static bool
s_is_known (const butler_signature_t *signature, const char *name)
{
    for (unsigned index = 0; index < signature->count; index++)
        if (strcmp (signature->parameter [index].name, name) == 0)
            return true;
    return false;
}

//  The parameter is the signature's from its name on, so that whatever fails later, it is freed
static bool
s_parse_parameter (s_parser_t *self, butler_signature_t *signature)
{
    s_skip_spaces (self);
    const char *from = self->next;
    if (signature->count == BUTLER_PARAMETERS_MAX)
        return s_fail (self, from, "more than %d parameters", BUTLER_PARAMETERS_MAX);
    char *name = s_parse_name (self, "parameter", false);
    if (!name)
        return false;
    const bool twice = s_is_known (signature, name);
    butler_parameter_t *parameter = &signature->parameter [signature->count++];
    parameter->name = name;
    if (twice)
        return s_fail (self, from, "a second parameter '%s'", name);
    if (!s_accept (self, ":"))
        return s_fail (self, self->next, "no ':' and type after '%s'", name);
    if (!s_parse_type (self, &parameter->type))
        return false;
    if (s_accept (self, "="))
        return s_parse_default (self, parameter);
    if (signature->required + 1 < signature->count)
        return s_fail (self, from, "'%s' needs a default, as the one before it has one", name);
    signature->required++;
    return true;
}

//  From after the opening parenthesis to the closing one
static bool
s_parse_parameters (s_parser_t *self, butler_signature_t *signature)
{
    if (s_accept (self, ")"))
        return true;
    do {
        signature->rest = s_accept (self, "...");
        if (signature->rest)
            break;
        if (!s_parse_parameter (self, signature))
            return false;
    } while (s_accept (self, ","));
    if (!s_accept (self, ")"))
        return s_fail (self, self->next, signature->rest? "no ')' after '...'": "no ',' or ')'");
    return true;
}

static bool
s_parse (s_parser_t *self, butler_signature_t *signature)
{
    signature->name = s_parse_name (self, "method", true);
    if (!signature->name)
        return false;
    signature->open = !s_accept (self, "(");
    if (!signature->open && !s_parse_parameters (self, signature))
        return false;
    s_skip_spaces (self);
    return *self->next? s_fail (self, self->next, "something after the signature"): true;
}

//  A fresh copy without the spaces around it
static char *
s_trimmed (const char *text)
{
    size_t size = strlen (text);
    while (size && s_is_space (text [size - 1]))
        size--;
    while (size && s_is_space (*text)) {
        text++;
        size--;
    }
    char *copy = strndup (text, size);
    assert (copy);
    return copy;
}

butler_signature_t *
butler_signature_new (const char *text, char **error)
{
    butler_signature_t *self = (butler_signature_t *) calloc (1, sizeof *self);
    assert (self);
    self->parameter = (butler_parameter_t *) calloc (BUTLER_PARAMETERS_MAX, sizeof *self->parameter);
    assert (self->parameter);
    self->text = s_trimmed (text);
    s_parser_t parser = { self->text, self->text, NULL };
    if (!s_parse (&parser, self)) {
        *error = parser.error;
        butler_signature_destroy (&self);
    }
    return self;
}

void
butler_signature_destroy (butler_signature_t **self_p)
{
    butler_signature_t *self = *self_p;
    if (!self)
        return;
    for (unsigned index = 0; index < self->count; index++) {
        free (self->parameter [index].name);
        json_decref (self->parameter [index].fallback);
    }
    free (self->parameter);
    free (self->name);
    free (self->text);
    free (self);
    *self_p = NULL;
}
