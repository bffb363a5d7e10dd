/*  butler_carrier.c - carries verdicts out: what the broker decided goes to the sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_carrier.h"
#include "wire/butler_forward.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static const butler_span_t s_none = { NULL, 0 };

static void
s_free (void *data, void *hint)
{
    (void) hint;
    free (data);
}

//  A message that takes over a block
static void
s_adopt (zmq_msg_t *msg, void *block, size_t size)
{
    const int rc = size? zmq_msg_init_data (msg, block, size, s_free, NULL): zmq_msg_init (msg);
    assert (rc == 0);
    (void) rc;
    if (!size)
        free (block);
}

//  ---- a request to a worker

static void
s_stored_body (butler_carrier_t *self, zmq_msg_t *body)
{
    butler_job_t *job = self->verdict.job;
    const size_t size = job->body_size;
    if (self->verdict.last) {
        s_adopt (body, butler_dispatch_take_body (self->dispatch, job), size);
        return;
    }
    const int rc = zmq_msg_init_size (body, size);
    assert (rc == 0);
    (void) rc;
    if (size)
        memcpy (zmq_msg_data (body), butler_job_body (job).data, size);
}

//  The peer's id goes first and alone can fail: until then the job keeps its body
static int
s_give_stored (butler_carrier_t *self)
{
    const butler_verdict_t *verdict = &self->verdict;
    if (zmq_send (self->backend, verdict->peer.data, verdict->peer.size, ZMQ_SNDMORE | ZMQ_DONTWAIT) == -1)
        return -1;
    const butler_job_t *job = verdict->job;
    zmq_msg_t body;
    s_stored_body (self, &body);
    butler_put_dispatch (
        &self->out, verdict->peer, butler_span (verdict->token, BUTLER_TOKEN_SIZE),
        butler_job_api_id (job), butler_service_entry_name (job->service),
        verdict->expiration, &body, s_none);
    zmq_msg_close (&body);
    while (butler_frames_send (&self->out, 1, self->backend) == -1 && errno == EINTR)
        continue;                   //  a signal must not cut the message in two
    butler_frames_clear (&self->out);
    return 0;
}

static int
s_give (butler_carrier_t *self, const butler_view_t *view)
{
    const butler_verdict_t *verdict = &self->verdict;
    if (!view)
        return s_give_stored (self);
    return butler_forward_request (
        &self->in, view, verdict->peer, butler_span (verdict->token, BUTLER_TOKEN_SIZE),
        verdict->expiration, s_none, self->backend);
}

//  ---- the rest

//  What to send, and where; NULL where the verdict is none of these
static void *
s_compose (butler_carrier_t *self)
{
    butler_verdict_t *verdict = &self->verdict;
    zmq_msg_t text;
    switch (verdict->kind) {
        case BUTLER_VERDICT_ANSWER:
            s_adopt (&text, verdict->text, verdict->text_size);
            butler_put_response (&self->out, verdict->peer, verdict->api_id, &text);
            zmq_msg_close (&text);
            return self->frontend;
        case BUTLER_VERDICT_DISCOVERY:
            butler_put_discovery (
                &self->out, verdict->peer, verdict->api_id, verdict->service, verdict->code);
            return self->frontend;
        case BUTLER_VERDICT_HEARTBEAT:
            butler_put_heartbeat (
                &self->out, verdict->peer, butler_span (verdict->text, verdict->text_size));
            free (verdict->text);
            return self->backend;
        case BUTLER_VERDICT_RECONNECT:
            butler_put_reconnect (&self->out, verdict->peer);
            return self->backend;
        case BUTLER_VERDICT_LEAVE:
            butler_put_leave (&self->out, verdict->peer);
            return self->backend;
        case BUTLER_VERDICT_RELAY:
            butler_frames_clear (&self->out);
            butler_frames_append (&self->out, verdict->peer);
            butler_frames_append (&self->out, verdict->code);
            return self->backend;
        default:
            return NULL;
    }
}

static int
s_tell (butler_carrier_t *self, const butler_view_t *view)
{
    if (self->verdict.kind == BUTLER_VERDICT_FORWARD)
        return butler_forward_reply (&self->in, view, self->verdict.peer, self->frontend);
    void *socket = s_compose (self);
    if (!socket)
        return 0;
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
    butler_frames_clear (&self->in);
    butler_frames_clear (&self->out);
}
