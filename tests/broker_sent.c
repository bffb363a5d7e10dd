/*  broker_sent.c - what the simulated broker sends, carried out and read by its receivers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include "wire/butler_dialect.h"
#include "wire/butler_notice.h"

static const butler_span_t s_none = { NULL, 0 };

void
broker_copy_text (char *to, size_t size, butler_span_t span)
{
    assert_true (span.size < size);
    if (span.size)
        memcpy (to, span.data, span.size);
    to [span.size] = 0;
}

//  ---- on its way out

static broker_sent_t *
s_sent_new (broker_t *self)
{
    broker_sent_t *sent = calloc (1, sizeof *sent);
    assert_non_null (sent);
    sent->kind = self->verdict.kind;
    broker_copy_text (sent->peer, sizeof sent->peer, self->verdict.peer);
    return sent;
}

static void
s_set_body (broker_sent_t *sent, butler_span_t span)
{
    sent->size = span.size;
    sent->body = malloc (span.size + 1);
    assert_non_null (sent->body);
    broker_copy_text (sent->body, span.size + 1, span);
}

static void
s_append (broker_t *self, broker_sent_t *sent)
{
    *(self->sent? &self->sent_last->next: &self->sent) = sent;
    self->sent_last = sent;
}

//  What was composed, as its receiver parses it
static void
s_deliver (broker_t *self, butler_side_t side, butler_frames_t *out)
{
    broker_sent_t *sent = s_sent_new (self);
    butler_view_t view;
    if (butler_view_parse (&view, side, out) == -1)
        fail_msg ("what goes to %s is malformed: %s", sent->peer, view.fault);
    broker_copy_text (sent->api_id, sizeof sent->api_id, view.api_id);
    broker_copy_text (sent->service, sizeof sent->service, view.service);
    if (view.kind == BUTLER_MSG_DISCOVERY)
        broker_copy_text (sent->code, sizeof sent->code, view.notice);
    const bool content = view.kind == BUTLER_MSG_DISPATCH || view.kind == BUTLER_MSG_RESPONSE;
    s_set_body (sent, content? view.content: view.notice);
    char digits [BUTLER_FIELD_DIGITS];
    if (view.kind == BUTLER_MSG_DISPATCH)
        broker_copy_text (sent->expiration, sizeof sent->expiration,
                          butler_field_write_expiration (digits, view.relative, view.expiration));
    broker_copy_text (sent->extra, sizeof sent->extra, view.properties);
    sent->envelope = view.envelope;
    sent->attempt = view.attempt;
    if (view.token.size == BUTLER_TOKEN_SIZE)
        memcpy (sent->token, view.token.data, BUTLER_TOKEN_SIZE);
    butler_frames_clear (out);
    s_append (self, sent);
}

static void
s_note_given (broker_t *self)
{
    const broker_sent_t *sent = self->sent_last;
    broker_given_t *given = &self->given [self->given_count++ % BROKER_GIVEN_MAX];
    broker_copy_text (given->worker, sizeof given->worker, butler_span_string (sent->peer));
    broker_copy_text (given->api_id, sizeof given->api_id, butler_span_string (sent->api_id));
    memcpy (given->token, sent->token, sizeof given->token);
}

//  Which of the requests that this worker was given the notice names
static void
s_note_dropped (broker_t *self)
{
    broker_sent_t *sent = self->sent_last;
    for (size_t index = 0; index < self->given_count && index < BROKER_GIVEN_MAX; index++) {
        const broker_given_t *given = &self->given [index];
        char expected [64] = "{\"cancel\":\"", *into = expected + strlen (expected);
        for (size_t byte = 0; byte < BUTLER_TOKEN_SIZE; byte++)
            into += sprintf (into, "%02x", given->token [byte]);
        strcpy (into, "\"}");
        if (strcmp (expected, sent->body) == 0 && strcmp (given->worker, sent->peer) == 0)
            broker_copy_text (sent->api_id, sizeof sent->api_id, butler_span_string (given->api_id));
    }
}

//  JSON for the seventh frame of a request, where there is to be one
static butler_span_t
s_extra (const broker_t *self, butler_text_t *text, butler_span_t trace)
{
    const butler_verdict_t *verdict = &self->verdict;
    return verdict->extra? butler_notice_attempt (text, verdict->job->attempts - 1U, trace): s_none;
}

//  The message in hand goes on
static void
s_pass_on (broker_t *self, butler_kind_t kind, butler_frames_t *out)
{
    const butler_verdict_t *verdict = &self->verdict;
    butler_view_t view = self->view;
    view.kind = (int) kind;
    view.envelope = verdict->envelope;
    view.peer = view.token = s_none;
    if (kind == BUTLER_MSG_DISPATCH)
        view.token = butler_span (verdict->token, BUTLER_TOKEN_SIZE);
    butler_text_t text;
    if (kind == BUTLER_MSG_DISPATCH)
        view.properties = s_extra (self, &text, view.trace);
    if (kind == BUTLER_MSG_DISPATCH && verdict->renewed) {
        view.relative = verdict->relative;
        view.expiration = verdict->expiration;
    }
    butler_view_encode (out, &view, NULL);
    butler_frames_clear (&self->frames);
}

//  The job's own body goes out
static void
s_put_stored (broker_t *self, butler_frames_t *out)
{
    butler_verdict_t *verdict = &self->verdict;
    butler_job_t *job = verdict->job;
    assert_true (job->kept);
    butler_text_t text;
    const butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .envelope = verdict->envelope,
        .attempt = (uint16_t) (job->attempts - 1),
        .relative = verdict->relative, .expiration = verdict->expiration,
        .token = butler_span (verdict->token, BUTLER_TOKEN_SIZE),
        .api_id = butler_job_api_id (job), .service = butler_service_entry_name (job->service),
        .content = butler_job_body (job), .trace = butler_job_trace (job),
        .properties = s_extra (self, &text, butler_job_trace (job)),
    };
    butler_view_encode (out, &view, NULL);
    if (verdict->last)
        free (butler_dispatch_take_body (&self->dispatch, job));
}

static void
s_give (broker_t *self, bool in_hand)
{
    butler_frames_t out = { .count = 0 };
    if (in_hand)
        s_pass_on (self, BUTLER_MSG_DISPATCH, &out);
    else
        s_put_stored (self, &out);
    s_deliver (self, BUTLER_SIDE_WORKER, &out);
    s_note_given (self);
}

static void
s_tell (broker_t *self)
{
    butler_verdict_t *verdict = &self->verdict;
    butler_frames_t out = { .count = 0 };
    butler_view_t view = {
        .envelope = verdict->envelope, .api_id = verdict->api_id, .service = verdict->service,
        .notice = verdict->code,
    };
    switch (verdict->kind) {
        case BUTLER_VERDICT_FORWARD:
            s_pass_on (self, BUTLER_MSG_RESPONSE, &out);
            s_deliver (self, BUTLER_SIDE_CLIENT, &out);
            return;
        case BUTLER_VERDICT_ANSWER:
            view.content = butler_span (verdict->text, verdict->text_size);
            view.kind = BUTLER_MSG_RESPONSE;
            butler_view_encode (&out, &view, NULL);
            s_deliver (self, BUTLER_SIDE_CLIENT, &out);
            return;
        case BUTLER_VERDICT_DISCOVERY:
            view.api_id = butler_dialect_discovery_id (verdict->envelope, verdict->api_id);
            view.kind = BUTLER_MSG_DISCOVERY;
            butler_view_encode (&out, &view, NULL);
            s_deliver (self, BUTLER_SIDE_CLIENT, &out);
            return;
        case BUTLER_VERDICT_HEARTBEAT:
            self->beats += !verdict->text;
            if (!verdict->text)
                return;
            butler_put_heartbeat (&out, s_none, butler_span (verdict->text, verdict->text_size));
            break;
        case BUTLER_VERDICT_RECONNECT:
            butler_put_reconnect (&out, s_none);
            break;
        case BUTLER_VERDICT_LEAVE:
            butler_put_leave (&out, s_none);
            break;
        case BUTLER_VERDICT_CANCEL:
            view.token = butler_span (verdict->token, BUTLER_TOKEN_SIZE);
            butler_notice_put_cancel (&out, &view);
            s_deliver (self, BUTLER_SIDE_WORKER, &out);
            if (self->sent_last->envelope == BUTLER_ENVELOPE_FRAMES)
                s_note_dropped (self);
            return;
        default:
            butler_frames_append (&out, verdict->code);
    }
    s_deliver (self, BUTLER_SIDE_WORKER, &out);
}

static int
s_error (const broker_t *self)
{
    char peer [256];
    broker_copy_text (peer, sizeof peer, self->verdict.peer);
    return self->deaf (self->deaf_arg, peer);
}

//  As the actor's carrier does
void
broker_carry (broker_t *self, bool in_hand)
{
    butler_verdict_t *verdict = &self->verdict;
    int error = 0;
    while (verdict->kind == BUTLER_VERDICT_DISPATCH && (error = s_error (self)))
        butler_dispatch_bounced (&self->dispatch, verdict->job, in_hand? &self->view: NULL,
                                 error, &self->now, verdict);
    if (verdict->kind == BUTLER_VERDICT_NONE)
        return;
    const bool has_text = verdict->kind == BUTLER_VERDICT_ANSWER
                       || verdict->kind == BUTLER_VERDICT_HEARTBEAT;
    if (verdict->kind == BUTLER_VERDICT_DISPATCH)
        s_give (self, in_hand);
    else
    if ((error = s_error (self)))
        butler_dispatch_unsent (&self->dispatch, verdict, error, &self->now);
    else
        s_tell (self);
    if (has_text)
        free (verdict->text);
}

//  ---- what was sent

bool
broker_next (broker_t *self, broker_sent_t *sent)
{
    broker_sent_t *first = self->sent;
    free (self->last.body);
    self->last = (broker_sent_t) { .body = NULL };
    if (!first)
        return false;
    self->sent = first->next;
    self->last = *first;
    free (first);
    if (sent)
        *sent = self->last;
    return true;
}

void
broker_forget_sent (broker_t *self)
{
    while (broker_next (self, NULL))
        continue;
}

//  "502:lost WorkerLost"; what is no error stays as it is
static char *
s_short_error (const broker_sent_t *sent)
{
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (sent->body, sent->size), &outcome);
    char *text = NULL;
    int rc;
    if (outcome.status == 200)
        rc = asprintf (&text, "%s", sent->body);
    else
    if (*outcome.kind == 0)
        rc = asprintf (&text, "%d", outcome.status);
    else
        rc = asprintf (&text, "%d:%s %s", outcome.status, outcome.kind, outcome.name);
    assert_true (rc >= 0);
    butler_outcome_clear (&outcome);
    return text;
}

char *
broker_line (const broker_sent_t *sent)
{
    const char *peer = sent->peer;
    char *line = NULL, *text = NULL;
    int rc = -1;
    switch (sent->kind) {
        case BUTLER_VERDICT_DISPATCH:
            rc = asprintf (&line, "%s takes %s %s", peer, sent->api_id, sent->body);
            break;
        case BUTLER_VERDICT_FORWARD:
        case BUTLER_VERDICT_ANSWER:
            text = s_short_error (sent);
            rc = asprintf (&line, "%s gets %s %s", peer, sent->api_id, text);
            free (text);
            break;
        case BUTLER_VERDICT_DISCOVERY:
            rc = asprintf (&line, "%s finds %s%s%s %s", peer, sent->api_id, *sent->api_id? " ": "",
                           sent->service, sent->code);
            break;
        case BUTLER_VERDICT_HEARTBEAT:
            rc = asprintf (&line, "%s is told %s", peer, sent->body);
            break;
        case BUTLER_VERDICT_RECONNECT:
            rc = asprintf (&line, "%s reconnects", peer);
            break;
        case BUTLER_VERDICT_LEAVE:
            rc = asprintf (&line, "%s may leave", peer);
            break;
        case BUTLER_VERDICT_CANCEL:
            rc = asprintf (&line, "%s %s drop %s", peer,
                           sent->envelope == BUTLER_ENVELOPE_PACKED? "may": "is told to", sent->api_id);
            break;
        default:
            rc = asprintf (&line, "%s relayed", peer);
    }
    assert_true (rc >= 0);
    return line;
}

void
broker_expect_at (broker_t *self, const char *file, int line, const char *format, ...)
{
    char expected [1024];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (expected, sizeof expected, format, arguments);
    va_end (arguments);
    char *found = broker_next (self, NULL)? broker_line (&self->last): strdup ("nothing");
    const bool same = strcmp (found, expected) == 0;
    if (!same)
        print_error ("expected: %s\n   found: %s\n", expected, found);
    free (found);
    _assert_true (same, "the message expected", file, line);
}
