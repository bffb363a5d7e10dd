/*  butler_link_recv.c - what a router says to a worker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "peers/butler_link_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "wire/butler_notice.h"

static void
s_forget (char **reason_p)
{
    free (*reason_p);
    *reason_p = NULL;
}

//  The router takes this worker: the next failure is a first one
static void
s_greeted (butler_link_t *self)
{
    if (self->state == BUTLER_LINK_TRYING)
        self->state = BUTLER_LINK_UP;
    self->failures = 0;
    s_forget (&self->refused);
}

//  ---- notices

static void
s_refused (butler_link_t *self, const char *reason)
{
    free (self->refused);
    self->refused = butler_string_copy (reason);
}

static void
s_cancelled (butler_link_t *self, butler_span_t token)
{
    if (self->cancel)
        self->cancel (self->cancel_arg, token);
}

//  True: this notice says why the router does not take us
static bool
s_notice (butler_link_t *self, butler_span_t text)
{
    butler_notice_t notice;
    butler_notice_parse (&notice, text);
    const bool refused = notice.refused != NULL;
    if (notice.heartbeat)
        self->pulse.peer = notice.heartbeat;    //  the router says how often it beats
    if (refused)
        s_refused (self, notice.refused);
    if (notice.token_size)
        s_cancelled (self, butler_span (notice.token, notice.token_size));
    butler_notice_clear (&notice);
    return refused;
}

//  A router that refused says nothing more but that, so one that says anything else does not refuse
static int
s_heartbeat (butler_link_t *self, butler_frames_t *frames)
{
    bool refused = false;
    for (unsigned index = 1; index < frames->count; index++)
        refused = s_notice (self, butler_frames_at (frames, index)) || refused;
    if (!refused)
        s_greeted (self);
    return frames->count > 1? 1: 0;
}

static int
s_cancel (butler_link_t *self, butler_span_t token)
{
    s_greeted (self);
    s_cancelled (self, token);
    return 0;
}

//  ---- messages

static int
s_reconnect (butler_link_t *self, int64_t now)
{
    if (self->state != BUTLER_LINK_LEAVING && self->state != BUTLER_LINK_LEFT)
        butler_link_retry (self, now);
    return 0;
}

static int
s_accept (butler_link_t *self, butler_frames_t *frames, const butler_view_t *view, int64_t now)
{
    butler_pulse_heard (&self->pulse, now);
    s_forget (&self->failed);
    switch (view->kind) {
        case BUTLER_MSG_HEARTBEAT:
            return s_heartbeat (self, frames);
        case BUTLER_MSG_DISPATCH:
            s_greeted (self);
            return 1;
        case BUTLER_MSG_RECONNECT:
            return s_reconnect (self, now);
        case BUTLER_MSG_LEAVE:
            if (self->state == BUTLER_LINK_LEAVING)
                self->state = BUTLER_LINK_LEFT;
            return 0;
        case BUTLER_MSG_CANCEL:
            return s_cancel (self, view->token);
        default:
            self->malformed++;
            return 0;
    }
}

int
butler_link_recv (butler_link_t *self, butler_frames_t *frames, butler_view_t *view, int64_t now)
{
    if (!self->socket) {
        errno = EAGAIN;
        return -1;
    }
    if (butler_frames_recv (frames, self->handle)) {
        if (errno != EPROTO)
            return -1;
        self->malformed++;
        return 0;
    }
    if (butler_view_parse (view, BUTLER_SIDE_WORKER, frames)) {
        self->malformed++;
        return 0;
    }
    return s_accept (self, frames, view, now);
}
