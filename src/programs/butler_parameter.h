/*  butler_parameter.h - a method's parameters, as its signature names them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PARAMETER_H
#define BUTLER_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>

#define BUTLER_PARAMETERS_MAX 32

typedef struct {
    char *name;
    char *type;
    char *fallback;                 //  its default, as JSON; NULL: it is required
} butler_parameter_t;

typedef struct {
    butler_parameter_t parameter [BUTLER_PARAMETERS_MAX];
    size_t count;
    bool rest;                      //  it takes further ones, nobody says which
} butler_parameters_t;

//  Reads "resize_image (name: string, size: string = \"150x180\")". What can't be understood names
//  no parameters and takes any.
void
butler_parameters_init (butler_parameters_t *self, const char *signature);

void
butler_parameters_fini (butler_parameters_t *self);

#endif
