/*  broker_script.c - drives the broker layer as the router does, with nothing else in the way
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_script.h"

static const butler_span_t s_none = { NULL, 0 };

void
script_init (script_t *self)
{
    *self = (script_t) { .now = { .mono = INT64_C (1) << 40, .wall = INT64_C (1700000000000) } };
    butler_settings_init (&self->settings);
    self->settings.requests = self->settings.client_limit = INT32_MAX;
    self->settings.service.queue = INT32_MAX;
    self->settings.service.queue_bytes = INT64_MAX;
    self->settings.bytes = INT64_MAX;
    butler_dispatch_init (&self->dispatch, &self->settings, 4711, &self->now);
    butler_frames_init (&self->frames);
}

void
script_fini (script_t *self)
{
    butler_dispatch_fini (&self->dispatch);
    butler_frames_clear (&self->frames);
}

static script_id_t
s_id (uint8_t side, uint32_t number)
{
    return (script_id_t) { { side, (uint8_t) (number >> 24), (uint8_t) (number >> 16),
                             (uint8_t) (number >> 8), (uint8_t) number } };
}

script_id_t
script_client (uint32_t number)
{
    return s_id (0, number);
}

script_id_t
script_worker (uint32_t number)
{
    return s_id (1, number);
}

script_api_id_t
script_api_id (uint32_t number)
{
    script_api_id_t id;
    snprintf (id.text, sizeof id.text, "1.0:0f8fad5b-d9cb-469f-a165-%08lx:%05lu",
              (unsigned long) number, (unsigned long) number % 100000);
    return id;
}

//  ---- messages, as a ROUTER receives them

static unsigned long
s_counter (const script_t *self)
{
    return self->counter? *self->counter: 0;
}

static void
s_parse (script_t *self, butler_side_t side)
{
    self->calls.parse++;
    SCRIPT_CHECK (butler_view_parse (&self->view, side, &self->frames) == 0);
}

static butler_verdict_kind_t
s_from_worker (script_t *self)
{
    s_parse (self, BUTLER_SIDE_BACKEND);
    self->calls.worker++;
    const unsigned long before = s_counter (self);
    butler_dispatch_worker (&self->dispatch, &self->view, &self->now, &self->verdict);
    self->counted += s_counter (self) - before;
    return self->verdict.kind;
}

static butler_span_t
s_span (const script_id_t *id)
{
    return butler_span (id->bytes, sizeof id->bytes);
}

void
script_ready (script_t *self, uint32_t worker, const char *service)
{
    script_ready_as (self, worker, service, SCRIPT_PROPERTIES);
}

void
script_ready_as (script_t *self, uint32_t worker, const char *service, const char *properties)
{
    const script_id_t id = script_worker (worker);
    butler_put_ready (&self->frames, butler_span_string (service), butler_span_string (properties));
    butler_frames_t message = { .count = 0 };
    butler_frames_append (&message, s_span (&id));
    for (unsigned index = 0; index < self->frames.count; index++)
        butler_frames_append_msg (&message, &self->frames.frame [index]);
    butler_frames_clear (&self->frames);
    self->frames = message;
    const uint64_t before = self->dispatch.counters.registrations;
    s_from_worker (self);
    SCRIPT_CHECK (self->dispatch.counters.registrations == before + 1);
}

void
script_beat (script_t *self, uint32_t worker)
{
    const script_id_t id = script_worker (worker);
    butler_put_heartbeat (&self->frames, s_span (&id), s_none);
    SCRIPT_CHECK (s_from_worker (self) == BUTLER_VERDICT_NONE);
}

butler_verdict_kind_t
script_request (script_t *self, uint32_t client, uint32_t api_id, const char *service, int64_t expires)
{
    static const uint8_t body [64] = { 7 };
    const script_id_t id = script_client (client);
    const script_api_id_t request = script_api_id (api_id);
    char expiration [24];
    snprintf (expiration, sizeof expiration, "%lld", (long long) (self->now.wall + expires));
    butler_frames_clear (&self->frames);
    butler_frames_append (&self->frames, s_span (&id));
    butler_frames_append (&self->frames, s_none);
    butler_frames_append (&self->frames, butler_span_string (request.text));
    butler_frames_append (&self->frames, butler_span_string (service));
    butler_frames_append (&self->frames, butler_span_string (expiration));
    butler_frames_append (&self->frames, butler_span (body, sizeof body));
    s_parse (self, BUTLER_SIDE_FRONTEND);
    self->calls.request++;
    const unsigned long before = s_counter (self);
    butler_dispatch_request (&self->dispatch, &self->view, &self->now, &self->verdict);
    self->counted += s_counter (self) - before;
    return self->verdict.kind;
}

butler_verdict_kind_t
script_reply_to (script_t *self, const butler_verdict_t *given)
{
    static const uint8_t response [64] = { 9 };
    SCRIPT_CHECK (given->kind == BUTLER_VERDICT_DISPATCH);
    butler_frames_clear (&self->frames);
    butler_frames_append (&self->frames, given->peer);
    butler_frames_append (&self->frames, butler_span_string ("\x04"));
    butler_frames_append (&self->frames, butler_span (given->token, sizeof given->token));
    butler_frames_append (&self->frames, s_none);
    butler_frames_append (&self->frames, butler_job_api_id (given->job));
    butler_frames_append (&self->frames, butler_span (response, sizeof response));
    return s_from_worker (self);
}

butler_verdict_kind_t
script_reply (script_t *self)
{
    const butler_verdict_t given = self->verdict;
    return script_reply_to (self, &given);
}

//  ---- time

bool
script_next (script_t *self)
{
    self->calls.next++;
    const unsigned long before = s_counter (self);
    const bool more = butler_dispatch_next (&self->dispatch, &self->now, &self->verdict);
    self->counted += s_counter (self) - before;
    if (!more)
        return false;
    free (self->verdict.text);
    self->verdict.text = NULL;
    if (self->verdict.kind == BUTLER_VERDICT_DISPATCH && self->verdict.last)
        free (butler_dispatch_take_body (&self->dispatch, self->verdict.job));
    return true;
}

unsigned
script_settle (script_t *self)
{
    unsigned verdicts = 0;
    while (script_next (self))
        verdicts += self->verdict.kind != BUTLER_VERDICT_NONE;
    return verdicts;
}

void
script_pass (script_t *self, int64_t milliseconds)
{
    self->now.mono += milliseconds;
    self->now.wall += milliseconds;
}
