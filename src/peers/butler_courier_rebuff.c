/*  butler_courier_rebuff.c - what becomes of a client's requests where routers don't let it in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_courier_internal.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PAUSE 100                   //  ms at least between sockets that are made since one failed

void
butler_courier_set_credentials (butler_courier_t *self, butler_credentials_t *credentials)
{
    butler_channels_set_credentials (&self->channels, credentials);
}

//  The same router has another chance
void
butler_courier_look_back (butler_courier_t *self)
{
    char *reason = butler_channels_rebuff (&self->channels);
    if (reason)
        self->channels.channel [0].outdated = true;
    free (reason);
}

void
butler_courier_give_up (butler_courier_t *self, butler_call_t *call)
{
    call->rebuffed = call->rebuffs > 0;
    if (call->rebuffed)
        zmq_msg_copy (&call->body, &self->rebuff);
    butler_courier_end (self, call, -1);
}

//  Calls share the text, which takes its memory once
static void
s_keep (butler_courier_t *self, const char *reason)
{
    const size_t size = strlen (reason);
    zmq_msg_close (&self->rebuff);
    const int rc = zmq_msg_init_size (&self->rebuff, size);
    assert (rc == 0);
    (void) rc;
    memcpy (zmq_msg_data (&self->rebuff), reason, size);
}

//  An earlier attempt of one that was sent may still be answered
static void
s_tell (butler_courier_t *self)
{
    butler_call_t *call = self->outbox.head;
    while (call) {
        butler_call_t *next = call->next;
        if (++call->rebuffs >= self->channels.endpoints && !call->sent)
            butler_courier_give_up (self, call);
        call = next;
    }
}

static bool
s_is_useless (const butler_courier_t *self)
{
    return self->outbox.head && (self->channels.channel [0].failed || self->channels.channel [0].outdated);
}

//  What is outdated says nothing about its router
static void
s_replace (butler_courier_t *self, int64_t now)
{
    if (self->channels.channel [0].outdated)
        butler_channels_renew (&self->channels, self->horizon);
    else
        butler_channels_move (&self->channels, self->horizon);
    self->replaced = now;
    butler_courier_trust (self, now);
    butler_courier_flush (self, now);
}

void
butler_courier_look_in (butler_courier_t *self, int64_t now)
{
    char *reason = self->channels.channel [0].outdated? NULL: butler_channels_rebuff (&self->channels);
    if (reason) {
        s_keep (self, reason);
        s_tell (self);
        free (reason);
    }
    if (s_is_useless (self) && now >= butler_courier_look_due (self))
        s_replace (self, now);
}

int64_t
butler_courier_look_due (const butler_courier_t *self)
{
    return s_is_useless (self)? self->replaced + PAUSE: INT64_MAX;
}
