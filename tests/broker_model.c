/*  broker_model.c - the model beside the simulated broker: who is there, what has become of whom
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_model.h"
#include <stdio.h>
#include <stdlib.h>
#include "broker/butler_lifecycle.h"

broker_model_t *
broker_model_new (void)
{
    static const char *const services [MODEL_SERVICES] = { "once", "twice", "svc", "other" };
    broker_model_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->broker = broker_new ();
    self->broker->unsettled = true;
    self->broker->deaf = model_sending;
    self->broker->deaf_arg = self;
    self->broker->dispatch.observer = model_observe;
    self->broker->dispatch.observer_arg = self;
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        model_request_t *request = &self->request [index];
        request->modern = index % 2;
        snprintf (request->client, sizeof request->client, "c%u", index / 2 / MODEL_IDS);
        snprintf (request->api_id, sizeof request->api_id, "%s:%u", request->modern? "1.0": "0.3.0",
                  index / 2 % MODEL_IDS);
    }
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        snprintf (self->worker [index].name, sizeof self->worker [index].name, "w%u", index);
    for (unsigned index = 0; index < MODEL_SERVICES; index++)
        self->service [index].name = services [index];
    return self;
}

void
broker_model_destroy (broker_model_t **self_p)
{
    broker_model_t *self = *self_p;
    broker_destroy (&self->broker);
    free (self);
    *self_p = NULL;
}

void
model_rule (const broker_model_t *self, bool holds, const char *rule)
{
    if (!holds)
        fail_msg ("BUTLER_TEST_SEED=%llu, step %u: %s", (unsigned long long) self->seed, self->steps, rule);
}

//  ---- who is there

model_request_t *
model_request_of (broker_model_t *self, const char *client, const char *api_id)
{
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        model_request_t *request = &self->request [index];
        if (strcmp (request->client, client) == 0 && strcmp (request->api_id, api_id) == 0)
            return request;
    }
    return NULL;
}

model_worker_t *
model_worker_of (broker_model_t *self, butler_span_t name)
{
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        if (butler_span_equal (butler_span_string (self->worker [index].name), name))
            return &self->worker [index];
    return NULL;
}

unsigned
model_client (const model_request_t *request)
{
    return (unsigned) (request->client [1] - '0');
}

bool
model_worker_takes (const model_worker_t *worker)
{
    return worker->known && !worker->refused && !worker->leaving && !worker->clogged
        && worker->holds < worker->capacity;
}

bool
model_worker_idle (const model_worker_t *worker)
{
    return model_worker_takes (worker) && worker->holds < worker->threads;
}

unsigned
model_live_workers (const broker_model_t *self, unsigned service)
{
    unsigned live = 0;
    for (unsigned index = 0; index < MODEL_WORKERS; index++) {
        const model_worker_t *worker = &self->worker [index];
        live += worker->known && !worker->refused && !worker->leaving && worker->service == service;
    }
    return live;
}

unsigned
model_requests (const broker_model_t *self, model_state_t state, int service, int client)
{
    unsigned count = 0;
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        const model_request_t *request = &self->request [index];
        count += request->state == state && request != self->arriving
              && (service < 0 || request->service == (unsigned) service)
              && (client < 0 || model_client (request) == (unsigned) client);
    }
    return count;
}

const butler_service_settings_t *
model_settings (const broker_model_t *self, unsigned service)
{
    const char *name = self->service [service].name;
    return butler_settings_service (&self->broker->settings, name, strlen (name));
}

//  ---- time

int64_t
model_ticked (const broker_model_t *self)
{
    return self->broker->now.mono - self->broker->now.mono % BUTLER_WHEEL_TICK;
}

//  One without properties can't beat while it works: it has until its request's end, and liveness
//  from there
int64_t
model_death (const broker_model_t *self, const model_worker_t *worker)
{
    const int64_t ours = self->broker->settings.heartbeat;
    const int64_t silence = (worker->interval > ours? worker->interval: ours) * self->broker->settings.liveness;
    const int64_t death = worker->heard + silence;
    if (worker->refused || worker->modern || !worker->holds)
        return death;
    const int64_t grace = worker->hold [worker->holds - 1].due + silence;
    return grace > death? grace: death;
}

//  ---- how requests end

static uint64_t *
s_counter (broker_model_t *self, model_end_t end)
{
    if (end == MODEL_EXPIRED)
        return &self->count.expired;
    return end == MODEL_LOST? &self->count.lost: &self->count.refused;
}

void
model_end (broker_model_t *self, model_request_t *request, model_end_t end)
{
    ++*s_counter (self, end);
    request->state = MODEL_LEAVING;
    request->end = end;
}

//  Where a worker has it still, the place stays taken
void
model_told (broker_model_t *self, model_request_t *request)
{
    request->state = MODEL_NONE;
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        for (unsigned place = 0; place < self->worker [index].holds; place++)
            if (self->worker [index].hold [place].request == request)
                self->worker [index].hold [place].request = NULL;
}

bool
model_peek_leaving (const broker_model_t *self, const model_request_t *request, bool *open)
{
    const butler_dispatch_t *dispatch = &self->broker->dispatch;
    const butler_view_t view = {
        .peer = butler_span_string (request->client), .api_id = butler_span_string (request->api_id)
    };
    const butler_origin_t origin = butler_lifecycle_origin (dispatch, &view);
    const butler_job_t *job = butler_lifecycle_find (dispatch, &origin, &view);
    *open = job != NULL;
    return job && job->state == BUTLER_JOB_LEAVING;
}

void
model_release (broker_model_t *self, model_worker_t *worker, unsigned place)
{
    worker->touched = ++self->clock;
    worker->holds--;
    memmove (&worker->hold [place], &worker->hold [place + 1],
             (worker->holds - place) * sizeof worker->hold [0]);
}

//  Given again where it was kept for that, and both its time and the policy allow it
static void
s_orphan (broker_model_t *self, const model_worker_t *worker, model_request_t *request)
{
    bool open;
    model_peek_leaving (self, request, &open);
    const bool late = request->due <= self->broker->now.mono;
    if (!open) {                    //  a client of dialect 0 is not told that its time is up
        model_rule (self, late && !request->modern, "a request was dropped with its worker");
        self->count.expired++;
        request->state = MODEL_NONE;
        return;
    }
    const butler_service_settings_t *settings = model_settings (self, request->service);
    const int64_t retry = settings->retry_set? settings->retry: worker->retry;
    if (!request->spare || (int64_t) request->attempts > retry || late) {
        model_end (self, request, MODEL_LOST);
        return;
    }
    self->count.retried++;
    request->state = MODEL_WAITING;
    request->since = ++self->clock;
}

//  A name's time may be up in the same moment, before its last worker's or after it
static void
s_forget (broker_model_t *self, unsigned number)
{
    model_service_t *service = &self->service [number];
    const butler_service_entry_t *entry = butler_registry_service (
        &self->broker->dispatch.registry, butler_span_string (service->name));
    if (service->registered && !model_live_workers (self, number) && service->until <= self->broker->now.mono)
        service->registered = entry && entry->registered;
}

void
model_bereave (broker_model_t *self, model_worker_t *worker)
{
    s_forget (self, worker->service);
    for (; worker->holds; worker->holds--)
        if (worker->hold [worker->holds - 1].request)
            s_orphan (self, worker, worker->hold [worker->holds - 1].request);
    worker->known = false;
    model_service_t *service = &self->service [worker->service];
    if (!model_live_workers (self, worker->service))
        service->until = self->broker->now.mono + model_settings (self, worker->service)->ttl;
}
