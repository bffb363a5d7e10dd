/*  butler_router_guard.c - keeps the router from taking more peers than there are descriptors for
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router_parts.h"
#include "actors/butler_door.h"
#include "base/butler_room.h"

#define PAUSE 100                   //  ms between looks, while there is no room
#define HUSH 60000                  //  ms between lines in the log, where room comes and goes

static void
s_shut (butler_router_parts_t *self)
{
    butler_bindings_shut (&self->frontend);
    butler_bindings_shut (&self->backend);
}

//  It opens only when there is more room than it shut for, so that it does not do so all the time.
//  Until then it is shut again and again: new endpoints may have been bound, and peers wait.
static int
s_look_again (zloop_t *loop, int timer, void *arg)
{
    butler_router_parts_t *self = arg;
    const int reserve = butler_room_reserve ();
    if (butler_room_is_short (-1, reserve + reserve / 2)) {
        s_shut (self);
        return 0;
    }
    zloop_timer_end (loop, timer);
    self->guard = -1;
    butler_bindings_open (&self->frontend);
    butler_bindings_open (&self->backend);
    if (self->shut_loudly)
        butler_log (self->log_level, BUTLER_LOG_INFO, "descriptors", "state", "free", NULL);
    return 0;
}

static void
s_begin (butler_router_parts_t *self)
{
    s_shut (self);
    if (self->guard != -1)
        return;
    self->guard = zloop_timer (self->loop, PAUSE, 0, s_look_again, self);
    const int64_t now = zclock_mono ();
    self->shut_loudly = now >= self->hushed_until;
    if (!self->shut_loudly)
        return;
    self->hushed_until = now + HUSH;
    butler_log (self->log_level, BUTLER_LOG_WARNING, "descriptors", "state", "short", "reason",
                "no new peers are taken over TCP until some are free: raise RLIMIT_NOFILE", NULL);
}

static void
s_look (butler_router_parts_t *self, const butler_bindings_t *bindings)
{
    if (!bindings->events)
        return;
    const butler_door_news_t news = butler_door_read (bindings->events);
    if (news.peer != -1 && butler_room_is_short (news.peer, butler_room_reserve ()))
        s_begin (self);
    if (news.failed)
        butler_router_note_failure (self, bindings->frontend, news.failed, news.reason);
}

static int
s_taken (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    (void) item;
    butler_router_parts_t *self = arg;
    s_look (self, &self->frontend);
    s_look (self, &self->backend);
    return 0;
}

static void
s_watch (butler_router_parts_t *self, butler_bindings_t *bindings)
{
    if (bindings->watched || !bindings->events)
        return;
    zmq_pollitem_t item = { .fd = zsock_fd (bindings->events), .events = ZMQ_POLLIN };
    zloop_poller (self->loop, &item, s_taken, self);
    bindings->watched = true;
}

void
butler_router_guard (butler_router_parts_t *self)
{
    s_watch (self, &self->frontend);
    s_watch (self, &self->backend);
}
