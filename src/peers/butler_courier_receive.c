/*  butler_courier_receive.c - a client's answers, and the requests that they are for
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_courier_internal.h"
#include <errno.h>
#include "peers/butler_call_id.h"
#include "wire/butler_dialect.h"
#include "wire/butler_fields.h"

#define BATCH 256                   //  messages from one channel in a turn

void
butler_courier_end (butler_courier_t *self, butler_call_t *call, int status)
{
    butler_pending_close (&self->pending, call);
    if (call->state == BUTLER_CALL_UNSENT)
        butler_call_list_remove (&self->outbox, call);
    call->state = BUTLER_CALL_ENDED;
    call->status = status;
    butler_call_list_append (&self->ended, call);
    self->ended_count++;
}

//  The router's word that an attempt expired does not end a request that has others
static bool
s_is_premature (const butler_call_t *call, const butler_channel_t *channel, const butler_view_t *view)
{
    if (!butler_span_begins (view->content, "504"))
        return false;
    return call->attempts || call->epoch != channel->epoch || call->state == BUTLER_CALL_UNSENT;
}

//  Its router is about to end, and has given it to nobody. Words of workers are their own.
static bool
s_is_refused (const butler_view_t *view)
{
    if (!butler_span_begins (view->content, "503:unavailable:"))
        return false;
    butler_outcome_t outcome;
    butler_dialect_read (view->content, &outcome);
    const bool refused = streq (outcome.name, "Draining") && streq (outcome.worker, "");
    butler_outcome_clear (&outcome);
    return refused;
}

//  True: it is for the next router, unless each was asked
static bool
s_moves_on (butler_courier_t *self, butler_call_t *call, const butler_channel_t *channel, const butler_view_t *view)
{
    if (!call->kept || call->refusals + 1 >= self->channels.endpoints || !s_is_refused (view))
        return false;
    if (self->refused != self->channels.epoch)
        self->refused = channel->epoch;     //  the word of the router in use comes first
    if (call->epoch != channel->epoch || call->state == BUTLER_CALL_UNSENT)
        return true;                //  another attempt is under way
    call->refusals++;
    call->state = BUTLER_CALL_UNSENT;
    butler_call_list_append (&self->outbox, call);
    return true;
}

static void
s_answer (butler_courier_t *self, butler_call_t *call, zmq_msg_t *body, size_t offset, int status)
{
    zmq_msg_move (&call->body, body);
    call->offset = offset;
    call->answered = true;
    butler_courier_end (self, call, status);
}

static int
s_code (butler_span_t digits)
{
    return (digits.data [0] - '0') * 100 + (digits.data [1] - '0') * 10 + digits.data [2] - '0';
}

//  The call that a discovery's answer is for. Old routers give no id: there must be one alone that
//  asks for that name.
static butler_call_t *
s_asked (const butler_courier_t *self, const butler_view_t *view)
{
    if (view->api_id.size)
        return butler_pending_find (&self->pending, butler_call_id_number (view->api_id));
    const bool same = self->finding && butler_span_equal (view->service, self->found);
    return same? butler_pending_find (&self->pending, self->finding->number): NULL;
}

static void
s_discovered (butler_courier_t *self, butler_channel_t *channel, const butler_view_t *view)
{
    butler_call_t *call = s_asked (self, view);
    if (call)
        s_answer (self, call, &self->in.frame [self->in.count - 1], 0, s_code (view->notice));
    else
    if (butler_span_equal (view->service, butler_span_string (BUTLER_NAME_PACKED)))
        channel->envelope = s_code (view->notice) == 200? BUTLER_ENVELOPE_PACKED: BUTLER_ENVELOPE_FRAMES;
    else
    if (butler_call_id_number (view->api_id) != BUTLER_PROBE_NUMBER)
        self->unknown++;            //  that a probe's came is all it says
}

static void
s_responded (butler_courier_t *self, const butler_channel_t *channel, const butler_view_t *view)
{
    const uint64_t number = butler_call_id_number (view->api_id);
    butler_call_t *call = butler_pending_find (&self->pending, number);
    if (!call) {
        self->unknown += number != BUTLER_PROBE_NUMBER;
        return;
    }
    if (s_is_premature (call, channel, view) || s_moves_on (self, call, channel, view))
        return;
    if (call->epoch != channel->epoch)
        butler_courier_revoke (self, call);     //  its last attempt, now that an earlier one was answered
    const uint8_t *message = zmq_msg_data (view->body);
    s_answer (self, call, view->body, (size_t) (view->content.data - message), 0);
}

//  True: there may be more
static bool
s_receive (butler_courier_t *self, butler_channel_t *channel)
{
    butler_view_t view;
    if (butler_frames_recv (&self->in, channel->handle)) {
        self->malformed += errno == EPROTO;
        return errno == EPROTO;
    }
    if (butler_view_parse (&view, BUTLER_SIDE_CLIENT, &self->in))
        self->malformed++;
    else
    if (view.kind == BUTLER_MSG_RESPONSE)
        s_responded (self, channel, &view);
    else
        s_discovered (self, channel, &view);
    return true;
}

void
butler_courier_receive (butler_courier_t *self, int64_t now)
{
    for (unsigned index = 0; index < self->channels.count; index++) {
        int count = 0;
        while (count < BATCH && s_receive (self, &self->channels.channel [index]))
            count++;
        if (count && index == 0) {
            self->pulse.heard = self->pulse.sent = now;
            self->asked = 0;
        }
    }
}
