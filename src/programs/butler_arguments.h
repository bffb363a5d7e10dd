/*  butler_arguments.h - a call's arguments, as a command line gives them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ARGUMENTS_H
#define BUTLER_ARGUMENTS_H

#include <czmq.h>
#include <jansson.h>
#include "programs/butler_options.h"

//  The operands from this one on, as an array: JSON where they parse as JSON, else strings. Fresh;
//  NULL after a complaint in this program's name.
json_t *
butler_arguments_listed (const char *program, const butler_texts_t *operands, size_t first);

//  "NAME=VALUE"s as an object. As above.
json_t *
butler_arguments_named (const char *program, const butler_texts_t *named);

//  A body: the text as it is, or all of stdin for "-". As above.
zchunk_t *
butler_arguments_body (const char *program, const char *text);

#endif
