/*  butler_link.c - a worker's connection to one router: register, beat, reconnect, leave
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_link.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "peers/butler_backoff.h"
#include "peers/butler_link_internal.h"
#include "peers/butler_socket.h"

#define GREETING 3000               //  ms that a connection and the router's first word may take at least
#define LINGER 1000                 //  ms for LEAVE and the last replies
#define SPARE 16                    //  messages besides replies that may stand in a socket

butler_link_t *
butler_link_new (const char *endpoint, const char *service)
{
    butler_link_t *self = calloc (1, sizeof *self);
    assert (self);
    self->endpoint = butler_string_copy (endpoint);
    self->service = butler_string_copy (service);
    self->properties = butler_string_copy ("");
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
    butler_handshake_destroy (&self->handshake);
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
    free (self->failed);
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
butler_link_set_cancel (butler_link_t *self, butler_link_cancel_fn *cancel, void *arg)
{
    self->cancel = cancel;
    self->cancel_arg = arg;
}

void
butler_link_set_credentials (butler_link_t *self, const butler_credentials_t *credentials)
{
    self->credentials = credentials;
    self->failures = 0;
    self->resume = self->state == BUTLER_LINK_PAUSING? 0: self->resume;
}

void
butler_link_set_properties (butler_link_t *self, const char *properties, int capacity)
{
    free (self->properties);
    self->properties = butler_string_copy (properties);
    self->capacity = capacity;
}

void
butler_link_set_pulse (butler_link_t *self, int64_t interval, int64_t liveness)
{
    self->interval = interval;
    self->liveness = self->pulse.liveness = liveness;
    if (interval < self->pulse.interval)
        self->pulse.interval = interval;
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
        .credentials = self->credentials,
        .handshake = &self->handshake,
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

//  One that fails at once makes the pause longer
void
butler_link_retry (butler_link_t *self, int64_t now)
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
    butler_link_retry (self, now);
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

//  There is no router, or none that lets us in
static void
s_lost (butler_link_t *self, int64_t now)
{
    if (self->state == BUTLER_LINK_LEAVING || self->state == BUTLER_LINK_LEFT) {
        s_close (self, 0);
        self->state = BUTLER_LINK_LEFT;
        return;
    }
    butler_link_retry (self, now);
}

//  True: the router does not let us in
static bool
s_is_rebuffed (butler_link_t *self)
{
    char *reason = self->handshake? butler_handshake_read (self->handshake): NULL;
    if (!reason)
        return false;
    free (self->failed);
    self->failed = reason;
    return true;
}

//  What it said is read before it is judged. One that we do not know yet may be far away, and has not
//  told how often it beats.
static bool
s_is_dead (const butler_link_t *self, int64_t now)
{
    return butler_pulse_dead (&self->pulse, now)
        && (self->state != BUTLER_LINK_TRYING || now >= self->pulse.heard + GREETING)
        && !(zsock_events (self->socket) & ZMQ_POLLIN);
}

void
butler_link_lapse (butler_link_t *self, int64_t gap)
{
    butler_pulse_lapse (&self->pulse, gap);
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
    if (s_is_rebuffed (self) || s_is_dead (self, now))
        s_lost (self, now);
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
    self->resume = now + butler_pulse_patience (&self->pulse);
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

const char *
butler_link_failed (const butler_link_t *self)
{
    return self->failed;
}

uint64_t
butler_link_malformed (const butler_link_t *self)
{
    return self->malformed;
}
