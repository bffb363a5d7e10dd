/*  butler_channels.c - a client's DEALERs: the one in use, and older ones that may be answered still
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_channels.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "peers/butler_socket.h"

#define SPARE 8                     //  messages besides requests that may stand in a socket

void
butler_channels_init (butler_channels_t *self)
{
    memset (self, 0, sizeof *self);
}

void
butler_channels_fini (butler_channels_t *self)
{
    while (self->count)
        zsock_destroy (&self->channel [--self->count].socket);
    while (self->endpoints)
        free (self->endpoint [--self->endpoints]);
    free (self->endpoint);
    butler_channels_init (self);
}

static zsock_t *
s_connect (const char *endpoint)
{
    const butler_socket_options_t options = {
        .send_limit = 1000 + SPARE,
        .recv_limit = 10000,        //  a router does not hold back what it can't send
        .linger = 100,
        .silence = 3000,
        .immediate = true,
    };
    return butler_socket_connect (ZMQ_DEALER, endpoint, &options);
}

//  Where there are too many, the oldest is given up
static int
s_open (butler_channels_t *self, size_t endpoint, int64_t until)
{
    zsock_t *socket = s_connect (self->endpoint [endpoint]);
    if (!socket)
        return -1;
    if (self->count == BUTLER_CHANNELS_MAX)
        zsock_destroy (&self->channel [--self->count].socket);
    memmove (self->channel + 1, self->channel, self->count * sizeof *self->channel);
    if (self->count++)
        self->channel [1].until = until;
    if (++self->epoch == 0)
        self->epoch = 1;
    self->channel [0] = (butler_channel_t) {
        .socket = socket, .handle = zsock_resolve (socket), .epoch = self->epoch
    };
    self->current = endpoint;
    return 0;
}

//  libzmq alone knows whether an endpoint is one
static int
s_check (const char *endpoint)
{
    zsock_t *socket = s_connect (endpoint);
    if (!socket)
        return -1;
    zsock_set_linger (socket, 0);
    zsock_destroy (&socket);
    return 0;
}

int
butler_channels_add (butler_channels_t *self, const char *endpoint)
{
    if (self->count && s_check (endpoint))
        return -1;
    char **list = realloc (self->endpoint, (self->endpoints + 1) * sizeof *list);
    assert (list);
    self->endpoint = list;
    list [self->endpoints] = strdup (endpoint);
    assert (list [self->endpoints]);
    if (self->count == 0 && s_open (self, self->endpoints, 0)) {
        const int reason = errno;
        free (list [self->endpoints]);
        errno = reason;
        return -1;
    }
    self->endpoints++;
    return 0;
}

int
butler_channels_renew (butler_channels_t *self, int64_t until)
{
    return s_open (self, self->current, until);
}

int
butler_channels_move (butler_channels_t *self, int64_t until)
{
    return s_open (self, (self->current + 1) % self->endpoints, until);
}

void
butler_channels_expire (butler_channels_t *self, int64_t now)
{
    while (self->count > 1 && now >= self->channel [self->count - 1].until)
        zsock_destroy (&self->channel [--self->count].socket);
}

int
butler_channels_wait (const butler_channels_t *self, bool room, int64_t timeout)
{
    zmq_pollitem_t item [BUTLER_CHANNELS_MAX];
    for (unsigned index = 0; index < self->count; index++)
        item [index] = (zmq_pollitem_t) { .socket = self->channel [index].handle, .events = ZMQ_POLLIN };
    if (room && self->count)
        item [0].events = ZMQ_POLLIN | ZMQ_POLLOUT;
    return zmq_poll (item, (int) self->count, timeout > LONG_MAX? LONG_MAX: (long) timeout) < 0? -1: 0;
}
