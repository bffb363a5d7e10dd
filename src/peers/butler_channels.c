/*  butler_channels.c - a client's DEALERs: the one in use, and older ones that may be answered still
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_channels.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "peers/butler_socket.h"

#define SPARE 8                     //  messages besides requests that may stand in a socket

void
butler_channels_init (butler_channels_t *self)
{
    memset (self, 0, sizeof *self);
}

static void
s_close (butler_channel_t *channel)
{
    butler_handshake_destroy (&channel->handshake);
    zsock_destroy (&channel->socket);
}

void
butler_channels_fini (butler_channels_t *self)
{
    while (self->count)
        s_close (&self->channel [--self->count]);
    while (self->endpoints)
        free (self->endpoint [--self->endpoints]);
    free (self->endpoint);
    butler_credentials_destroy (&self->credentials);
    butler_channels_init (self);
}

void
butler_channels_set_credentials (butler_channels_t *self, butler_credentials_t *credentials)
{
    butler_credentials_destroy (&self->credentials);
    self->credentials = credentials;
    if (self->count)
        self->channel [0].outdated = true;
}

static zsock_t *
s_connect (const butler_channels_t *self, const char *endpoint, butler_handshake_t **handshake)
{
    const butler_socket_options_t options = {
        .send_limit = 1000 + SPARE,
        .recv_limit = 10000,        //  a router does not hold back what it can't send
        .linger = 100,
        .silence = 3000,
        .immediate = true,
        .credentials = self->credentials,
        .handshake = handshake,
    };
    return butler_socket_connect (ZMQ_DEALER, endpoint, &options);
}

//  The place of the newest. One that failed has nothing to say any more; where there are too many, the oldest
//  is given up.
static void
s_make_place (butler_channels_t *self, int64_t until)
{
    if (self->count && self->channel [0].failed) {
        s_close (&self->channel [0]);
        return;
    }
    if (self->count == BUTLER_CHANNELS_MAX)
        s_close (&self->channel [--self->count]);
    memmove (self->channel + 1, self->channel, self->count * sizeof *self->channel);
    if (self->count++)
        self->channel [1].until = until;
}

static int
s_open (butler_channels_t *self, size_t endpoint, int64_t until)
{
    butler_handshake_t *handshake;
    zsock_t *socket = s_connect (self, self->endpoint [endpoint], &handshake);
    if (!socket)
        return -1;
    s_make_place (self, until);
    if (++self->epoch == 0)
        self->epoch = 1;
    self->channel [0] = (butler_channel_t) {
        .socket = socket, .handle = zsock_resolve (socket), .handshake = handshake, .epoch = self->epoch
    };
    self->current = endpoint;
    return 0;
}

//  libzmq alone knows whether an endpoint is one
static int
s_check (const butler_channels_t *self, const char *endpoint)
{
    zsock_t *socket = s_connect (self, endpoint, NULL);
    if (!socket)
        return -1;
    zsock_set_linger (socket, 0);
    zsock_destroy (&socket);
    return 0;
}

int
butler_channels_add (butler_channels_t *self, const char *endpoint)
{
    if (self->count && s_check (self, endpoint))
        return -1;
    char **list = realloc (self->endpoint, (self->endpoints + 1) * sizeof *list);
    assert (list);
    self->endpoint = list;
    list [self->endpoints] = butler_string_copy (endpoint);
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
        s_close (&self->channel [--self->count]);
}

//  Where libzmq would try again, nobody looks on
static void
s_fail (butler_channels_t *self, butler_channel_t *channel)
{
    channel->failed = true;
    butler_handshake_destroy (&channel->handshake);
    zmq_disconnect (channel->handle, self->endpoint [self->current]);
}

char *
butler_channels_rebuff (butler_channels_t *self)
{
    butler_channel_t *channel = &self->channel [0];
    char *reason = channel->handshake? butler_handshake_read (channel->handshake): NULL;
    if (reason)
        s_fail (self, channel);
    return reason;
}

int
butler_channels_wait (const butler_channels_t *self, bool room, int64_t timeout)
{
    zmq_pollitem_t item [BUTLER_CHANNELS_MAX + 1];
    int items = 0;
    for (unsigned index = 0; index < self->count; index++)
        item [items++] = (zmq_pollitem_t) { .socket = self->channel [index].handle, .events = ZMQ_POLLIN };
    if (room && self->count) {
        const butler_handshake_t *handshake = self->channel [0].handshake;
        item [0].events = ZMQ_POLLIN | ZMQ_POLLOUT;
        if (handshake)
            item [items++] = (zmq_pollitem_t) { .socket = butler_handshake_events (handshake), .events = ZMQ_POLLIN };
    }
    return zmq_poll (item, items, timeout > LONG_MAX? LONG_MAX: (long) timeout) < 0? -1: 0;
}
