/*  butler_endpoint.c - whether a text can be the name of an endpoint
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_endpoint.h"
#include <stdlib.h>
#include <string.h>

#define ENDPOINT_MAX 255            //  bytes
#define IPC_MAX 107                 //  bytes in a socket's path, as the system has it

static const char *
s_tcp_fault (const char *address)
{
    const char *port = strrchr (address, ':');
    if (!port || port == address)
        return "names no host or port; it takes tcp://HOST:PORT, tcp://*:5555 for every interface";
    port++;
    if (strcmp (port, "*") == 0)
        return NULL;
    const size_t digits = strspn (port, "0123456789");
    if (digits == 0 || digits > 5 || port [digits] || atoi (port) > 65535)
        return "has no valid port; it takes 1 to 65535, or * for any that is free";
    return NULL;
}

static const char *
s_ipc_fault (const char *address)
{
    return strlen (address) > IPC_MAX? "has a path that is longer than 107 bytes": NULL;
}

static const char *
s_inproc_fault (const char *address)
{
    (void) address;
    return NULL;
}

const char *
butler_endpoint_fault (const char *endpoint)
{
    static const struct {
        const char *prefix;
        const char *(*fault) (const char *address);
    } transports [] = {
        { "tcp://", s_tcp_fault }, { "ipc://", s_ipc_fault }, { "inproc://", s_inproc_fault },
    };
    if (strlen (endpoint) > ENDPOINT_MAX)
        return "is longer than 255 bytes";
    if (strpbrk (endpoint, " \t"))
        return "has a blank in it; further endpoints take further lines";
    for (size_t index = 0; index < sizeof transports / sizeof *transports; index++) {
        const size_t size = strlen (transports [index].prefix);
        if (strncmp (endpoint, transports [index].prefix, size) == 0 && endpoint [size])
            return transports [index].fault (endpoint + size);
    }
    return "is no endpoint; it takes tcp://HOST:PORT, ipc://PATH or inproc://NAME";
}

const char *
butler_endpoint_peer_fault (const char *endpoint)
{
    const char *fault = butler_endpoint_fault (endpoint);
    if (!fault && strncmp (endpoint, "tcp://", 6) == 0 && strchr (endpoint, '*'))
        return "is nowhere to connect to; it takes tcp://HOST:PORT";
    return fault;
}

bool
butler_endpoint_is_local (const char *endpoint)
{
    static const char *const local [] = {
        "ipc://", "inproc://", "tcp://127.", "tcp://localhost:", "tcp://[::1]:", "tcp://lo:"
    };
    for (size_t index = 0; index < sizeof local / sizeof *local; index++)
        if (strncmp (endpoint, local [index], strlen (local [index])) == 0)
            return true;
    return false;
}
