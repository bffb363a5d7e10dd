/*  butler_environment.h - what a program that answers a request is told in its environment
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENVIRONMENT_H
#define BUTLER_ENVIRONMENT_H

#include "butler_request.h"

//  BUTLER_... of the request and of the worker (NULL: it has no name), and what we have ourselves; for execve ()
char **
butler_environment_new (const butler_request_t *request, const char *worker);

void
butler_environment_destroy (char ***self_p);

#endif
