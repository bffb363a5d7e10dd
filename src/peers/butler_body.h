/*  butler_body.h - the body of a remote call
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BODY_H
#define BUTLER_BODY_H

#include <stdarg.h>
#include <jansson.h>
#include <zmq.h>

//  The array that a picture makes of the values: the inside of an array in json_pack's notation,
//  NULL or "" for none. NULL, and *error is a fresh text: the picture is none.
json_t *
butler_body_pack (const char *picture, va_list values, char **error);

//  {"method": ..., "args": [...], "kwargs": {...}} as a message, which is initialised here. args and
//  kwargs may be NULL, and are left out then. 0, or -1 and *error is a fresh text: the method's name
//  is no text, args no array, kwargs no object, or they can't be written.
int
butler_body_encode (zmq_msg_t *body, const char *method, const json_t *args, const json_t *kwargs,
                    char **error);

#endif
