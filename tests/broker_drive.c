/*  broker_drive.c - steps of a history: whoever chooses decides what happens to the broker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_drive.h"
#include <errno.h>

static unsigned
s_choose (broker_drive_t *self, unsigned below)
{
    return self->choose (self->arg, below);
}

static void
s_request (broker_drive_t *self)
{
    const butler_now_t *now = &self->model->broker->now;
    model_asked_t asked = {
        .client = s_choose (self, MODEL_CLIENTS), .id = s_choose (self, MODEL_IDS),
        .service = s_choose (self, 16) < 12? s_choose (self, 2): s_choose (self, MODEL_SERVICES + 5),
        .modern = s_choose (self, 3),
    };
    const unsigned how = s_choose (self, 256);
    asked.relative = asked.modern && how & 1;
    asked.time = 17 * (int64_t) s_choose (self, 256) - (how & 2? 20: 0);
    asked.size = how & 4? s_choose (self, 256) * 16: how >> 4;
    if (asked.relative && asked.time + now->aged < 0)
        asked.time = -now->aged;
    broker_model_request (self->model, &asked);
}

static void
s_ready (broker_drive_t *self)
{
    const unsigned worker = s_choose (self, MODEL_WORKERS);
    const unsigned service = s_choose (self, 8) < 6? s_choose (self, 2): s_choose (self, MODEL_SERVICES + 1);
    broker_model_ready (self->model, worker, service, s_choose (self, 8));
}

//  Mostly the right one
static void
s_reply (broker_drive_t *self)
{
    const unsigned worker = s_choose (self, MODEL_WORKERS), how = s_choose (self, 32);
    const unsigned sender = how == 0? s_choose (self, MODEL_WORKERS): worker;
    broker_model_reply (self->model, sender, worker, s_choose (self, MODEL_HOLDS), how == 1);
}

static void
s_time (broker_drive_t *self)
{
    broker_t *broker = self->model->broker;
    const unsigned how = s_choose (self, 16);
    const int64_t step = how < 12? s_choose (self, 40): s_choose (self, 256) * (how == 15? 100: 4);
    broker->now.mono += step;
    broker->now.wall += step;
    if (how == 14)
        broker_model_lapse (self->model, step);
    if (how > 12)
        broker->now.aged = how == 13? s_choose (self, 256): 0;
    self->holding = false;
}

static void
s_settings (broker_drive_t *self)
{
    butler_settings_t *settings = &self->model->broker->settings;
    self->model->tight = s_choose (self, 8) == 0;
    settings->bytes = self->model->tight? 1500 + 16 * s_choose (self, 256): 1 << 28;
    settings->service.queue_bytes = self->model->tight? 1000 + 16 * s_choose (self, 256): 1 << 26;
    settings->relay = s_choose (self, 2);
    settings->client_limit = 1 + s_choose (self, 12);
    settings->requests = 4 + s_choose (self, 40);
    settings->worker_capacity = 1 + s_choose (self, MODEL_HOLDS);
    settings->workers = 2 + s_choose (self, MODEL_WORKERS);
    settings->heartbeat = 20 + 3 * s_choose (self, 256);
    settings->liveness = 1 + s_choose (self, 4);
    settings->max_deadline = 50 + 20 * s_choose (self, 256);
    settings->service.queue = s_choose (self, 16);
    settings->service.ttl = 10 * s_choose (self, 256);
    settings->service.unknown_queue = s_choose (self, 4) == 0;
    settings->service.retry_set = s_choose (self, 4) == 0;
    settings->service.retry = settings->service.retry_set? s_choose (self, 3): 0;
    for (unsigned index = 0; index < 2; index++) {
        self->overrides [index].settings = settings->service;
        self->overrides [index].settings.retry_set = true;
        self->overrides [index].settings.retry = index;
    }
    broker_model_configure (self->model);
}

//  From now on, sending to one peer says so
static void
s_deafen (broker_drive_t *self)
{
    static const int errors [] = { 0, 0, EAGAIN, EHOSTUNREACH };
    const unsigned peer = s_choose (self, MODEL_CLIENTS + MODEL_WORKERS);
    self->model->deaf [peer] = errors [s_choose (self, 4)];
}

static void
s_rarely (broker_drive_t *self)
{
    const unsigned what = s_choose (self, 9);
    if (what == 0)
        broker_model_abandon (self->model);
    else
    if (what == 1)
        broker_model_malformed (self->model, s_choose (self, MODEL_CLIENTS), s_choose (self, MODEL_IDS));
    else
    if (what == 2) {
        const unsigned sender = s_choose (self, MODEL_WORKERS);
        broker_model_relay (self->model, sender, s_choose (self, MODEL_WORKERS));
    }
    else
    if (what < 6)
        s_settings (self);
    else
    if (what < 8)
        s_deafen (self);
    else {
        const unsigned removed = s_choose (self, 2)? s_choose (self, MODEL_ANONYMOUS): MODEL_TRUSTED;
        broker_model_admit (self->model, removed, s_choose (self, MODEL_PERMISSIONS));
    }
}

static void
s_client (broker_drive_t *self, unsigned what)
{
    if (what) {
        s_request (self);
        return;
    }
    const unsigned client = s_choose (self, MODEL_CLIENTS), id = s_choose (self, MODEL_IDS);
    const unsigned how = s_choose (self, 4);
    broker_model_cancel (self->model, client, how % 2, id, how / 2);
}

static void
s_worker (broker_drive_t *self, unsigned what)
{
    if (what < 3)
        s_ready (self);
    else
    if (what < 5)
        broker_model_beat (self->model, s_choose (self, MODEL_WORKERS));
    else
    if (what < 6)
        broker_model_leave (self->model, s_choose (self, MODEL_WORKERS));
    else
        s_reply (self);
}

void
broker_drive_init (broker_drive_t *self, broker_choose_fn *choose, void *arg)
{
    *self = (broker_drive_t) {
        .model = broker_model_new (), .choose = choose, .arg = arg, .name = { "once", "twice" },
    };
    butler_settings_t *settings = &self->model->broker->settings;
    settings->overrides = self->overrides;
    settings->override_count = 2;
    for (unsigned index = 0; index < 2; index++)
        self->overrides [index].name = self->name [index];
    self->model->secured = s_choose (self, 2);
    if (self->model->secured)
        broker_secure (self->model->broker);
    s_settings (self);
}

void
broker_drive_step (broker_drive_t *self)
{
    self->model->steps++;
    self->model->stranger = s_choose (self, 16)? 0: 1 + s_choose (self, MODEL_USERS);
    const unsigned what = s_choose (self, 64);
    if (what < 22)
        s_client (self, what);
    else
    if (what < 46)
        s_worker (self, what - 22);
    else
    if (what < 60)
        s_time (self);
    else
    if (what < 62)
        self->holding = true;
    else
        s_rarely (self);
    if (!self->holding || s_choose (self, 4) == 0) {
        broker_model_settle (self->model);
        self->holding = false;
    }
}

void
broker_drive_fini (broker_drive_t *self)
{
    broker_model_finish (self->model);
    broker_model_destroy (&self->model);
}
