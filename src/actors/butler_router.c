/*  butler_router.c - the router as an actor: two sockets, a loop, and the broker below
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router.h"
#include "actors/butler_router_parts.h"
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>
#include "base/butler_room.h"

#define REFUSED_MOST 10             //  workers that were refused of which the log tells, in so many
#define REFUSED_PAUSE 10000         //  ms
#define QUIET 300                   //  ms without a request, or with none open, after which a router that drains has told all
#define QUIET_MOST 1000             //  ms after which it has told enough
#define SPARE 9                     //  descriptors for its sockets, and for the first that they are bound to

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
    const bool wanted = butler_dispatch_busy (&self->dispatch) || self->drained_by
                     || butler_trim_wanted (&self->trim, butler_router_held (self));
    if (wanted && self->timer == -1)
        self->timer = zloop_timer (self->loop, BUTLER_WHEEL_TICK, 0, s_tick, self);
    else
    if (!wanted && self->timer != -1) {
        zloop_timer_end (self->loop, self->timer);
        self->timer = -1;
    }
}

//  ---- draining

static bool
s_is_empty (const butler_router_parts_t *self)
{
    return self->dispatch.counters.waiting + self->dispatch.counters.running == 0;
}

static void
s_note_requests (butler_router_parts_t *self)
{
    if (!s_is_empty (self))
        self->open = self->now.mono;
    if (self->seen != self->dispatch.counters.accepted)
        self->asked = self->now.mono;
    self->seen = self->dispatch.counters.accepted;
}

//  Clients had the time to take their answers: what one has not read when its connection ends, libzmq may drop
static bool
s_is_taken (const butler_router_parts_t *self)
{
    return self->now.mono >= self->open + QUIET;
}

//  Clients that don't know yet are told; who asks again nevertheless does not keep it for ever
static bool
s_is_quiet (const butler_router_parts_t *self)
{
    return self->now.mono >= self->asked + QUIET || self->now.mono >= self->drained_from + QUIET_MOST
        || self->now.mono >= self->drained_by;
}

static void
s_abandon (butler_router_parts_t *self)
{
    self->abandoned += butler_dispatch_abandon (&self->dispatch, &self->now);
    while (butler_dispatch_next (&self->dispatch, &self->now, &self->carrier.verdict))
        butler_carrier_do (&self->carrier, NULL, &self->now);
}

//  True: its caller has been answered
static bool
s_check_drained (butler_router_parts_t *self)
{
    if (!self->drained_by)
        return false;
    s_note_requests (self);
    if (self->now.mono >= self->drained_by && !s_is_empty (self))
        s_abandon (self);
    if (!s_is_empty (self) || !s_is_taken (self) || !s_is_quiet (self))
        return false;
    self->drained_by = 0;
    char *answer = zsys_sprintf ("%zu", self->abandoned);
    zstr_send (self->pipe, answer);
    zstr_free (&answer);
    return true;
}

//  ---- the loop

//  The loop watches descriptors, not sockets: of those libzmq's poll asks each for its events four times
//  a turn, by two system calls. So whoever is called takes all that is there.
static void
s_watch (butler_router_parts_t *self, int descriptor, zloop_fn *handler)
{
    zmq_pollitem_t item = { .fd = descriptor, .events = ZMQ_POLLIN };
    zloop_poller (self->loop, &item, handler, self);
}

static int
s_serve (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    (void) item;
    butler_router_serve (arg);
    return 0;
}

static int
s_serve_again (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    eventfd_t times;
    eventfd_read (item->fd, &times);
    return s_serve (loop, item, arg);
}

//  Commands may have to do with the sockets, and so take up what their descriptors told
static int
s_execute (butler_router_parts_t *self)
{
    while (zsock_events (self->pipe) & ZMQ_POLLIN) {
        if (butler_actor_execute (butler_router_commands, self, self->pipe) == -1)
            return -1;
        butler_router_guard (self);
    }
    butler_router_serve (self);
    return 0;
}

static int
s_pipe (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    (void) item;
    return s_execute (arg);
}

static int
s_tick (zloop_t *loop, int timer, void *arg)
{
    (void) timer;
    butler_router_parts_t *self = arg;
    butler_router_update_now (self);
    if (s_check_drained (self))
        return s_execute (self);
    return s_serve (loop, NULL, self);
}

//  ---- the actor

static char *
s_copy (butler_span_t text, char copy [256])
{
    snprintf (copy, 256, "%.*s", (int) text.size, (const char *) text.data);
    return copy;
}

//  Who is refused may come again and again
static bool
s_is_hushed (butler_router_parts_t *self)
{
    if (self->now.mono >= self->refused_since + REFUSED_PAUSE) {
        self->refused_since = self->now.mono;
        self->refused_told = 0;
    }
    const bool hushed = self->refused_told == REFUSED_MOST;
    ++*(hushed? &self->refused_untold: &self->refused_told);
    return hushed;
}

static void
s_observe (void *arg, const char *event, const butler_worker_entry_t *worker, const char *reason)
{
    butler_router_parts_t *self = arg;
    const bool refused = streq (event, "refused"), bad = refused || streq (event, "lost");
    if (refused && s_is_hushed (self))
        return;
    const uint64_t untold = refused? self->refused_untold: 0;
    self->refused_untold -= untold;
    char service [256] = "", user [256];
    if (worker->service)
        s_copy (butler_service_entry_name (worker->service), service);
    butler_log (self->log_level, bad? BUTLER_LOG_WARNING: BUTLER_LOG_INFO, "worker", "state", event,
                "id", BUTLER_LOG_NUMBER (worker->serial), "service", *service? service: NULL,
                "user", worker->identity? s_copy (butler_identity_name (worker->identity), user): NULL,
                "holds", BUTLER_LOG_NUMBER (worker->holds), "reason", reason,
                "untold", untold? BUTLER_LOG_NUMBER (untold): NULL, NULL);
}

static void
s_close (int descriptor)
{
    if (descriptor != -1)
        close (descriptor);
}

static int
s_init_broker (butler_router_parts_t *self)
{
    uint64_t seed;
    self->again = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->turned_away.bell = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->again == -1 || self->turned_away.bell == -1)
        return -1;
    if (getrandom (&seed, sizeof seed, 0) != sizeof seed)
        return -1;
    self->now = (butler_now_t) { .mono = zclock_mono (), .wall = zclock_time () };
    butler_dispatch_init (&self->dispatch, &self->config->settings, seed, &self->now);
    self->dispatch.observer = s_observe;
    self->dispatch.observer_arg = self;
    self->carrier.dispatch = &self->dispatch;
    self->carrier.frontend_unread = butler_unread_new (seed);
    self->carrier.backend_unread = butler_unread_new (seed);
    self->dispatch.unread [0] = butler_unread_bytes (self->carrier.frontend_unread);
    self->dispatch.unread [1] = butler_unread_bytes (self->carrier.backend_unread);
    self->carrier.frontend = self->frontend.handle;
    self->carrier.backend = self->backend.handle;
    return 0;
}

static void
s_run (butler_router_parts_t *self)
{
    self->loop = zloop_new ();
    s_watch (self, zsock_fd (self->pipe), s_pipe);
    s_watch (self, zsock_fd (self->frontend.socket), s_serve);
    s_watch (self, zsock_fd (self->backend.socket), s_serve);
    s_watch (self, self->again, s_serve_again);
    butler_router_watch_gates (self);
    butler_actor_run (self->loop);
    zloop_destroy (&self->loop);
    butler_carrier_fini (&self->carrier);
    for (int index = 0; index < BUTLER_ROUTER_GROUP; index++)
        butler_frames_clear (&self->in [index]);
    butler_dispatch_fini (&self->dispatch);
}

void
butler_router (zsock_t *pipe, void *args)
{
    (void) args;
    butler_router_parts_t self = {
        .pipe = pipe, .timer = -1, .guard = -1, .again = -1, .log_level = BUTLER_LOG_WARNING,
        .turned_away = { .bell = -1, .timer = -1 },
    };
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
    butler_entrance_fini (&self.entrance [0]);
    butler_entrance_fini (&self.entrance [1]);
    s_close (self.again);
    s_close (self.turned_away.bell);
    butler_config_destroy (&self.config);
    zstr_free (&self.file);
}
