/*  butler_output.h - how the programs speak: data to stdout, messages to stderr, an exit status
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_OUTPUT_H
#define BUTLER_OUTPUT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

//  Exit statuses
typedef enum {
    BUTLER_EXIT_DONE,
    BUTLER_EXIT_EXCEPTION,          //  the handler failed
    BUTLER_EXIT_USAGE,              //  the command line is wrong
    BUTLER_EXIT_SILENT,             //  no answer in time
    BUTLER_EXIT_MISSING,            //  no such service or method
    BUTLER_EXIT_REFUSED,            //  the router or the worker refused it otherwise
    BUTLER_EXIT_TROUBLE             //  on this side: output can't be written, no socket
} butler_exit_t;

//  To be called first: whatever is opened later does not become stdin, stdout or stderr by accident
void
butler_output_start (void);

//  "NAME: message" on stderr, in one line whatever the message is made of: what went wrong
void
butler_complain (const char *name, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  The same for what is as it should be
void
butler_tell (const char *name, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  What belongs to the message before: lines on stderr; nothing for an empty text
void
butler_complain_at_length (const char *text);

//  What others wrote, with a question mark for whatever would play with the terminal; the
//  characters of `allowed` are let through
void
butler_print_clean (FILE *stream, const char *text, const char *allowed);

//  JSON where they parse as JSON, a string where they are text, else {"base64": "..."}; fresh
json_t *
butler_json_of_bytes (const void *data, size_t size);

//  On stdout, with a newline: in one line, or indented where a person looks on
void
butler_print_json (const json_t *value);

//  The same where reals were measured: without digits that tell nothing
void
butler_print_json_measured (const json_t *value);

//  On stdout, as they are
void
butler_print_bytes (const void *data, size_t size);

//  To be called last: the status, or after a complaint BUTLER_EXIT_TROUBLE, where stdout could not
//  take all that it was given
int
butler_output_end (const char *name, int status);

#endif
