/*  butler_outlet.c - what a worker's threads emit, on its way to the sinks
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_outlet.h"
#include <assert.h>
#include <errno.h>
#include <sys/eventfd.h>
#include "peers/butler_socket.h"

#define LINGER 1000                 //  ms

void
butler_outlet_init (butler_outlet_t *self, int bell)
{
    memset (self, 0, sizeof *self);
    pthread_mutex_init (&self->lock, NULL);
    self->bell = bell;
}

//  The oldest, which the caller closes; false: none waits
static bool
s_take (butler_outlet_t *self, zmq_msg_t *msg)
{
    pthread_mutex_lock (&self->lock);
    const bool found = self->count > 0;
    if (found) {
        zmq_msg_init (msg);
        zmq_msg_move (msg, &self->waiting [self->head]);
        zmq_msg_close (&self->waiting [self->head]);
        self->head = (self->head + 1) % BUTLER_OUTLET_MAX;
        self->count--;
    }
    pthread_mutex_unlock (&self->lock);
    return found;
}

void
butler_outlet_close (butler_outlet_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->connected = false;
    pthread_mutex_unlock (&self->lock);
    butler_outlet_flush (self);
    zsock_destroy (&self->socket);
}

void
butler_outlet_fini (butler_outlet_t *self)
{
    pthread_mutex_destroy (&self->lock);
}

int
butler_outlet_connect (butler_outlet_t *self, const char *endpoint)
{
    const butler_socket_options_t options = { .send_limit = BUTLER_OUTLET_MAX, .linger = LINGER };
    int rc = 0;
    if (self->socket)
        rc = zmq_connect (zsock_resolve (self->socket), endpoint);
    else {
        self->socket = butler_socket_connect (ZMQ_PUSH, endpoint, &options);
        rc = self->socket? 0: -1;
    }
    if (rc)
        return -1;
    pthread_mutex_lock (&self->lock);
    self->connected = true;
    pthread_mutex_unlock (&self->lock);
    return 0;
}

static int
s_drop (butler_outlet_t *self, int reason)
{
    self->dropped++;
    errno = reason;
    return -1;
}

static int
s_put (butler_outlet_t *self, const void *data, size_t size)
{
    if (!self->connected)
        return s_drop (self, ENOTCONN);
    if (self->count == BUTLER_OUTLET_MAX)
        return s_drop (self, ENOBUFS);
    zmq_msg_t *msg = &self->waiting [(self->head + self->count) % BUTLER_OUTLET_MAX];
    const int rc = zmq_msg_init_size (msg, size);
    assert (rc == 0);
    (void) rc;
    if (size)
        memcpy (zmq_msg_data (msg), data, size);
    if (self->count++ == 0)
        eventfd_write (self->bell, 1);
    return 0;
}

int
butler_outlet_put (butler_outlet_t *self, const void *data, size_t size)
{
    pthread_mutex_lock (&self->lock);
    const int rc = s_put (self, data, size);
    const int reason = errno;
    pthread_mutex_unlock (&self->lock);
    errno = reason;
    return rc;
}

static void
s_send (butler_outlet_t *self, zmq_msg_t *msg)
{
    if (zmq_msg_send (msg, zsock_resolve (self->socket), ZMQ_DONTWAIT) >= 0)
        self->emitted++;
    else {
        pthread_mutex_lock (&self->lock);
        self->dropped++;
        pthread_mutex_unlock (&self->lock);
    }
    zmq_msg_close (msg);
}

void
butler_outlet_flush (butler_outlet_t *self)
{
    zmq_msg_t msg;
    while (s_take (self, &msg))
        s_send (self, &msg);
}

uint64_t
butler_outlet_dropped (butler_outlet_t *self)
{
    pthread_mutex_lock (&self->lock);
    const uint64_t dropped = self->dropped;
    pthread_mutex_unlock (&self->lock);
    return dropped;
}
