/*  butler_pipe.c - an actor's messages to its caller, which may be slow to read them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pipe.h"
#include <assert.h>
#include "base/butler_actor.h"

void
butler_pipe_init (butler_pipe_t *self, zsock_t *pipe, zloop_t *loop)
{
    *self = (butler_pipe_t) { .pipe = pipe, .loop = loop, .waiting = zlist_new () };
    assert (self->waiting);
}

void
butler_pipe_fini (butler_pipe_t *self)
{
    zmsg_t *message;
    while ((message = zlist_pop (self->waiting)))
        zmsg_destroy (&message);
    zlist_destroy (&self->waiting);
}

static bool
s_has_room (const butler_pipe_t *self)
{
    return zsock_events (self->pipe) & ZMQ_POLLOUT;
}

bool
butler_pipe_is_clear (const butler_pipe_t *self)
{
    return zlist_size (self->waiting) == 0 && s_has_room (self);
}

static int
s_writable (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    butler_pipe_t *self = arg;
    while (zlist_size (self->waiting) && s_has_room (self)) {
        zmsg_t *message = zlist_pop (self->waiting);
        zmsg_send (&message, self->pipe);
        zmsg_destroy (&message);
    }
    if (zlist_size (self->waiting) == 0)
        zloop_poller_end (loop, item);
    return 0;
}

static void
s_wait (butler_pipe_t *self, zmsg_t *message)
{
    if (zlist_size (self->waiting) == 0) {
        zmq_pollitem_t item = { .socket = zsock_resolve (self->pipe), .events = ZMQ_POLLOUT };
        zloop_poller (self->loop, &item, s_writable, self);
    }
    zlist_append (self->waiting, message);
}

void
butler_pipe_send (butler_pipe_t *self, zmsg_t **message_p)
{
    if (butler_pipe_is_clear (self))
        zmsg_send (message_p, self->pipe);
    else
    if (zlist_size (self->waiting) < BUTLER_PIPE_MAX) {
        s_wait (self, *message_p);
        *message_p = NULL;
    }
    else
        self->dropped++;
    zmsg_destroy (message_p);
}

char *
butler_pipe_answer (butler_pipe_t *self, char *answer)
{
    zmsg_t *message = zmsg_new ();
    zmsg_addstr (message, answer? answer: "OK");
    zstr_free (&answer);
    butler_pipe_send (self, &message);
    return butler_actor_later ();
}
