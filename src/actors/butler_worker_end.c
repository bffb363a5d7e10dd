/*  butler_worker_end.c - a worker that leaves its routers: what it holds is finished first
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_worker_core.h"
#include "base/butler_actor.h"

size_t
butler_core_aside (const butler_core_t *self, bool *awaited)
{
    *awaited = false;
    return self->crew.aside? self->crew.aside (self->crew.arg, awaited): 0;
}

void
butler_core_leave (butler_core_t *self, butler_core_state_t state)
{
    self->state = state;
    self->now = zclock_mono ();
    for (size_t index = 0; index < self->posts; index++)
        butler_link_leave (self->post [index]->link, self->now);
}

void
butler_core_drain (butler_core_t *self, int64_t limit)
{
    if (self->state == BUTLER_CORE_SERVING)
        butler_core_leave (self, BUTLER_CORE_DRAINING);
    self->now = zclock_mono ();
    self->drain_awaited = true;
    self->drain_until = limit == -1? INT64_MAX: self->now + limit;
}

//  What is aside is not waited for at the end, and while draining only as long as a client waits
static bool
s_is_done (const butler_core_t *self)
{
    bool awaited;
    const bool idle = butler_core_aside (self, &awaited) == self->held;
    if (self->state == BUTLER_CORE_ENDING)
        return idle || !self->crew.finishes;
    if (self->state != BUTLER_CORE_DRAINING || !idle || awaited)
        return false;
    for (size_t index = 0; index < self->posts; index++)
        if (butler_link_state (self->post [index]->link) != BUTLER_LINK_LEFT)
            return false;
    return true;
}

static void
s_answer (butler_core_t *self, char *answer)
{
    if (self->drain_awaited)
        zstr_send (self->pipe, answer? answer: "OK");
    self->drain_awaited = false;
    zstr_free (&answer);
}

static void
s_drained (butler_core_t *self)
{
    for (size_t index = 0; index < self->posts; index++)
        butler_link_close (self->post [index]->link);
    self->state = BUTLER_CORE_DRAINED;
    s_answer (self, NULL);
}

//  What is not begun may go to another worker; what runs goes on, and may see that it is to stop
static void
s_abandon (butler_core_t *self)
{
    butler_requests_t waiting = { NULL, NULL, 0 };
    butler_request_t *request;
    self->crew.pick (self->crew.arg, NULL, &waiting);
    for (size_t index = 0; index < self->posts; index++)
        butler_held_abandon (&self->post [index]->held);
    while ((request = butler_requests_take (&waiting))) {
        butler_held_remove (request);       //  it has its answer, though that may wait for the router
        butler_request_turn_away (request);
        butler_core_send_reply (self, request);
    }
    if (self->held == 0)
        s_drained (self);
    else
        s_answer (self, butler_actor_error ("requests that are not done: %zu", self->held));
}

int
butler_core_settle (butler_core_t *self)
{
    if (s_is_done (self)) {
        if (self->state == BUTLER_CORE_ENDING)
            return -1;
        s_drained (self);
    }
    else
    if (self->state == BUTLER_CORE_DRAINING && self->drain_awaited && self->now >= self->drain_until)
        s_abandon (self);
    return 0;
}
