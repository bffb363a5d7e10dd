/*  broker_model_out.c - what the router may send, and what follows from it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_model.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "wire/butler_dialect.h"

//  ---- requests that are given to workers

//  The oldest of its client, and of a client that has not had its turn while another waited
static void
s_check_turn (const broker_model_t *self, const model_request_t *request)
{
    const uint64_t *served = self->service [request->service].served;
    const uint64_t last = served [model_client (request)];
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        const model_request_t *other = &self->request [index];
        if (other == request || other->state != MODEL_WAITING || other->service != request->service
        ||  other->due <= self->broker->now.mono)
            continue;
        const bool own = model_client (other) == model_client (request);
        model_rule (self, !own || other->order > request->order, "a client's requests changed their order");
        model_rule (self, own || other->since > last || served [model_client (other)] > last,
                    "a client had two turns while another waited");
    }
}

//  One that holds fewer than it has threads comes first; among equals, who has rested longest
static void
s_check_choice (const broker_model_t *self, const model_worker_t *worker)
{
    const bool idle = model_worker_idle (worker);
    for (unsigned index = 0; index < MODEL_WORKERS; index++) {
        const model_worker_t *other = &self->worker [index];
        if (other == worker || !model_worker_idle (other) || other->service != worker->service)
            continue;
        model_rule (self, idle, "a worker got a second request while another had nothing to do");
        model_rule (self, other->touched > worker->given, "a worker was passed over that had rested for longer");
    }
}

static void
s_give (broker_model_t *self, model_worker_t *worker, model_request_t *request, int error)
{
    if (request != self->arriving)
        self->service [request->service].served [model_client (request)] = ++self->clock;
    worker->given = worker->touched = ++self->clock;
    if (error) {                    //  it was never given
        self->count.bounced++;
        worker->clogged = true;
        worker->doomed |= error == EHOSTUNREACH;
        request->since = ++self->clock;
        self->bouncing = request;
        return;
    }
    const butler_service_settings_t *settings = model_settings (self, request->service);
    request->spare = (settings->retry_set? settings->retry: (int64_t) worker->retry) > request->attempts++;
    worker->sent = self->broker->now.mono;
    request->state = MODEL_RUNNING;
    request->worker = (unsigned) (worker - self->worker);
    model_hold_t *hold = &worker->hold [worker->holds++];
    *hold = (model_hold_t) { .due = request->due, .request = request };
    memcpy (hold->token, self->broker->verdict.token, sizeof hold->token);
    strcpy (hold->api_id, request->api_id);
}

static void
s_dispatch (broker_model_t *self, model_worker_t *worker, int error)
{
    const butler_job_t *job = self->broker->verdict.job;
    char client [8], api_id [16];
    broker_copy_text (client, sizeof client, butler_client_entry_id (job->client));
    broker_copy_text (api_id, sizeof api_id, butler_job_api_id (job));
    model_request_t *request = model_request_of (self, client, api_id);
    model_rule (self, request->state == MODEL_WAITING, "a request was given to a worker that did not wait");
    model_rule (self, request->due > self->broker->now.mono, "an expired request was given to a worker");
    model_rule (self, model_worker_takes (worker), "a worker was given more than it takes");
    model_rule (self, worker->service == request->service, "a worker was given a request for another service");
    if (request != self->arriving && request != self->bouncing)
        s_check_turn (self, request);
    self->bouncing = NULL;
    s_check_choice (self, worker);
    s_give (self, worker, request, error);
}

//  ---- answers

//  What of PROTOCOL.md's table it is, as far as its dialect says it
static void
s_check_answer (const broker_model_t *self, const model_request_t *request, const butler_outcome_t *outcome)
{
    const bool late = request->due <= self->broker->now.mono;
    const char *name = outcome->name;
    int status = 503;
    if (strcmp (name, "Expired") == 0) {
        status = 504;
        model_rule (self, late && request->modern, "504 before its time, or in dialect 0");
    }
    else
    if (strcmp (name, "WorkerLost") == 0) {
        status = 502;
        model_rule (self, request->state == MODEL_LEAVING && request->end == MODEL_LOST, "502, and no worker was lost");
    }
    else
    if (strcmp (name, "ServiceNotFound") == 0) {
        status = 404;
        model_rule (self, request->state == MODEL_WAITING && !model_live_workers (self, request->service)
                    && self->service [request->service].until <= self->broker->now.mono,
                    "404, and a worker has the service, or had it within ttl");
    }
    else
        model_rule (self, request->state == MODEL_LEAVING && request->end == MODEL_REFUSED
                    && (strcmp (name, "Draining") || !request->attempts)
                    && (strcmp (name, "Abandoned") || request->attempts), "503 without a reason");
    model_rule (self, outcome->status == (request->modern || status == 404? status: 500),
                "an answer that is none of its dialect's");
}

static void
s_answer (broker_model_t *self, const char *client)
{
    const butler_verdict_t *verdict = &self->broker->verdict;
    char api_id [16];
    broker_copy_text (api_id, sizeof api_id, verdict->api_id);
    model_request_t *request = model_request_of (self, client, api_id);
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (verdict->text, verdict->text_size), &outcome);
    if (self->answer) {             //  at once: whoever asked looks at it
        model_rule (self, !*self->answer, "two answers at once");
        snprintf (self->answered, sizeof self->answered, "%s", outcome.status == 200? "result": outcome.name);
        self->answer = self->answered;
    }
    else {
        model_rule (self, request->state != MODEL_NONE, "an answer to a request that is not open");
        s_check_answer (self, request, &outcome);
        if (request->state != MODEL_LEAVING)
            model_end (self, request, strcmp (outcome.name, "Expired")? MODEL_UNKNOWN: MODEL_EXPIRED);
        model_told (self, request);
    }
    butler_outcome_clear (&outcome);
}

static void
s_forward (broker_model_t *self, const char *client, int error)
{
    model_request_t *request = self->replied;
    model_rule (self, request != NULL, "a reply went to a client that did not wait for it");
    model_rule (self, strcmp (request->client, client) == 0, "a reply went to another's client");
    self->replied = NULL;
    request->state = MODEL_NONE;
    ++*(error? &self->count.undeliverable: &self->count.answered);
}

static void
s_discover (const broker_model_t *self)
{
    const butler_verdict_t *verdict = &self->broker->verdict;
    bool here = butler_span_begins (verdict->service, "butler.");
    for (unsigned index = 0; index < MODEL_SERVICES; index++)
        if (butler_span_equal (verdict->service, butler_span_string (self->service [index].name)))
            here = model_live_workers (self, index) > 0;
    const char *code = self->forbidden? "403": here? "200": "400";
    model_rule (self, butler_span_equal (verdict->code, butler_span_string (code)),
                "discovery says what is not so");
}

//  ---- all of it

static void
s_to_worker (broker_model_t *self, model_worker_t *worker, int error)
{
    const butler_verdict_t *verdict = &self->broker->verdict;
    const bool beat = verdict->kind == BUTLER_VERDICT_HEARTBEAT;
    if (beat && verdict->text && strstr (verdict->text, "refused")) {
        model_rule (self, worker->refused, "a worker was told that it is refused, and is not");
        worker->owed = 0;
    }
    else
    if (beat) {
        const bool due = self->broker->now.mono >= worker->sent + self->broker->settings.heartbeat;
        model_rule (self, worker->known && !worker->refused, "a heartbeat to who is no worker");
        model_rule (self, verdict->text? worker->untold || worker->owed > 0: due && !worker->owed,
                    "a heartbeat before its time, or without what it has to tell");
        worker->untold = false;
        worker->owed = 0;
        worker->excused = false;
    }
    if (beat || verdict->kind == BUTLER_VERDICT_CANCEL)
        worker->sent = self->broker->now.mono;
    worker->untold |= error && worker->interval > 0;
    if (error == EHOSTUNREACH && worker->known && worker->refused)
        worker->known = false;
    worker->doomed |= error == EHOSTUNREACH && worker->known;
}

int
model_sending (void *arg, const char *peer)
{
    broker_model_t *self = arg;
    const butler_verdict_t *verdict = &self->broker->verdict;
    const unsigned number = (unsigned) (peer [1] - '0');
    const int error = self->deaf [*peer == 'w'? MODEL_CLIENTS + number: number];
    const bool passed_on = verdict->kind == BUTLER_VERDICT_DISPATCH || verdict->kind == BUTLER_VERDICT_FORWARD;
    self->to_sender [verdict->kind]++;
    self->count.unsent += error && !passed_on;
    if (verdict->kind == BUTLER_VERDICT_DISPATCH)
        s_dispatch (self, &self->worker [number], error);
    else
    if (verdict->kind == BUTLER_VERDICT_FORWARD)
        s_forward (self, peer, error);
    else
    if (verdict->kind == BUTLER_VERDICT_ANSWER)
        s_answer (self, peer);
    else
    if (verdict->kind == BUTLER_VERDICT_DISCOVERY)
        s_discover (self);
    else
        s_to_worker (self, &self->worker [number], error);
    return error;
}

//  Refused while it was registered, and to be told
static void
s_bar (broker_model_t *self, model_worker_t *worker)
{
    model_rule (self, worker->known && !worker->refused
                && !model_may (self, worker->user, BUTLER_MAY_SERVE, worker->service), "a worker was barred that may serve");
    self->count.workers_lost += !worker->leaving;
    model_bereave (self, worker);
    worker->known = worker->refused = worker->barred = true;
    worker->doomed = false;
    worker->owed = self->broker->now.mono;
}

void
model_observe (void *arg, const char *event, const butler_worker_entry_t *entry, const char *reason)
{
    broker_model_t *self = arg;
    (void) reason;
    model_worker_t *worker = model_worker_of (self, butler_worker_entry_id (entry));
    const bool lost = strcmp (event, "lost") == 0;
    if (self->usurped) {            //  all of it was done when the message came
        model_rule (self, self->usurped == worker && (lost || strcmp (event, "gone") == 0), "another was buried");
        self->usurped = NULL;
        return;
    }
    if (self->barring) {
        s_bar (self, worker);
        return;
    }
    if (!self->observed)
        self->observed = event;
    if (strcmp (event, "refused") == 0)
        worker->known = worker->refused = true;
    if (!lost && strcmp (event, "gone"))
        return;
    model_rule (self, worker->known && !worker->refused && worker->leaving != lost, "a stranger was lost");
    model_rule (self, worker->doomed || model_death (self, worker) <= self->broker->now.mono,
                "a worker was lost that lives");
    self->count.workers_lost += lost;
    model_bereave (self, worker);
    worker->doomed = false;
}
