/*  butler_signature.h - what a method is called and which arguments it takes
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SIGNATURE_H
#define BUTLER_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>
#include "rpc/butler_type.h"

#define BUTLER_PARAMETERS_MAX 32
#define BUTLER_METHOD_MAX 255       //  bytes in a method's or a parameter's name

typedef struct {
    char *name;
    butler_type_t type;
    json_t *fallback;               //  its default, read-only; NULL: it is required
} butler_parameter_t;

//  Read-only once it is made, so that threads share it
typedef struct {
    char *name;                     //  of the method
    char *text;                     //  the whole signature, as given, without spaces around it
    bool open;                      //  no parentheses: arguments are taken as they come
    bool rest;                      //  ends in "...": so are those beyond the parameters
    unsigned count, required;       //  parameters; those without a default, which come first
    butler_parameter_t *parameter;
} butler_signature_t;

//  Parses
//      signature = name [ "(" [ parameter *( "," parameter ) [ "," "..." ] | "..." ] ")" ]
//      parameter = name ":" type [ "=" JSON of that type ]
//  A name is letters, digits and _, not a digit first; a method's may be several, joined by dots.
//  NULL: it can't be understood, and *error is a fresh text that says what and where.
butler_signature_t *
butler_signature_new (const char *text, char **error);

void
butler_signature_destroy (butler_signature_t **self_p);

#endif
