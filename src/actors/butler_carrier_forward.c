/*  butler_carrier_forward.c - the message in hand goes on, where its peer has not too much unread
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_carrier_forward.h"
#include "wire/butler_packed.h"
#include <errno.h>

int
butler_carrier_may (const butler_carrier_t *self, const butler_unread_t *unread, size_t bytes)
{
    return bytes <= BUTLER_UNREAD_LARGE? 0: butler_unread_may (
        unread, self->dispatch->settings->unread, self->verdict.peer, bytes);
}

void
butler_carrier_count (const butler_carrier_t *self, butler_unread_t *unread, zmq_msg_t *body)
{
    if (zmq_msg_size (body) > BUTLER_UNREAD_LARGE)
        butler_unread_count (unread, self->verdict.peer, body);
}

static butler_unread_t *
s_unread (const butler_carrier_t *self, const void *socket)
{
    return socket == self->frontend? self->frontend_unread: self->backend_unread;
}

static int
s_forward_large (butler_carrier_t *self, const butler_view_t *view, const butler_onward_t *to,
                 butler_forward_fn *forward, void *socket)
{
    butler_unread_t *unread = s_unread (self, socket);
    butler_carrier_count (self, unread, view->body);
    const int rc = forward (self->in, view, to, &self->out, socket), reason = errno;
    if (rc)
        butler_unread_recall (unread, view->body);
    errno = reason;
    return rc;
}

//  One that shares its frame with other fields, and can't go on so, is parted from them first
static int
s_forward_mixed (butler_carrier_t *self, const butler_view_t *view, const butler_onward_t *to,
                 butler_forward_fn *forward, void *socket)
{
    butler_view_t onward = *view;
    zmq_msg_t apart;
    butler_view_take_content (&onward, &apart);
    onward.body = &apart;
    onward.content = butler_span (zmq_msg_data (&apart), zmq_msg_size (&apart));
    const int rc = s_forward_large (self, &onward, to, forward, socket), reason = errno;
    zmq_msg_close (&apart);
    errno = reason;
    return rc;
}

int
butler_carrier_forward (butler_carrier_t *self, const butler_view_t *view, const butler_onward_t *to,
                        butler_forward_fn *forward, void *socket)
{
    if (view->content.size <= BUTLER_UNREAD_LARGE)
        return forward (self->in, view, to, &self->out, socket);
    if (butler_carrier_may (self, s_unread (self, socket), view->content.size))
        return -1;
    const bool mixed = zmq_msg_size (view->body) != view->content.size
                    && (view->envelope != to->envelope || to->renewed);
    return (mixed? s_forward_mixed: s_forward_large) (self, view, to, forward, socket);
}
