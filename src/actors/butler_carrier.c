/*  butler_carrier.c - carries verdicts out: what the broker decided goes to the sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_carrier.h"
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

//  The message that carries it for the last time takes over a large body's block
static void
s_encode_stored (butler_carrier_t *self, butler_view_t *view)
{
    butler_job_t *job = self->verdict.job;
    view->trace = butler_job_trace (job);
    view->content = butler_job_body (job);
    const bool large = view->content.size > BUTLER_PACKED_INLINE;
    void *block = self->verdict.last? butler_dispatch_take_body (self->dispatch, job): NULL;
    if (block && large) {
        zmq_msg_t body;
        s_adopt (&body, block, view->content);
        s_encode (self, view, &body);
        return;
    }
    butler_view_encode (&self->out, view, NULL);
    free (block);
}

//  The peer's id goes first and alone can fail: until then the job keeps its body
static int
s_give_stored (butler_carrier_t *self)
{
    const butler_verdict_t *verdict = &self->verdict;
    if (butler_forward_begin (verdict->peer, self->backend))
        return -1;
    const butler_job_t *job = verdict->job;
    char text [BUTLER_NOTICE_SIZE];
    butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .envelope = verdict->envelope,
        .attempt = (uint16_t) (job->attempts - 1),
        .relative = verdict->relative, .expiration = verdict->expiration,
        .token = butler_span (verdict->token, BUTLER_TOKEN_SIZE),
        .api_id = butler_job_api_id (job), .service = butler_service_entry_name (job->service),
    };
    if (verdict->extra)
        view.properties = butler_notice_attempt (text, view.attempt, butler_job_trace (job));
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
    return butler_forward_request (self->in, view, &onward, &self->out, self->backend);
}

//  To one that asked for a seventh frame
static int
s_give_with_extra (butler_carrier_t *self, const butler_view_t *view)
{
    char text [BUTLER_NOTICE_SIZE];
    const unsigned attempt = self->verdict.job->attempts - 1U;
    return s_give_in_hand (self, view, butler_notice_attempt (text, attempt, view->trace));
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
    return butler_forward_reply (self->in, view, &onward, &self->out, self->frontend);
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
    if (kind == BUTLER_MSG_RESPONSE)
        s_adopt (&text, verdict->text, butler_span (verdict->text, verdict->text_size));
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
    if (self->verdict.kind == BUTLER_VERDICT_FORWARD)
        return s_pass_reply (self, view);
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

void
butler_carrier_do (butler_carrier_t *self, const butler_view_t *view, const butler_now_t *now)
{
    butler_verdict_t *verdict = &self->verdict;
    while (verdict->kind == BUTLER_VERDICT_DISPATCH) {
        if (s_give (self, view) == 0)
            return;
        butler_dispatch_bounced (self->dispatch, verdict->job, view, errno, now, verdict);
    }
    if (verdict->kind != BUTLER_VERDICT_NONE && s_tell (self, view) == -1)
        butler_dispatch_unsent (self->dispatch, verdict, errno, now);
}

void
butler_carrier_fini (butler_carrier_t *self)
{
    butler_frames_clear (&self->out);
}
