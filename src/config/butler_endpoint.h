/*  butler_endpoint.h - whether a text can be the name of an endpoint
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENDPOINT_H
#define BUTLER_ENDPOINT_H

#include <stdbool.h>

//  NULL, or what is wrong with it, as the rest of a sentence: "names no port, ..."
const char *
butler_endpoint_fault (const char *endpoint);

//  The same for one to connect to, which can't be a wildcard
const char *
butler_endpoint_peer_fault (const char *endpoint);

//  Whether peers on this machine alone reach it
bool
butler_endpoint_is_local (const char *endpoint);

#endif
