/*  butler_sink.c - gathers what workers emit
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_sink.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "peers/butler_socket.h"
#include "wire/butler_frames.h"

#define ROOM 1000                   //  payloads from each worker that may wait

struct butler_sink {
    zsock_t *socket;
    void *handle;                   //  the same for libzmq
    char *endpoint;
    butler_frames_t frames;
    int timeout;
};

butler_sink_t *
butler_sink_new (const char *endpoint)
{
    const butler_socket_options_t options = { .recv_limit = ROOM };
    zsock_t *socket = butler_socket_bind (ZMQ_PULL, endpoint, &options);
    if (!socket)
        return NULL;
    butler_sink_t *self = calloc (1, sizeof *self);
    assert (self);
    self->socket = socket;
    self->handle = zsock_resolve (socket);
    self->endpoint = zsock_last_endpoint (socket);
    self->timeout = -1;
    butler_frames_init (&self->frames);
    return self;
}

void
butler_sink_destroy (butler_sink_t **self_p)
{
    butler_sink_t *self = *self_p;
    if (!self)
        return;
    butler_frames_clear (&self->frames);
    zsock_destroy (&self->socket);
    zstr_free (&self->endpoint);
    free (self);
    *self_p = NULL;
}

const char *
butler_sink_endpoint (const butler_sink_t *self)
{
    return self->endpoint;
}

void
butler_sink_set_timeout (butler_sink_t *self, int timeout)
{
    self->timeout = timeout;
}

//  The next payload that is there, or NULL
static zframe_t *
s_take (butler_sink_t *self)
{
    int rc;
    while ((rc = butler_frames_recv (&self->frames, self->handle)) == 0 || errno == EPROTO)
        if (rc == 0 && self->frames.count == 1) {
            const butler_span_t payload = butler_frames_at (&self->frames, 0);
            return zframe_new (payload.data, payload.size);
        }
    return NULL;
}

zframe_t *
butler_sink_recv (butler_sink_t *self)
{
    zframe_t *payload = s_take (self);
    int64_t now = zclock_mono ();
    const int64_t limit = self->timeout < 0? INT64_MAX: now + self->timeout;
    while (!payload && now < limit) {
        zmq_pollitem_t item = { .socket = self->handle, .events = ZMQ_POLLIN };
        const long left = limit == INT64_MAX? -1: (long) (limit - now);
        if (zsys_interrupted || zmq_poll (&item, 1, left) < 0)
            break;
        payload = s_take (self);
        now = zclock_mono ();
    }
    return payload;
}

zsock_t *
butler_sink_socket (butler_sink_t *self)
{
    return self->socket;
}
