/*  butler_carrier.c - carries verdicts out: what the broker decided goes to the sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_carrier.h"
#include "actors/butler_carrier_forward.h"
#include "wire/butler_dialect.h"
#include "wire/butler_forward.h"
#include "wire/butler_notice.h"
#include "wire/butler_packed.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static void
s_free (void *data, void *block)
{
    (void) data;
    free (block);
}

//  A message of what stands in a block, which it takes over
static void
s_adopt (zmq_msg_t *msg, void *block, butler_span_t content)
{
    union { const uint8_t *read; uint8_t *write; } data = { content.data };
    const int rc = zmq_msg_init_data (msg, data.write, content.size, s_free, block);
    assert (rc == 0);
    (void) rc;
}

//  The body is of no more use
static void
s_encode (butler_carrier_t *self, const butler_view_t *view, zmq_msg_t *body)
{
    butler_view_encode (&self->out, view, body);
    zmq_msg_close (body);
}

//  ---- a request to a worker

static void
s_copy (zmq_msg_t *msg, butler_span_t content)
{
    const int rc = zmq_msg_init_size (msg, content.size);
    assert (rc == 0);
    (void) rc;
    memcpy (zmq_msg_data (msg), content.data, content.size);
}

//  The message that carries it for the last time takes over a large body's block
static void
s_encode_stored (butler_carrier_t *self, butler_view_t *view)
{
    butler_job_t *job = self->verdict.job;
    view->trace = butler_job_trace (job);
    view->content = butler_job_body (job);
    const bool large = view->content.size > BUTLER_PACKED_INLINE;
    void *block = self->verdict.last? butler_dispatch_take_body (self->dispatch, job): NULL;
    if (!large) {
        butler_view_encode (&self->out, view, NULL);
        free (block);
        return;
    }
    zmq_msg_t body;
    if (block)
        s_adopt (&body, block, view->content);
    else
        s_copy (&body, view->content);
    butler_carrier_count (self, self->backend_unread, &body);
    s_encode (self, view, &body);
}

//  The peer's id goes first and alone can fail: until then the job keeps its body
static int
s_give_stored (butler_carrier_t *self)
{
    const butler_verdict_t *verdict = &self->verdict;
    const butler_job_t *job = verdict->job;
    if (butler_carrier_may (self, self->backend_unread, job->body_size) || butler_forward_begin (verdict->peer, self->backend))
        return -1;
    butler_text_t text;
    butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .envelope = verdict->envelope,
        .attempt = (uint16_t) (job->attempts - 1),
        .relative = verdict->relative, .expiration = verdict->expiration,
        .token = butler_span (verdict->token, BUTLER_TOKEN_SIZE),
        .api_id = butler_job_api_id (job), .service = butler_service_entry_name (job->service),
    };
    if (verdict->extra)
        view.properties = butler_notice_attempt (&text, view.attempt, butler_job_trace (job));
    s_encode_stored (self, &view);
    while (butler_frames_send (&self->out, 0, self->backend) == -1 && errno == EINTR)
        continue;                   //  a signal must not cut the message in two
    return 0;
}

static int
s_give_in_hand (butler_carrier_t *self, const butler_view_t *view, butler_span_t extra)
{
    const butler_verdict_t *verdict = &self->verdict;
    const butler_onward_t onward = {
        .peer = verdict->peer, .envelope = verdict->envelope,
        .token = butler_span (verdict->token, BUTLER_TOKEN_SIZE), .extra = extra,
        .renewed = verdict->renewed, .relative = verdict->relative, .expiration = verdict->expiration,
    };
    return butler_carrier_forward (self, view, &onward, butler_forward_request, self->backend);
}

//  To one that asked for a seventh frame
static int
s_give_with_extra (butler_carrier_t *self, const butler_view_t *view)
{
    butler_text_t text;
    const unsigned attempt = self->verdict.job->attempts - 1U;
    return s_give_in_hand (self, view, butler_notice_attempt (&text, attempt, view->trace));
}

static int
s_give (butler_carrier_t *self, const butler_view_t *view)
{
    self->backend_used = true;
    if (!view)
        return s_give_stored (self);
    return self->verdict.extra? s_give_with_extra (self, view)
                              : s_give_in_hand (self, view, butler_span (NULL, 0));
}

//  ---- the rest

static int
s_pass_reply (butler_carrier_t *self, const butler_view_t *view)
{
    const butler_onward_t onward = { .peer = self->verdict.peer, .envelope = self->verdict.envelope };
    self->frontend_used = true;
    return butler_carrier_forward (self, view, &onward, butler_forward_reply, self->frontend);
}

//  The kind of message that a verdict makes; 0: none, or one that is passed on
static int
s_kind (butler_verdict_kind_t verdict)
{
    switch (verdict) {
        case BUTLER_VERDICT_ANSWER:     return BUTLER_MSG_RESPONSE;
        case BUTLER_VERDICT_DISCOVERY:  return BUTLER_MSG_DISCOVERY;
        case BUTLER_VERDICT_HEARTBEAT:  return BUTLER_MSG_HEARTBEAT;
        case BUTLER_VERDICT_RECONNECT:  return BUTLER_MSG_RECONNECT;
        case BUTLER_VERDICT_LEAVE:      return BUTLER_MSG_LEAVE;
        case BUTLER_VERDICT_CANCEL:     return BUTLER_MSG_CANCEL;
        default:                        return 0;
    }
}

//  What to send, and where; NULL where there is nothing
static void *
s_compose (butler_carrier_t *self)
{
    butler_verdict_t *verdict = &self->verdict;
    const int kind = s_kind (verdict->kind);
    butler_view_t view = {
        .kind = kind, .envelope = verdict->envelope, .peer = verdict->peer,
        .api_id = verdict->api_id, .service = verdict->service, .notice = verdict->code,
    };
    zmq_msg_t text;
    zmq_msg_init (&text);
    if (kind == BUTLER_MSG_RESPONSE) {
        s_adopt (&text, verdict->text, butler_span (verdict->text, verdict->text_size));
        butler_carrier_count (self, self->frontend_unread, &text);
    }
    if (kind == BUTLER_MSG_HEARTBEAT)
        view.notice = butler_span (verdict->text, verdict->text_size);
    if (kind == BUTLER_MSG_DISCOVERY)
        view.api_id = butler_dialect_discovery_id (verdict->envelope, verdict->api_id);
    if (kind == BUTLER_MSG_CANCEL) {
        view.token = butler_span (verdict->token, BUTLER_TOKEN_SIZE);
        butler_notice_put_cancel (&self->out, &view);
    }
    else
    if (kind)
        s_encode (self, &view, &text);
    if (kind == BUTLER_MSG_HEARTBEAT)
        free (verdict->text);
    if (verdict->kind == BUTLER_VERDICT_RELAY) {
        butler_frames_spend (&self->out);
        butler_frames_append (&self->out, verdict->peer);
        butler_frames_append (&self->out, verdict->code);
    }
    else
    if (!kind)
        return NULL;
    return kind == BUTLER_MSG_RESPONSE || kind == BUTLER_MSG_DISCOVERY? self->frontend: self->backend;
}

static int
s_tell (butler_carrier_t *self, const butler_view_t *view)
{
    butler_verdict_t *verdict = &self->verdict;
    if (verdict->kind == BUTLER_VERDICT_FORWARD)
        return s_pass_reply (self, view);
    if (verdict->kind == BUTLER_VERDICT_ANSWER && butler_carrier_may (self, self->frontend_unread, verdict->text_size)) {
        free (verdict->text);
        errno = ENOBUFS;
        return -1;
    }
    void *socket = s_compose (self);
    if (!socket)
        return 0;
    *(socket == self->frontend? &self->frontend_used: &self->backend_used) = true;
    const int rc = butler_frames_send (&self->out, 0, socket);
    const int reason = errno;
    butler_frames_clear (&self->out);
    errno = reason;
    return rc;
}

//  What a peer did not take because it has too much unread, and not because it is gone
static void
s_note_deaf (butler_carrier_t *self, int reason)
{
    const butler_verdict_kind_t kind = self->verdict.kind;
    const bool client = kind == BUTLER_VERDICT_FORWARD || kind == BUTLER_VERDICT_ANSWER || kind == BUTLER_VERDICT_DISCOVERY;
    if (reason == EAGAIN || reason == ENOBUFS)
        ++*(client? &self->frontend_deaf: &self->backend_deaf);
}

//  libzmq tells that a peer is gone before all that it sent has been read. A worker's last replies count, so
//  until then it is one that takes nothing now.
static int
s_reason (butler_carrier_t *self, int reason)
{
    const butler_span_t peer = self->verdict.peer;
    if (reason != EHOSTUNREACH || self->gone_count == BUTLER_CARRIER_GONE
    ||  (self->verdict.kind != BUTLER_VERDICT_DISPATCH && self->verdict.kind < BUTLER_VERDICT_HEARTBEAT))
        return reason;
    self->gone [self->gone_count].size = (uint8_t) peer.size;
    memcpy (self->gone [self->gone_count++].id, peer.data, peer.size);
    butler_dispatch_doom (self->dispatch, peer);
    return EAGAIN;
}

void
butler_carrier_bury (butler_carrier_t *self, unsigned count, const butler_now_t *now)
{
    for (unsigned index = 0; index < count; index++)
        butler_dispatch_bury (
            self->dispatch, butler_span (self->gone [index].id, self->gone [index].size), now);
    self->gone_count -= count;
    memmove (self->gone, self->gone + count, self->gone_count * sizeof *self->gone);
}

void
butler_carrier_do (butler_carrier_t *self, const butler_view_t *view, const butler_now_t *now)
{
    butler_verdict_t *verdict = &self->verdict;
    while (verdict->kind == BUTLER_VERDICT_DISPATCH) {
        if (s_give (self, view) == 0)
            return;
        const int reason = errno;
        s_note_deaf (self, reason);
        butler_dispatch_bounced (self->dispatch, verdict->job, view, s_reason (self, reason), now, verdict);
    }
    while (verdict->kind != BUTLER_VERDICT_NONE && s_tell (self, view) == -1) {
        const int reason = errno;
        s_note_deaf (self, reason);
        butler_dispatch_unsent (self->dispatch, verdict, s_reason (self, reason), now);
        //  Where an answer to what is in hand is too large, there is room for one that says so
        if (reason != ENOBUFS || !view)
            return;
        butler_dispatch_excuse (view, verdict);
    }
}

void
butler_carrier_fini (butler_carrier_t *self)
{
    butler_frames_clear (&self->out);
    butler_unread_destroy (&self->frontend_unread);
    butler_unread_destroy (&self->backend_unread);
}
