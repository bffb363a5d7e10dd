/*  broker_model_work.c - what comes in from workers, and what has to become of it at once
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_model.h"

static const struct {
    const char *text;
    unsigned capacity, threads, retry;  //  a capacity of 0: the router can't take them
    int64_t interval;
} s_properties [] = {
    { NULL, 1, 1, 0, 0 },
    { "{\"heartbeat\": 900}", 1, 1, 0, 900 },
    { "{\"capacity\": 3, \"request\": 2}", 3, 3, 0, 0 },
    { "{\"capacity\": 4, \"threads\": 2, \"paced\": 1, \"retry\": 1}", 4, 2, 1, 0 },
    { "{\"retry\": 2, \"deadline\": \"relative\", \"request\": 2}", 1, 1, 2, 0 },
    { "{\"capacity\": 2, \"threads\": 1, \"packed\": 1, \"heartbeat\": 10}", 2, 1, 0, 10 },
    { "{\"capacity\": 8, \"retry\": 1, \"packed\": 1}", 8, 8, 1, 0 },
    { "bad", 0, 0, 0, 0 },
};

static void
s_begin (broker_model_t *self)
{
    self->clock++;
    self->observed = NULL;
    memset (self->to_sender, 0, sizeof self->to_sender);
}

//  Whatever it says, it lives. False: it is no worker, or refused, and its message counts for nothing.
static bool
s_heard (broker_model_t *self, model_worker_t *worker)
{
    if (!model_vouch (self, worker, false) || !worker->known)
        return false;
    worker->heard = self->broker->now.mono;
    worker->excused = false;
    if (worker->refused)
        return false;
    if (worker->clogged)
        worker->touched = ++self->clock;
    worker->clogged = false;
    return true;
}

//  The router does not know it: it is told to register anew, and one that is refused is told nothing
static void
s_stranger (broker_model_t *self, const model_worker_t *worker, unsigned told)
{
    model_rule (self, self->to_sender [BUTLER_VERDICT_RECONNECT] == !worker->known && told == 0,
                "a worker that is not known reconnects");
    self->count.reconnects += !worker->known;
}

//  ---- READY

static bool
s_may_register (const broker_model_t *self, const model_worker_t *worker, unsigned service, unsigned properties)
{
    if (worker->barred)
        return false;
    unsigned workers = 0;
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        workers += self->worker [index].known && !self->worker [index].refused;
    return service < MODEL_SERVICES && s_properties [properties].capacity
        && (worker->known || workers < self->broker->settings.workers);
}

static void
s_enlist (broker_model_t *self, model_worker_t *worker, unsigned service, unsigned properties)
{
    const unsigned limit = (unsigned) self->broker->settings.worker_capacity;
    const unsigned capacity = s_properties [properties].capacity;
    const unsigned threads = s_properties [properties].threads;
    worker->refused = worker->leaving = worker->clogged = worker->doomed = worker->excused = false;
    worker->service = service;
    worker->modern = s_properties [properties].text != NULL;
    worker->capacity = capacity < limit? capacity: limit;
    worker->threads = threads < worker->capacity? threads: worker->capacity;
    worker->retry = s_properties [properties].retry;
    worker->interval = s_properties [properties].interval;
    worker->untold = worker->interval > 0;
    worker->owed = 0;
    worker->given = worker->touched = ++self->clock;
    self->service [service].registered = true;
    self->count.registrations++;
}

void
broker_model_ready (broker_model_t *self, unsigned number, unsigned service, unsigned properties)
{
    s_begin (self);
    properties %= sizeof s_properties / sizeof *s_properties;
    model_worker_t *worker = &self->worker [number];
    model_vouch (self, worker, true);
    const bool ignored = worker->known && worker->refused;
    if (!ignored) {
        worker->user = model_sender (self, number);
        worker->barred = !model_may (self, worker->user, BUTLER_MAY_SERVE, service);
    }
    const bool may = s_may_register (self, worker, service, properties);
    const char *name = service < MODEL_SERVICES? self->service [service].name: "butler.none";
    if (worker->known && !ignored)
        model_bereave (self, worker);       //  a second READY: what it held is treated as at its death
    worker->known = true;
    worker->heard = self->broker->now.mono;
    if (!ignored) {
        worker->sent = worker->heard;
        worker->refused = !may;
        worker->interval = worker->owed = 0;
        if (may)
            s_enlist (self, worker, service, properties);
        else
            self->count.registrations_refused++;
    }
    broker_ready (self->broker, worker->name, name, s_properties [properties].text);
    const char *expected = ignored? NULL: may? "ready": "refused";
    model_rule (self, expected? self->observed && strcmp (self->observed, expected) == 0: !self->observed,
                "a worker registers, or is refused");
}

//  ---- HEARTBEAT, LEAVE, RELAY

//  One without properties says by it that it is free, where its request has ended and its time is up
void
broker_model_beat (broker_model_t *self, unsigned number)
{
    s_begin (self);
    model_worker_t *worker = &self->worker [number];
    const bool heeded = s_heard (self, worker);
    const model_hold_t *last = worker->holds? &worker->hold [worker->holds - 1]: NULL;
    if (heeded && !worker->modern && last && !last->request && last->due <= self->broker->now.mono)
        model_release (self, worker, worker->holds - 1);
    broker_beat (self->broker, worker->name);
    if (!heeded)
        s_stranger (self, worker, 0);
}

void
broker_model_leave (broker_model_t *self, unsigned number)
{
    s_begin (self);
    model_worker_t *worker = &self->worker [number];
    const bool heeded = s_heard (self, worker);
    const bool may = heeded || !worker->known;
    if (heeded) {
        worker->leaving = true;
        if (!model_live_workers (self, worker->service))
            self->service [worker->service].until = self->broker->now.mono
                + model_settings (self, worker->service)->ttl;
    }
    broker_leave (self->broker, worker->name);
    model_rule (self, self->to_sender [BUTLER_VERDICT_LEAVE] == may, "a worker may leave");
}

void
broker_model_relay (broker_model_t *self, unsigned sender, unsigned number)
{
    s_begin (self);
    const model_worker_t *worker = &self->worker [number];
    const unsigned user = model_sender (self, sender);
    const bool may = self->broker->settings.relay && worker->known && !worker->refused
        && model_may (self, user, BUTLER_MAY_SERVE, worker->service);
    self->count.malformed += !may;
    broker_relay (self->broker, self->worker [sender].name, worker->name, "\x02");
    model_rule (self, self->to_sender [BUTLER_VERDICT_RELAY] == may, "a peer speaks for the router where it may");
}

//  ---- REPLY

static void
s_reply (broker_model_t *self, model_worker_t *worker, const model_hold_t *hold)
{
    for (unsigned place = 0; place < worker->holds; place++) {
        model_hold_t *own = &worker->hold [place];
        if (memcmp (own->token, hold->token, sizeof own->token) || strcmp (own->api_id, hold->api_id))
            continue;
        self->count.late_replies += !own->request;
        self->replied = own->request;
        model_release (self, worker, place);
        return;
    }
    self->count.stray_replies++;
}

void
broker_model_reply (broker_model_t *self, unsigned sender, unsigned holder, unsigned place, bool wrong)
{
    s_begin (self);
    model_worker_t *worker = &self->worker [sender];
    const model_worker_t *other = &self->worker [holder];
    model_hold_t hold = { .api_id = "1.0:0", .token = { 0x10 } };
    if (other->known && other->holds)
        hold = other->hold [place % other->holds];
    if (wrong)
        hold.token [BUTLER_TOKEN_SIZE - 1]++;
    const bool heeded = s_heard (self, worker);
    if (heeded)
        s_reply (self, worker, &hold);
    const bool awaited = self->replied;
    broker_reply_token (self->broker, worker->name, hold.token, sizeof hold.token, hold.api_id, "reply");
    model_rule (self, !self->replied && self->to_sender [BUTLER_VERDICT_FORWARD] == awaited,
                "a reply goes to its client, and no other does");
    if (!heeded)
        s_stranger (self, worker, self->to_sender [BUTLER_VERDICT_FORWARD]);
}
