/*  butler_courier.c - carries a client's requests to a router, and the answers home
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_courier.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "peers/butler_backoff.h"
#include "peers/butler_call_id.h"
#include "peers/butler_courier_internal.h"
#include "wire/butler_fields.h"

#define MANY 16                     //  requests over one channel that make it worth asking for another envelope
#define INTERVAL 1000               //  ms of silence after which a router is asked whether it lives
#define PATIENCE_MAX INT64_C (9999999999)   //  ms, the most that an expiration can say

void
butler_courier_init (butler_courier_t *self)
{
    memset (self, 0, sizeof *self);
    butler_channels_init (&self->channels);
    butler_pending_init (&self->pending);
    butler_frames_init (&self->in);
    butler_frames_init (&self->out);
    zmq_msg_init (&self->rebuff);
    butler_courier_set_interval (self, INTERVAL);
}

void
butler_courier_set_interval (butler_courier_t *self, int64_t interval)
{
    butler_pulse_init (&self->pulse, interval, BUTLER_COURIER_LIVENESS, 0);
    self->grace = butler_backoff_chance (interval / 2);
}

void
butler_courier_fini (butler_courier_t *self)
{
    while (self->ended.head)
        butler_courier_release (self, self->ended.head);
    butler_courier_revoke_all (self);
    butler_pending_fini (&self->pending);
    butler_channels_fini (&self->channels);
    butler_frames_clear (&self->in);
    butler_frames_clear (&self->out);
    zmq_msg_close (&self->rebuff);
}

//  One request, which has so long. 0, and the body is sent; or -1 and it is as it was
static int
s_transmit (butler_courier_t *self, butler_view_t *request, uint64_t number, int64_t left, zmq_msg_t *body)
{
    char id [BUTLER_DIGITS];
    request->kind = BUTLER_MSG_REQUEST;
    request->api_id = butler_call_id_encode (id, number);
    request->relative = true;
    request->expiration = left > 0? left: 0;
    const bool moved = butler_view_encode (&self->out, request, body);
    if (butler_frames_send (&self->out, 0, self->channels.channel [0].handle) == 0) {
        zmq_msg_close (body);
        zmq_msg_init (body);
        return 0;
    }
    if (moved)
        zmq_msg_move (body, &self->out.frame [self->out.count - 1]);
    return -1;
}

int
butler_courier_ask (butler_courier_t *self, const char *service)
{
    zmq_msg_t body;
    zmq_msg_init (&body);
    butler_view_t request = { .envelope = BUTLER_ENVELOPE_FRAMES, .service = butler_span_string (service) };
    const int rc = s_transmit (self, &request, BUTLER_PROBE_NUMBER, self->pulse.interval, &body);
    zmq_msg_close (&body);
    return rc;
}

//  Who sends many requests asks once whether the router reads packed ones; who sends one that only they can
//  carry all of does at once
static void
s_count_sent (butler_courier_t *self, const butler_call_t *call)
{
    butler_channel_t *channel = &self->channels.channel [0];
    if (channel->envelope == BUTLER_ENVELOPE_PACKED)
        return;
    if (++channel->sent < MANY && *butler_names_trace (&call->names))
        channel->sent = MANY;
    if (channel->sent == MANY && butler_courier_ask (self, "mmi." BUTLER_NAME_PACKED))
        channel->sent = 0;
}

static bool
s_may_repeat (const butler_call_t *call)
{
    return call->attempts > 0;
}

//  Another router may have to be asked, even where no worker may be twice
static bool
s_is_kept (const butler_courier_t *self, const butler_call_t *call)
{
    return s_may_repeat (call) || self->channels.endpoints > 1;
}

//  One attempt; true: it went out
static bool
s_send (butler_courier_t *self, butler_call_t *call, zmq_msg_t *body, int64_t now)
{
    butler_view_t request = {
        .envelope = self->channels.channel [0].envelope,
        .service = butler_span (butler_names_service (&call->names), call->names.method - 1),
        .trace = butler_span_string (butler_names_trace (&call->names)),
    };
    zmq_msg_t copy, *outgoing = body;
    if (s_is_kept (self, call)) {
        outgoing = &copy;
        zmq_msg_init (outgoing);
        zmq_msg_copy (outgoing, body);
    }
    const int rc = s_transmit (self, &request, call->number, call->due - now, outgoing);
    if (outgoing == &copy)
        zmq_msg_close (outgoing);
    if (rc)
        return false;
    call->state = BUTLER_CALL_SENT;
    call->sent = true;
    call->kept = outgoing == &copy;
    call->epoch = self->channels.epoch;
    s_count_sent (self, call);
    return true;
}

//  None overtakes: one that does not go out stays at the head
void
butler_courier_flush (butler_courier_t *self, int64_t now)
{
    while (self->outbox.head) {
        butler_call_t *call = self->outbox.head;
        if (!s_send (self, call, &call->body, now))
            return;
        butler_call_list_remove (&self->outbox, call);
    }
}

static butler_call_t *
s_open (butler_courier_t *self, const butler_manners_t *manners, int64_t now)
{
    int64_t allowance = (int64_t) manners->timeout * manners->retries;
    if (allowance > PATIENCE_MAX)
        allowance = PATIENCE_MAX;
    const int64_t patience = manners->persistent? allowance: manners->timeout;
    butler_call_t *call = butler_pending_take (&self->pending, ++self->sequence, now + patience);
    call->patience = patience;
    call->allowance = allowance;
    call->attempts = manners->persistent? 0: manners->retries - 1;
    if (self->horizon < now + allowance)
        self->horizon = now + allowance;
    if (self->pending.size == 1)
        butler_courier_trust (self, now);
    return call;
}

butler_call_t *
butler_courier_submit (butler_courier_t *self, butler_span_t service, butler_span_t method,
                       zmq_msg_t *body, const butler_manners_t *manners, int64_t now)
{
    if (!butler_service_name_valid (service))
        errno = EINVAL;
    else
    if (self->channels.count == 0)
        errno = ENOTCONN;
    else
    if (butler_courier_open (self) >= BUTLER_CALLS_MAX)
        errno = ENOBUFS;
    else {
        butler_call_t *call = s_open (self, manners, now);
        butler_names_set (&call->names, service, method, butler_span_string (manners->trace? manners->trace: ""));
        const bool first = !self->outbox.head;
        const bool sent = first && s_send (self, call, body, now);
        if (first && !sent)
            butler_courier_look_back (self);
        if (!sent)
            butler_call_list_append (&self->outbox, call);
        if (!sent || call->kept)
            zmq_msg_move (&call->body, body);
        return call;
    }
    return NULL;
}

//  The next attempt, on a socket of its own: another than the one of the last attempt. Requests whose
//  attempts are over at about the same time share it.
static void
s_repeat (butler_courier_t *self, butler_call_t *call, int64_t now)
{
    call->attempts--;
    butler_pending_delay (&self->pending, call, now + call->patience);
    if (call->state == BUTLER_CALL_UNSENT)
        return;                     //  it waits for a router already
    if (call->epoch == self->channels.epoch)
        butler_channels_renew (&self->channels, self->horizon);     //  or over the old one, if it must be
    call->state = BUTLER_CALL_UNSENT;
    butler_call_list_append (&self->outbox, call);
    butler_courier_flush (self, now);
}

//  Its silence may mean that another router is there now, which reads frames alone
static void
s_doubt (butler_courier_t *self, const butler_call_t *call)
{
    butler_channel_t *channel = &self->channels.channel [0];
    if (!call->sent || call->epoch != channel->epoch)
        return;
    channel->envelope = BUTLER_ENVELOPE_FRAMES;
    channel->sent = 0;
}

static void
s_expire (butler_courier_t *self, int64_t now)
{
    butler_call_t *call;
    while ((call = butler_pending_first (&self->pending)) && call->due <= now) {
        if (!s_may_repeat (call))
            butler_courier_revoke (self, call);
        s_doubt (self, call);
        if (s_may_repeat (call))
            s_repeat (self, call, now);
        else
        if (call->sent)
            butler_courier_end (self, call, 0);
        else
            butler_courier_give_up (self, call);
    }
}

void
butler_courier_turn (butler_courier_t *self, int64_t now)
{
    butler_courier_flush (self, now);
    butler_courier_receive (self, now);
    if (self->refused)
        butler_courier_evade (self, now);
    if (self->outbox.head)
        butler_courier_look_in (self, now);
    s_expire (self, now);
    butler_courier_watch (self, now);
    if (self->channels.count > 1)
        butler_channels_expire (&self->channels, self->pending.size? now: INT64_MAX);
}

static int64_t
s_min (int64_t a, int64_t b)
{
    return a < b? a: b;
}

int64_t
butler_courier_due (const butler_courier_t *self)
{
    const butler_call_t *first = butler_pending_first (&self->pending);
    return s_min (first? first->due: INT64_MAX,
                  s_min (butler_courier_look_due (self), butler_courier_watch_due (self)));
}

int
butler_courier_wait (const butler_courier_t *self, int64_t limit, int64_t now)
{
    const int64_t until = s_min (limit, butler_courier_due (self));
    const int64_t timeout = until == INT64_MAX? -1: until > now? until - now: 0;
    if (zsys_interrupted) {
        errno = EINTR;
        return -1;
    }
    return butler_channels_wait (&self->channels, self->outbox.head != NULL, timeout);
}

void
butler_courier_release (butler_courier_t *self, butler_call_t *call)
{
    if (call->state != BUTLER_CALL_ENDED) {
        butler_courier_revoke (self, call);
        butler_courier_end (self, call, 0);
    }
    butler_call_list_remove (&self->ended, call);
    self->ended_count--;
    if (self->finding == call)
        self->finding = NULL;
    butler_pending_put (&self->pending, call);
}
