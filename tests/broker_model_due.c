/*  broker_model_due.c - what has to have happened once all is settled
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_model.h"

//  A client of dialect 0 is not told that its time is up: then nobody is
static void
s_expire_silently (broker_model_t *self, model_request_t *request)
{
    self->count.expired++;
    model_told (self, request);
}

static void
s_check_request (broker_model_t *self, model_request_t *request)
{
    bool open;
    const int64_t now = self->broker->now.mono;
    model_rule (self, request->state != MODEL_LEAVING, "a request has ended, and its client was not told");
    if (request->due <= now && !request->modern) {
        model_peek_leaving (self, request, &open);
        if (!open)
            s_expire_silently (self, request);
    }
    if (request->state == MODEL_NONE)
        return;
    model_rule (self, request->due > model_ticked (self), "a request is open after its time");
    if (request->state != MODEL_WAITING || request->due <= now)
        return;
    for (unsigned index = 0; index < MODEL_WORKERS; index++) {
        const model_worker_t *worker = &self->worker [index];
        model_rule (self, !model_worker_idle (worker) || worker->service != request->service,
                    "a request waits, and a worker has nothing to do");
    }
}

static void
s_check_worker (broker_model_t *self, model_worker_t *worker)
{
    const int64_t death = model_death (self, worker);
    if (worker->refused) {          //  forgotten without a word
        const bool gone = !butler_registry_worker (&self->broker->dispatch.registry,
                                                   butler_span_string (worker->name));
        model_rule (self, gone? death <= self->broker->now.mono: worker->owed || death > model_ticked (self),
                    "a refused worker is ignored until it is silent");
        model_rule (self, gone || !worker->owed || worker->owed > model_ticked (self),
                    "a worker was barred, and not told");
        worker->known = !gone;
        return;
    }
    model_rule (self, !worker->owed || worker->owed > model_ticked (self), "a worker was not told of another interval");
    model_rule (self, !worker->doomed, "a worker is gone, and still there");
    model_rule (self, worker->owed || worker->sent + self->broker->settings.heartbeat > model_ticked (self),
                "a worker had no heartbeat in time");
    model_rule (self, worker->excused || worker->owed || death > model_ticked (self), "a worker is silent, and still there");
}

static void
s_check_service (broker_model_t *self, unsigned number)
{
    model_service_t *service = &self->service [number];
    if (!service->registered || model_live_workers (self, number) || service->until > model_ticked (self))
        return;
    service->registered = false;
    model_rule (self, !model_requests (self, MODEL_WAITING, (int) number, -1),
                "a request waits for a name that is forgotten");
}

static void
s_check_counters (broker_model_t *self)
{
    const butler_counters_t *found = &self->broker->dispatch.counters;
    butler_counters_t *expected = &self->count;
    expected->waiting = model_requests (self, MODEL_WAITING, -1, -1);
    expected->running = model_requests (self, MODEL_RUNNING, -1, -1);
#define S_CHECK(name) \
    model_rule (self, found->name == expected->name, "the counter is wrong: " #name);
    BUTLER_COUNTERS (S_CHECK)
#undef S_CHECK
}

void
broker_model_settle (broker_model_t *self)
{
    broker_t *broker = self->broker;
    while (butler_dispatch_next (&broker->dispatch, &broker->now, &broker->verdict)) {
        self->bouncing = NULL;
        broker_carry (broker, false);
    }
    self->bouncing = NULL;
    broker_forget_sent (broker);
    for (unsigned index = 0; index < MODEL_REQUESTS; index++)
        if (self->request [index].state != MODEL_NONE)
            s_check_request (self, &self->request [index]);
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        if (self->worker [index].known)
            s_check_worker (self, &self->worker [index]);
    for (unsigned index = 0; index < MODEL_SERVICES; index++)
        s_check_service (self, index);
    s_check_counters (self);
    broker_assert_invariants (broker);
}

void
broker_model_configure (broker_model_t *self)
{
    butler_dispatch_configure (&self->broker->dispatch, &self->broker->settings);
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        if (self->worker [index].interval > 0 && !self->worker [index].refused)
            self->worker [index].owed = self->broker->now.mono;
}

void
broker_model_lapse (broker_model_t *self, int64_t gap)
{
    for (unsigned index = 0; index < MODEL_WORKERS; index++)
        self->worker [index].heard += gap;
    butler_dispatch_lapse (&self->broker->dispatch, gap);
}

//  Their workers' places are free with them
void
broker_model_abandon (broker_model_t *self)
{
    size_t abandoned = 0;
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        model_request_t *request = &self->request [index];
        if (request->state != MODEL_WAITING && request->state != MODEL_RUNNING)
            continue;
        model_worker_t *worker = &self->worker [request->worker];
        if (request->state == MODEL_RUNNING)
            for (unsigned place = worker->holds; place-- > 0;)
                if (worker->hold [place].request == request) {
                    model_release (self, worker, place);
                    worker->excused = true;
                }
        model_end (self, request, MODEL_REFUSED);
        abandoned++;
    }
    const size_t found = butler_dispatch_abandon (&self->broker->dispatch, &self->broker->now);
    model_rule (self, found == abandoned, "all that is open is abandoned");
}

void
broker_model_finish (broker_model_t *self)
{
    memset (self->deaf, 0, sizeof self->deaf);
    broker_t *broker = self->broker;
    broker->now.aged = 0;
    butler_dispatch_drain (&broker->dispatch);
    self->draining = true;
    broker_model_settle (self);
    for (int turn = 0; turn < 8; turn++) {
        broker->now.mono += 100000;
        broker->now.wall += 100000;
        broker_model_settle (self);
    }
    broker_assert_empty (broker);
    model_rule (self, !butler_dispatch_busy (&broker->dispatch), "nothing is left");
}
