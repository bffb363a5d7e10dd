/*  butler_string.c - fresh strings, for whoever frees them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_string.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
butler_string_copy (const char *text)
{
    char *copy = strdup (text);
    assert (copy);
    return copy;
}

char *
butler_string_print (const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *text = butler_string_vprint (format, arguments);
    va_end (arguments);
    return text;
}

char *
butler_string_vprint (const char *format, va_list arguments)
{
    char *text = NULL;
    const int size = vasprintf (&text, format, arguments);
    assert (size >= 0);
    (void) size;
    return text;
}

void
butler_string_list (char **list, const char *name, size_t size)
{
    char *longer = butler_string_print ("%s%s%.*s", *list? *list: "", *list? ", ": "", (int) size, name);
    free (*list);
    *list = longer;
}

void
butler_string_free (char *const *strings, size_t count)
{
    for (size_t index = 0; index < count; index++)
        free (strings [index]);
}
