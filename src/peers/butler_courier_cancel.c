/*  butler_courier_cancel.c - a client's word to the router that it gave up on a request
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_courier_internal.h"
#include "peers/butler_call_id.h"
#include "wire/butler_notice.h"

//  The one that took its last attempt, or NULL where it has been closed
static butler_channel_t *
s_channel (butler_courier_t *self, const butler_call_t *call)
{
    for (unsigned index = 0; index < self->channels.count; index++)
        if (self->channels.channel [index].epoch == call->epoch)
            return &self->channels.channel [index];
    return NULL;
}

//  Earlier attempts need no word: each was sent to expire when the next began. So will the last one, where
//  its router takes nothing now.
void
butler_courier_revoke (butler_courier_t *self, const butler_call_t *call)
{
    const butler_channel_t *channel = call->state == BUTLER_CALL_SENT? s_channel (self, call): NULL;
    if (!channel)
        return;
    char id [BUTLER_DIGITS];
    const butler_view_t cancel = {
        .envelope = channel->envelope, .api_id = butler_call_id_encode (id, call->number), .relative = true,
    };
    butler_notice_put_cancel (&self->out, &cancel);
    butler_frames_send (&self->out, 0, channel->handle);
    butler_frames_spend (&self->out);
}

void
butler_courier_revoke_all (butler_courier_t *self)
{
    for (size_t index = 0; index < self->pending.size; index++)
        butler_courier_revoke (self, self->pending.heap [index].call);
}
