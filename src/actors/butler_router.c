/*  butler_router.c - the router as an actor: two sockets, a loop, and the broker below
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router.h"
#include "actors/butler_router_parts.h"
#include <errno.h>
#include <sys/random.h>
#include "base/butler_room.h"

#define BATCH 256                   //  messages taken from one socket before the other is looked at
#define SETTLE 1024                 //  verdicts of time and free places in one turn
#define SPARE 8                     //  descriptors for its sockets, and for the first that they are bound to

//  ---- time

void
butler_router_update_now (butler_router_parts_t *self)
{
    const int64_t stopped = butler_now_update (
        &self->now, zclock_mono (), zclock_time (), self->timer != -1);
    if (stopped)
        butler_dispatch_lapse (&self->dispatch, stopped);
}

static int
s_tick (zloop_t *loop, int timer, void *arg);

//  One timer for all that is due, and none where nothing is
void
butler_router_adjust_timer (butler_router_parts_t *self)
{
    const bool wanted = butler_dispatch_busy (&self->dispatch) || self->drained_by;
    if (wanted && self->timer == -1)
        self->timer = zloop_timer (self->loop, BUTLER_WHEEL_TICK, 0, s_tick, self);
    else
    if (!wanted && self->timer != -1) {
        zloop_timer_end (self->loop, self->timer);
        self->timer = -1;
    }
}

//  What has become due or free since
static void
s_settle (butler_router_parts_t *self)
{
    for (int count = 0; count < SETTLE; count++) {
        if (!butler_dispatch_next (&self->dispatch, &self->now, &self->carrier.verdict))
            break;
        butler_carrier_do (&self->carrier, NULL, &self->now);
    }
    butler_router_adjust_timer (self);
}

//  ---- draining

static bool
s_is_empty (const butler_router_parts_t *self)
{
    return self->dispatch.counters.waiting + self->dispatch.counters.running == 0;
}

static void
s_check_drained (butler_router_parts_t *self)
{
    if (!self->drained_by || (!s_is_empty (self) && self->now.mono < self->drained_by))
        return;
    const size_t abandoned = butler_dispatch_abandon (&self->dispatch, &self->now);
    self->drained_by = 0;
    while (butler_dispatch_next (&self->dispatch, &self->now, &self->carrier.verdict))
        butler_carrier_do (&self->carrier, NULL, &self->now);
    char *answer = zsys_sprintf ("%zu", abandoned);
    zstr_send (self->pipe, answer);
    zstr_free (&answer);
}

static int
s_tick (zloop_t *loop, int timer, void *arg)
{
    (void) loop;
    (void) timer;
    butler_router_parts_t *self = arg;
    butler_router_update_now (self);
    s_check_drained (self);
    s_settle (self);
    return 0;
}

//  ---- sockets

static void
s_take_request (butler_router_parts_t *self, butler_view_t *view, bool whole)
{
    butler_verdict_t *verdict = &self->carrier.verdict;
    if (butler_view_parse (view, BUTLER_SIDE_FRONTEND, &self->carrier.in) == 0 && whole)
        butler_dispatch_request (&self->dispatch, view, &self->now, verdict);
    else {
        butler_dispatch_malformed (&self->dispatch, view, &self->now, verdict);
        butler_log (self->log_level, BUTLER_LOG_DEBUG, "malformed", "socket", "frontend",
                    "fault", view->fault? view->fault: "too many frames", NULL);
    }
    butler_carrier_do (&self->carrier, view, &self->now);
}

static int
s_frontend (zloop_t *loop, zsock_t *socket, void *arg)
{
    (void) loop;
    (void) socket;
    butler_router_parts_t *self = arg;
    butler_view_t view;
    butler_router_update_now (self);
    for (int count = 0; count < BATCH; count++) {
        const int rc = butler_frames_recv (&self->carrier.in, self->frontend.handle);
        if (rc == -1 && errno != EPROTO) {
            self->now.aged = 0;
            break;
        }
        s_take_request (self, &view, rc == 0);
    }
    s_settle (self);
    return 0;
}

static void
s_take_work (butler_router_parts_t *self, butler_view_t *view, bool whole)
{
    if (butler_view_parse (view, BUTLER_SIDE_BACKEND, &self->carrier.in) == 0 && whole) {
        butler_dispatch_worker (&self->dispatch, view, &self->now, &self->carrier.verdict);
        butler_carrier_do (&self->carrier, view, &self->now);
        return;
    }
    self->dispatch.counters.malformed++;
    butler_log (self->log_level, BUTLER_LOG_DEBUG, "malformed", "socket", "backend",
                "fault", view->fault? view->fault: "too many frames", NULL);
}

static int
s_backend (zloop_t *loop, zsock_t *socket, void *arg)
{
    (void) loop;
    (void) socket;
    butler_router_parts_t *self = arg;
    butler_view_t view;
    butler_router_update_now (self);
    for (int count = 0; count < BATCH; count++) {
        const int rc = butler_frames_recv (&self->carrier.in, self->backend.handle);
        if (rc == -1 && errno != EPROTO)
            break;
        s_take_work (self, &view, rc == 0);
    }
    s_settle (self);
    return 0;
}

static void
s_observe (void *arg, const char *event, const butler_worker_entry_t *worker, const char *reason)
{
    const butler_router_parts_t *self = arg;
    const bool bad = streq (event, "lost") || streq (event, "refused");
    char service [256] = "";
    if (worker->service)
        snprintf (service, sizeof service, "%.*s", (int) worker->service->size, worker->service->name);
    butler_log (self->log_level, bad? BUTLER_LOG_WARNING: BUTLER_LOG_INFO, "worker", "state", event,
                "id", BUTLER_LOG_NUMBER (worker->serial), "service", service,
                "holds", BUTLER_LOG_NUMBER (worker->holds), "reason", reason, NULL);
}

static int
s_pipe (zloop_t *loop, zsock_t *pipe, void *arg)
{
    (void) loop;
    const int rc = butler_actor_execute (butler_router_commands, arg, pipe);
    if (rc == 0)
        butler_router_guard (arg);
    return rc;
}

//  ---- the actor

static int
s_init_broker (butler_router_parts_t *self)
{
    uint64_t seed;
    if (getrandom (&seed, sizeof seed, 0) != sizeof seed)
        return -1;
    self->now = (butler_now_t) { .mono = zclock_mono (), .wall = zclock_time () };
    butler_dispatch_init (&self->dispatch, &self->config->settings, seed, &self->now);
    self->dispatch.observer = s_observe;
    self->dispatch.observer_arg = self;
    self->carrier.dispatch = &self->dispatch;
    self->carrier.frontend = self->frontend.handle;
    self->carrier.backend = self->backend.handle;
    return 0;
}

static void
s_run (butler_router_parts_t *self)
{
    self->loop = zloop_new ();
    zloop_reader (self->loop, self->pipe, s_pipe, self);
    zloop_reader (self->loop, self->frontend.socket, s_frontend, self);
    zloop_reader (self->loop, self->backend.socket, s_backend, self);
    butler_actor_run (self->loop);
    zloop_destroy (&self->loop);
    butler_carrier_fini (&self->carrier);
    butler_dispatch_fini (&self->dispatch);
}

void
butler_router (zsock_t *pipe, void *args)
{
    (void) args;
    butler_router_parts_t self = { .pipe = pipe, .timer = -1, .guard = -1, .log_level = BUTLER_LOG_WARNING };
    self.config = butler_config_new ();
    butler_actor_init (pipe);
    const bool made = butler_room_for (SPARE) == 0
                   && butler_bindings_init (&self.frontend, true, &self.config->settings) == 0
                   && butler_bindings_init (&self.backend, false, &self.config->settings) == 0
                   && s_init_broker (&self) == 0;
    const int reason = errno;
    zsock_signal (pipe, 0);
    if (made)
        s_run (&self);
    else
        butler_actor_fail (pipe, reason);
    butler_bindings_fini (&self.frontend);
    butler_bindings_fini (&self.backend);
    butler_config_destroy (&self.config);
    zstr_free (&self.file);
}
