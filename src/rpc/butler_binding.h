/*  butler_binding.h - the arguments of one call, laid to a method's parameters
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_BINDING_H
#define BUTLER_BINDING_H

#include "rpc/butler_signature.h"

//  Puts the value of each parameter, in their order, into bound [0 .. signature->count - 1]:
//  borrowed from args, kwargs or the signature, nothing is copied. args is an array or NULL,
//  kwargs an object or NULL. NULL: all is well. Else a fresh text in Python's manner, for a
//  TypeError: "resize_image() takes 2 arguments (0 given)"; then bound is not to be used.
char *
butler_binding_bind (const butler_signature_t *signature, json_t *args, json_t *kwargs,
                     json_t **bound);

#endif
