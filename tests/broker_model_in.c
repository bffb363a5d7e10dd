/*  broker_model_in.c - what comes in from clients, and what has to become of it at once
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_model.h"
#include <stdio.h>
#include <stdlib.h>

//  Names beyond the services
static const char *const s_others [] = {
    "butler.router", "butler.none", "mmi.svc", "mmi.nobody", "mmi.butler.packed"
};

#define S_OTHERS (sizeof s_others / sizeof *s_others)

static void
s_begin (broker_model_t *self)
{
    self->clock++;
    self->observed = NULL;
    memset (self->to_sender, 0, sizeof self->to_sender);
}

//  ---- a request

//  As butler_queue.h says what makes a client the one that has most waiting
static size_t
s_load (const broker_model_t *self, unsigned service, unsigned client)
{
    size_t load = 0;
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        const model_request_t *request = &self->request [index];
        if (request->state == MODEL_WAITING && request != self->arriving && request->service == service
        &&  model_client (request) == client)
            load += butler_queue_load (request->size);
    }
    return load;
}

static size_t
s_most (const broker_model_t *self, unsigned service)
{
    size_t most = 0;
    for (unsigned client = 0; client < MODEL_CLIENTS; client++) {
        const size_t load = s_load (self, service, client);
        most = load > most? load: most;
    }
    return most;
}

static model_request_t *
s_newest (broker_model_t *self, unsigned service, unsigned client)
{
    model_request_t *newest = NULL;
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        model_request_t *request = &self->request [index];
        if (request->state == MODEL_WAITING && request != self->arriving && request->service == service
        &&  model_client (request) == client && (!newest || request->order > newest->order))
            newest = request;
    }
    return newest;
}

//  Who was thrown out for the request in hand: the newest of a client that has most waiting
static model_request_t *
s_thrown_out (broker_model_t *self, unsigned service)
{
    bool open;
    for (unsigned client = 0; client < MODEL_CLIENTS; client++) {
        model_request_t *newest = s_newest (self, service, client);
        if (newest && model_peek_leaving (self, newest, &open)
        &&  s_load (self, service, client) == s_most (self, service))
            return newest;
    }
    return NULL;
}

//  What a full queue does; `load` is that of its client, this request included. NULL: there is room.
static const char *
s_queue (broker_model_t *self, const model_request_t *request, size_t load)
{
    const unsigned service = request->service;
    const int64_t limit = model_settings (self, service)->queue;
    int64_t depth = model_requests (self, MODEL_WAITING, (int) service, -1);
    model_request_t *out;
    while ((out = s_thrown_out (self, service))) {
        model_rule (self, s_most (self, service) > load, "a client was crowded out by one that has more");
        model_rule (self, self->tight || depth >= limit, "a client was crowded out, and there was room");
        model_end (self, out, MODEL_REFUSED);
        depth--;
    }
    bool open;
    for (unsigned index = 0; index < MODEL_REQUESTS; index++)
        model_rule (self, self->request [index].state != MODEL_WAITING || &self->request [index] == request
                    || !model_peek_leaving (self, &self->request [index], &open),
                    "a request was crowded out that is not the newest of who has most");
    if (depth < limit)
        return NULL;
    model_rule (self, self->tight || s_most (self, service) <= load, "a full queue refused one, and another has more");
    return "QueueFull";
}

static bool
s_idle_worker (const broker_model_t *self, unsigned service)
{
    bool idle = false;
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        idle |= model_worker_idle (&self->worker [index]) && self->worker [index].service == service;
    return idle;
}

//  Why it is refused before its queue is looked at, or NULL
static const char *
s_refusal (const broker_model_t *self, const model_request_t *request)
{
    const butler_settings_t *settings = &self->broker->settings;
    if (self->draining)
        return "Draining";
    if (model_share (self, model_client (request)) >= settings->client_limit)
        return "ClientLimit";
    if (model_requests (self, MODEL_WAITING, -1, -1) + model_requests (self, MODEL_RUNNING, -1, -1)
        >= settings->requests)
        return "RouterFull";
    if (request->service >= MODEL_SERVICES)
        return "ServiceNotFound";
    const bool known = self->service [request->service].registered
                    || model_settings (self, request->service)->unknown_queue;
    return known? NULL: "ServiceNotFound";
}

static void
s_send (broker_model_t *self, const model_request_t *request, const model_asked_t *asked)
{
    char expiration [24];
    const butler_now_t *now = &self->broker->now;
    snprintf (expiration, sizeof expiration, asked->relative? "+%lld": "%lld",
              (long long) (asked->relative? asked->time + now->aged: now->wall + asked->time));
    char *body = malloc (asked->size + 1);
    assert_non_null (body);
    memset (body, '.', asked->size);
    body [asked->size] = 0;
    const char *name = request->service < MODEL_SERVICES
        ? self->service [request->service].name: s_others [(request->service - MODEL_SERVICES) % S_OTHERS];
    broker_request (self->broker, request->client, request->api_id, name, expiration, body);
    free (body);
}

//  It was answered at once in this way, or not (NULL)
static void
s_expect (broker_model_t *self, const char *answer, const char *rule)
{
    model_rule (self, answer? strcmp (self->answer, answer) == 0: !*self->answer, rule);
}

//  One that may be taken in: given to a worker, waiting, or refused for want of room. Whether no other waited
//  when it came, and a worker was idle.
static void
s_take_in (broker_model_t *self, model_request_t *request, bool first, bool idle)
{
    const bool given = request->state == MODEL_RUNNING;
    const bool at_once = first && (idle || self->to_sender [BUTLER_VERDICT_DISPATCH]);
    const size_t load = s_load (self, request->service, model_client (request)) + butler_queue_load (request->size);
    const char *full = at_once? NULL: s_queue (self, request, load);
    const bool refused = *self->answer;
    if (!self->tight || !refused)
        s_expect (self, full, "a request was refused, or was not, and should not, or should, have been");
    model_rule (self, !refused || strcmp (self->answer, "QueueFull") == 0
                || (self->tight && strcmp (self->answer, "RouterFull") == 0), "refused for another reason");
    model_rule (self, !given || first, "a request overtook others");
    model_rule (self, given || refused || !at_once || !s_idle_worker (self, request->service),
                "a request waits, and a worker has nothing to do");
    if (!refused)
        return;
    self->count.refused++;
    request->state = MODEL_NONE;
}

//  What has to happen to those that ask for no service of a worker: false, it is one that does
static bool
s_aside (broker_model_t *self, model_request_t *request, int64_t left)
{
    const unsigned other = request->service - MODEL_SERVICES;
    const bool asks = request->service < MODEL_SERVICES;
    if (left > 0 && (asks || other == 1))
        return false;
    request->state = MODEL_NONE;
    bool open;
    if (left <= 0 && model_peek_leaving (self, request, &open)) {
        //  It may have aged unseen with others, whose cancellation comes behind it
        self->count.accepted++;
        model_rule (self, self->broker->now.aged > 0 && request->modern, "504 may wait");
        model_end (self, request, MODEL_EXPIRED);
    }
    else
    if (left <= 0) {
        self->count.accepted++;
        self->count.expired++;
        s_expect (self, request->modern? "Expired": NULL, "a request that came too late");
    }
    else
    if (other == 0) {
        self->count.accepted++;
        self->count.answered++;
        model_rule (self, *self->answer, "the router's own service did not answer");
    }
    else {
        self->count.discoveries++;
        model_rule (self, self->to_sender [BUTLER_VERDICT_DISCOVERY] == 1, "no answer to a discovery");
    }
    return true;
}

//  What is asked for, where that is known to be a service: of mmi.svc, the one behind it. Two are open to all who
//  may come in.
static bool
s_forbidden (const broker_model_t *self, unsigned client, unsigned service)
{
    const unsigned user = self->owner [client], other = service - MODEL_SERVICES;
    if (service >= MODEL_SERVICES && (other == 0 || other == 4))
        return user != MODEL_TRUSTED && user == self->removed;
    return !model_may (self, user, BUTLER_MAY_CALL, service >= MODEL_SERVICES && other == 2? 2: service);
}

static void
s_forbid (broker_model_t *self, model_request_t *request)
{
    self->count.forbidden++;
    request->state = MODEL_NONE;
    if (request->service >= MODEL_SERVICES + 2) {
        self->count.discoveries++;
        model_rule (self, self->to_sender [BUTLER_VERDICT_DISCOVERY] == 1, "no answer to a discovery");
        return;
    }
    self->count.accepted++;
    self->count.refused++;
    s_expect (self, "Forbidden", "a request that may not be made");
}

void
broker_model_request (broker_model_t *self, const model_asked_t *asked)
{
    s_begin (self);
    model_succeed (self, asked->client);
    model_request_t *request = &self->request [(asked->client * MODEL_IDS + asked->id) * 2 + asked->modern];
    if (request->state != MODEL_NONE) {
        s_send (self, request, asked);
        self->count.duplicates++;
        model_rule (self, !self->to_sender [BUTLER_VERDICT_DISPATCH], "a second request under an api:id was heeded");
        return;
    }
    const int64_t most = self->broker->settings.max_deadline;
    const int64_t left = asked->time < most? asked->time: most;
    *request = (model_request_t) {
        .modern = asked->modern, .state = MODEL_WAITING, .service = asked->service, .size = asked->size,
        .order = self->clock, .since = self->clock, .due = self->broker->now.mono + left,
    };
    snprintf (request->client, sizeof request->client, "c%u", asked->client);
    snprintf (request->api_id, sizeof request->api_id, "%s:%u", asked->modern? "1.0": "0.3.0", asked->id);
    self->arriving = request;
    self->answer = "";
    const char *refusal = s_refusal (self, request);
    const bool first = !model_requests (self, MODEL_WAITING, (int) asked->service, -1);
    const bool idle = s_idle_worker (self, asked->service);
    self->forbidden = s_forbidden (self, asked->client, asked->service);
    s_send (self, request, asked);
    if (self->forbidden)
        s_forbid (self, request);
    else
    if (!s_aside (self, request, left)) {
        self->count.accepted++;
        if (refusal) {
            s_expect (self, refusal, "a request that has to be refused");
            self->count.refused++;
            request->state = MODEL_NONE;
        }
        else
            s_take_in (self, request, first, idle);
    }
    self->forbidden = false;
    self->arriving = NULL;
    self->answer = NULL;
}

//  ---- the rest of what clients send

void
broker_model_cancel (broker_model_t *self, unsigned client, bool modern, unsigned id, bool packed)
{
    s_begin (self);
    model_succeed (self, client);
    model_request_t *request = &self->request [(client * MODEL_IDS + id) * 2 + modern];
    const bool told = request->state == MODEL_RUNNING && self->worker [request->worker].modern;
    if (request->state == MODEL_WAITING || request->state == MODEL_RUNNING) {
        self->count.cancelled++;
        model_told (self, request);
    }
    else
        self->count.stray_cancels++;
    if (packed)
        broker_cancel (self->broker, request->client, request->api_id);
    else
        broker_request (self->broker, request->client, request->api_id, "butler.cancel", "0", "");
    model_rule (self, self->to_sender [BUTLER_VERDICT_CANCEL] == told,
                "its worker is told, where it can be, and nobody else");
}

void
broker_model_malformed (broker_model_t *self, unsigned client, unsigned id)
{
    s_begin (self);
    model_succeed (self, client);
    model_request_t *request = &self->request [(client * MODEL_IDS + id) * 2 + 1];
    self->answer = "";
    broker_malformed (self->broker, request->client, "", request->api_id, "svc", NULL);
    self->count.malformed++;
    s_expect (self, request->state == MODEL_NONE? "Malformed": NULL, "400, where its api:id is free");
    self->answer = NULL;
}
