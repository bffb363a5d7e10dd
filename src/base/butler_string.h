/*  butler_string.h - fresh strings, for whoever frees them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_STRING_H
#define BUTLER_STRING_H

#include <stdarg.h>
#include <stddef.h>

//  Each always gives one: where there is no memory the program ends

char *
butler_string_copy (const char *text);

char *
butler_string_print (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

char *
butler_string_vprint (const char *format, va_list arguments) __attribute__ ((format (printf, 1, 0)));

//  One more name, of so many bytes, behind those of a list: "a, b". The list is NULL before the first, and another
//  string each time.
void
butler_string_list (char **list, const char *name, size_t size);

//  Frees so many, but not the array that they stand in
void
butler_string_free (char *const *strings, size_t count);

#endif
