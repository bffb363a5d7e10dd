/*  butler_router_serve.c - the router's sockets: what has come is taken, decided and carried out
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router_parts.h"
#include <errno.h>
#include <sys/eventfd.h>

#define GROUPS 32                   //  of messages, before pipe and timers have their turn
#define CATCH_UP 200                //  ms at most for what came while the process was stopped
#define BREATH 50                   //  ms for libzmq's threads, which were stopped, too, to hand them out
#define SETTLE 1024                 //  verdicts of time and free places in one turn
#define HUSH 60000                  //  ms between lines in the log of peers that do not read

//  Who sent what is in hand, as ZAP vouched; nobody did where none is asked who he is, and inside the process
static bool
s_parse (butler_router_parts_t *self, butler_side_t side, butler_view_t *view)
{
    const int rc = butler_view_parse (view, side, self->carrier.in);
    if (self->entrance [side == BUTLER_SIDE_FRONTEND? 0: 1].gate)
        view->user = butler_frames_user (self->carrier.in);
    return rc == 0;
}

static void
s_take_request (butler_router_parts_t *self, butler_view_t *view, bool whole)
{
    butler_verdict_t *verdict = &self->carrier.verdict;
    if (s_parse (self, BUTLER_SIDE_FRONTEND, view) && whole)
        butler_dispatch_request (&self->dispatch, view, &self->now, verdict);
    else {
        butler_dispatch_malformed (&self->dispatch, view, &self->now, verdict);
        butler_log (self->log_level, BUTLER_LOG_DEBUG, "malformed", "socket", "frontend",
                    "fault", view->fault? view->fault: "too many frames", NULL);
    }
    butler_carrier_do (&self->carrier, view, &self->now);
}

static void
s_take_work (butler_router_parts_t *self, butler_view_t *view, bool whole)
{
    if (s_parse (self, BUTLER_SIDE_BACKEND, view) && whole) {
        butler_dispatch_worker (&self->dispatch, view, &self->now, &self->carrier.verdict);
        butler_carrier_do (&self->carrier, view, &self->now);
        return;
    }
    self->dispatch.counters.malformed++;
    butler_log (self->log_level, BUTLER_LOG_DEBUG, "malformed", "socket", "backend",
                "fault", view->fault? view->fault: "too many frames", NULL);
}

//  Received first, and sent on one right after the other: libzmq's I/O thread, which else would be done with
//  each before the next comes, is woken less often. Less than a group: no more are there.
static int
s_take_group (butler_router_parts_t *self, const butler_bindings_t *from)
{
    bool whole [BUTLER_ROUTER_GROUP];
    int count = 0;
    for (; count < BUTLER_ROUTER_GROUP; count++) {
        const int rc = butler_frames_recv (&self->in [count], from->handle);
        if (rc == -1 && errno != EPROTO)
            break;
        whole [count] = rc == 0;
    }
    butler_view_t view;
    for (int index = 0; index < count; index++) {
        self->carrier.in = &self->in [index];
        if (from->frontend)
            s_take_request (self, &view, whole [index]);
        else
            s_take_work (self, &view, whole [index]);
        if (self->in [index].count)             //  it went no further: a body does not stay until the next comes
            butler_frames_clear (&self->in [index]);
    }
    return count;
}

//  The process was stopped: what came meanwhile counts as old. It is read before anything is settled, and
//  what has expired is answered after it, so that nobody who sends since he heard of us is taken for old.
static void
s_catch_up (butler_router_parts_t *self)
{
    zclock_sleep (BREATH);
    const int64_t until = zclock_mono () + CATCH_UP;
    while (s_take_group (self, &self->frontend) == BUTLER_ROUTER_GROUP && zclock_mono () < until)
        continue;
    self->now.aged = 0;
    butler_now_update (&self->now, zclock_mono (), zclock_time (), false);  //  it took long, and is no stop
}

//  What has become due or free since. False: there is more
static bool
s_settle (butler_router_parts_t *self)
{
    for (int count = 0; count < SETTLE; count++) {
        if (!butler_dispatch_next (&self->dispatch, &self->now, &self->carrier.verdict))
            return true;
        butler_carrier_do (&self->carrier, NULL, &self->now);
    }
    return false;
}

int64_t
butler_router_held (const butler_router_parts_t *self)
{
    return self->dispatch.held + butler_dispatch_unread (&self->dispatch);
}

//  Peers that do not read: once a minute at most, however many they are
static void
s_tell_deaf (butler_router_parts_t *self)
{
    const uint64_t deaf [2] = { self->carrier.frontend_deaf, self->carrier.backend_deaf };
    static const char *const sockets [2] = { "frontend", "backend" };
    if (memcmp (deaf, self->deaf_told, sizeof deaf) == 0 || self->now.mono < self->deaf_hushed_until)
        return;
    for (int side = 0; side < 2; side++)
        if (deaf [side] != self->deaf_told [side])
            butler_log (self->log_level, BUTLER_LOG_WARNING, "unread", "socket", sockets [side],
                        "messages", BUTLER_LOG_NUMBER (deaf [side] - self->deaf_told [side]),
                        "reason", "peers that do not read were not sent more", NULL);
    memcpy (self->deaf_told, deaf, sizeof deaf);
    self->deaf_hushed_until = self->now.mono + HUSH;
}

//  A socket's descriptor tells of the first message after a call that found none, and sending takes
//  up what it tells, too. So each has to be found empty after the last that was sent there.
void
butler_router_serve (butler_router_parts_t *self)
{
    bool frontend_empty = false, backend_empty = false, settled = false;
    if (self->now.aged)
        s_catch_up (self);
    for (int group = 0; !(frontend_empty && backend_empty && settled) && group < GROUPS; group++) {
        butler_router_update_now (self);
        self->carrier.frontend_used = self->carrier.backend_used = false;
        const unsigned gone = self->carrier.gone_count;
        if (group % 2)
            frontend_empty = s_take_group (self, &self->frontend) < BUTLER_ROUTER_GROUP;
        else
            backend_empty = s_take_group (self, &self->backend) < BUTLER_ROUTER_GROUP;
        if (gone && group % 2 == 0 && backend_empty)
            butler_carrier_bury (&self->carrier, gone, &self->now);
        butler_trim_note (&self->trim, butler_router_held (self));
        settled = s_settle (self);
        frontend_empty = frontend_empty && !self->carrier.frontend_used;
        backend_empty = backend_empty && !self->carrier.backend_used;
    }
    if (!frontend_empty || !backend_empty || !settled)
        eventfd_write (self->again, 1);
    s_tell_deaf (self);
    butler_trim (&self->trim, butler_router_held (self), self->now.mono);
    butler_router_adjust_timer (self);
}
