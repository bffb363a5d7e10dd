/*  butler_link.c - a worker's connection to one router: register, beat, reconnect, leave
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_link.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "broker/butler_pulse.h"
#include "peers/butler_backoff.h"
#include "peers/butler_socket.h"

#define LINGER 1000                 //  ms for LEAVE and the last replies
#define SPARE 16                    //  messages besides replies that may stand in a socket

struct butler_link {
    char *endpoint, *service, *properties;
    char *refused;
    zsock_t *socket;
    void *handle;                   //  the same for libzmq
    butler_link_watch_fn *watch;
    void *watch_arg;
    butler_frames_t out;
    butler_pulse_t pulse;
    butler_link_state_t state;
    int64_t interval, liveness;
    int64_t resume;                 //  PAUSING: when to try again; LEAVING: when it is over anyhow
    unsigned failures;              //  attempts since the router last spoke to us
    int capacity;
    uint32_t epoch;
    uint64_t malformed;
};

static char *
s_copy (const char *text)
{
    char *copy = strdup (text);
    assert (copy);
    return copy;
}

butler_link_t *
butler_link_new (const char *endpoint, const char *service)
{
    butler_link_t *self = calloc (1, sizeof *self);
    assert (self);
    self->endpoint = s_copy (endpoint);
    self->service = s_copy (service);
    self->properties = s_copy ("");
    self->interval = 1000;
    self->liveness = 3;
    self->capacity = 1;
    butler_frames_init (&self->out);
    return self;
}

static void
s_close (butler_link_t *self, int linger)
{
    if (!self->socket)
        return;
    if (self->watch)
        self->watch (self->watch_arg, self, self->socket, false);
    zsock_set_linger (self->socket, linger);
    zsock_destroy (&self->socket);
    self->handle = NULL;
}

void
butler_link_destroy (butler_link_t **self_p)
{
    butler_link_t *self = *self_p;
    if (!self)
        return;
    s_close (self, self->state == BUTLER_LINK_TRYING? 0: LINGER);
    butler_frames_clear (&self->out);
    free (self->endpoint);
    free (self->service);
    free (self->properties);
    free (self->refused);
    free (self);
    *self_p = NULL;
}

void
butler_link_set_watch (butler_link_t *self, butler_link_watch_fn *watch, void *arg)
{
    self->watch = watch;
    self->watch_arg = arg;
}

void
butler_link_set_properties (butler_link_t *self, const char *properties, int capacity)
{
    free (self->properties);
    self->properties = s_copy (properties);
    self->capacity = capacity;
}

void
butler_link_set_pulse (butler_link_t *self, int64_t interval, int64_t liveness)
{
    self->interval = self->pulse.interval = interval;
    self->liveness = self->pulse.liveness = liveness;
}

//  What can't be sent now is not kept: a heartbeat has its next, and READY's loss is noticed
static void
s_send (butler_link_t *self, int64_t now)
{
    butler_frames_send (&self->out, 0, self->handle);
    butler_pulse_sent (&self->pulse, now);
}

static void
s_beat (butler_link_t *self, int64_t now)
{
    butler_put_heartbeat (&self->out, butler_span (NULL, 0), butler_span (NULL, 0));
    s_send (self, now);
}

static int
s_open (butler_link_t *self, int64_t now)
{
    const butler_socket_options_t options = {
        .send_limit = 2 * (self->capacity + SPARE),     //  libzmq learns in halves what has gone out
        .linger = LINGER,
        .silence = self->interval * self->liveness,
    };
    self->socket = butler_socket_connect (ZMQ_DEALER, self->endpoint, &options);
    if (!self->socket)
        return -1;
    self->handle = zsock_resolve (self->socket);
    if (++self->epoch == 0)
        self->epoch = 1;
    self->state = BUTLER_LINK_TRYING;
    butler_pulse_init (&self->pulse, self->interval, self->liveness, now);
    if (self->watch)
        self->watch (self->watch_arg, self, self->socket, true);
    butler_put_ready (&self->out, butler_span_string (self->service),
                      butler_span_string (self->properties));
    s_send (self, now);
    return 0;
}

int
butler_link_start (butler_link_t *self, int64_t now)
{
    return s_open (self, now);
}

//  The next attempt, now or after a pause; one that fails at once makes the pause longer
static void
s_retry (butler_link_t *self, int64_t now)
{
    s_close (self, 0);
    const int64_t pause = butler_backoff_pause (self->failures++);
    if (pause == 0 && s_open (self, now) == 0)
        return;
    self->state = BUTLER_LINK_PAUSING;
    self->resume = now + (pause? pause: butler_backoff_pause (self->failures++));
}

void
butler_link_renew (butler_link_t *self, int64_t now)
{
    if (self->state != BUTLER_LINK_TRYING && self->state != BUTLER_LINK_UP)
        return;                     //  the next connection does it, or there will be none
    self->failures = 0;
    s_retry (self, now);
}

//  The router takes this worker: the next failure is a first one
static void
s_greeted (butler_link_t *self)
{
    if (self->state == BUTLER_LINK_TRYING)
        self->state = BUTLER_LINK_UP;
    self->failures = 0;
    free (self->refused);
    self->refused = NULL;
}

//  True: this notice says why the router does not take us
static bool
s_refused (butler_link_t *self, butler_span_t notice)
{
    json_t *object = json_loadb ((const char *) notice.data, notice.size, 0, NULL);
    const char *reason = json_string_value (json_object_get (object, "refused"));
    if (reason) {
        free (self->refused);
        self->refused = s_copy (reason);
    }
    json_decref (object);
    return reason != NULL;
}

static int
s_heartbeat (butler_link_t *self, butler_span_t notice)
{
    if (notice.size == 0) {
        //  A router that refused says nothing more, so this one does not refuse
        s_greeted (self);
        return 0;
    }
    if (!s_refused (self, notice))
        s_greeted (self);
    return 1;
}

static int
s_reconnect (butler_link_t *self, int64_t now)
{
    if (self->state != BUTLER_LINK_LEAVING && self->state != BUTLER_LINK_LEFT)
        s_retry (self, now);
    return 0;
}

static int
s_accept (butler_link_t *self, const butler_view_t *view, int64_t now)
{
    butler_pulse_heard (&self->pulse, now);
    switch (view->kind) {
        case BUTLER_MSG_HEARTBEAT:
            return s_heartbeat (self, view->notice);
        case BUTLER_MSG_DISPATCH:
            s_greeted (self);
            return 1;
        case BUTLER_MSG_RECONNECT:
            return s_reconnect (self, now);
        case BUTLER_MSG_LEAVE:
            if (self->state == BUTLER_LINK_LEAVING)
                self->state = BUTLER_LINK_LEFT;
            return 0;
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
    return s_accept (self, view, now);
}

int
butler_link_send (butler_link_t *self, uint32_t epoch, butler_frames_t *frames, int64_t now)
{
    if (!self->socket || epoch != self->epoch) {
        errno = ESTALE;
        return -1;
    }
    const int rc = butler_frames_send (frames, 0, self->handle);
    if (rc == 0)
        butler_pulse_sent (&self->pulse, now);
    return rc;
}

static void
s_dead (butler_link_t *self, int64_t now)
{
    if (self->state == BUTLER_LINK_LEAVING || self->state == BUTLER_LINK_LEFT) {
        s_close (self, 0);
        self->state = BUTLER_LINK_LEFT;
        return;
    }
    s_retry (self, now);
}

void
butler_link_tick (butler_link_t *self, int64_t now)
{
    if (self->state == BUTLER_LINK_PAUSING) {
        if (now >= self->resume && s_open (self, now))
            self->resume = now + butler_backoff_pause (self->failures++);
        return;
    }
    if (!self->socket)
        return;
    if (self->state == BUTLER_LINK_LEAVING && now >= self->resume)
        self->state = BUTLER_LINK_LEFT;
    if (butler_pulse_dead (&self->pulse, now))
        s_dead (self, now);
    else
    if (butler_pulse_beat_due (&self->pulse, now))
        s_beat (self, now);
}

void
butler_link_leave (butler_link_t *self, int64_t now)
{
    if (self->state == BUTLER_LINK_LEAVING || self->state == BUTLER_LINK_LEFT)
        return;
    if (!self->socket) {
        self->state = BUTLER_LINK_LEFT;
        return;
    }
    self->state = BUTLER_LINK_LEAVING;
    self->resume = now + self->interval * self->liveness;
    butler_put_leave (&self->out, butler_span (NULL, 0));
    s_send (self, now);
}

void
butler_link_close (butler_link_t *self)
{
    s_close (self, LINGER);
    self->state = BUTLER_LINK_LEFT;
}

butler_link_state_t
butler_link_state (const butler_link_t *self)
{
    return self->state;
}

const char *
butler_link_state_name (const butler_link_t *self)
{
    static const char *const names [] = { "idle", "pausing", "trying", "up", "leaving", "left" };
    return names [self->state];
}

uint32_t
butler_link_epoch (const butler_link_t *self)
{
    return self->epoch;
}

zsock_t *
butler_link_socket (const butler_link_t *self)
{
    return self->socket;
}

const char *
butler_link_endpoint (const butler_link_t *self)
{
    return self->endpoint;
}

const char *
butler_link_refused (const butler_link_t *self)
{
    return self->refused;
}

uint64_t
butler_link_malformed (const butler_link_t *self)
{
    return self->malformed;
}
