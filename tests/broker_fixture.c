/*  broker_fixture.c - the broker under a simulated clock, with what it sends read by its receivers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const butler_span_t s_none = { NULL, 0 };

//  ---- life

static int
s_deaf (void *arg, const char *peer)
{
    const broker_t *self = arg;
    for (size_t index = 0; index < 4; index++)
        if (strcmp (self->deaf_peer [index], peer) == 0)
            return self->deaf_error [index];
    return 0;
}

broker_t *
broker_new (void)
{
    broker_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    butler_settings_init (&self->settings);
    self->now = (butler_now_t) { .mono = INT64_C (1) << 40, .wall = INT64_C (1700000000000) };
    butler_dispatch_init (&self->dispatch, &self->settings, 4711, &self->now);
    butler_frames_init (&self->frames);
    self->deaf = s_deaf;
    self->deaf_arg = self;
    return self;
}

void
broker_destroy (broker_t **self_p)
{
    broker_t *self = *self_p;
    broker_assert_invariants (self);
    broker_forget_sent (self);
    butler_dispatch_fini (&self->dispatch);
    butler_frames_clear (&self->frames);
    free (self);
    *self_p = NULL;
}

void
broker_calm (broker_t *self)
{
    self->settings.heartbeat = 86400000;
}

int
broker_setup (void **state)
{
    *state = broker_new ();
    return 0;
}

int
broker_setup_calm (void **state)
{
    *state = broker_new ();
    broker_calm (*state);
    return 0;
}

int
broker_teardown (void **state)
{
    broker_t *self = *state;
    broker_destroy (&self);
    return 0;
}

//  ---- users

#define KEY "key of "

static int
s_admit (void *arg, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    broker_t *self = arg;
    self->asked++;
    assert_true (butler_span_begins (vouched, KEY));
    broker_copy_text (name, BUTLER_USER_SIZE,
                      butler_span (vouched.data + strlen (KEY), vouched.size - strlen (KEY)));
    return strcmp (name, self->removed)? 0: -1;
}

void
broker_secure (broker_t *self)
{
    self->dispatch.admit = s_admit;
    self->dispatch.admit_arg = self;
}

void
broker_as (broker_t *self, const char *user)
{
    snprintf (self->user, sizeof self->user, "%s%s", *user? KEY: "", user);
}

void
broker_remove (broker_t *self, const char *user)
{
    snprintf (self->removed, sizeof self->removed, "%s", user);
    butler_dispatch_admit_again (&self->dispatch, &self->now);
    if (!self->unsettled)
        broker_settle (self);
}

//  ---- time

void
broker_settle (broker_t *self)
{
    while (butler_dispatch_next (&self->dispatch, &self->now, &self->verdict))
        broker_carry (self, false);
}

void
broker_pass (broker_t *self, int64_t milliseconds)
{
    while (milliseconds > 0) {
        const int64_t step = milliseconds < BUTLER_WHEEL_TICK? milliseconds: BUTLER_WHEEL_TICK;
        self->now.mono += step;
        self->now.wall += step;
        milliseconds -= step;
        broker_settle (self);
    }
}

void
broker_deafen (broker_t *self, const char *peer, int error)
{
    for (size_t index = 0; index < 4; index++)
        if (!*self->deaf_peer [index] || strcmp (self->deaf_peer [index], peer) == 0) {
            broker_copy_text (self->deaf_peer [index], sizeof self->deaf_peer [index],
                         butler_span_string (peer));
            self->deaf_error [index] = error;
            return;
        }
    fail_msg ("too many deaf peers");
}

//  ---- what comes in

static butler_verdict_kind_t
s_finish (broker_t *self)
{
    const butler_verdict_kind_t kind = self->verdict.kind;
    broker_carry (self, true);
    butler_frames_clear (&self->frames);
    if (!self->unsettled)
        broker_settle (self);
    return kind;
}

//  The message as a ROUTER receives it: its sender's id in front
static void
s_receive (broker_t *self, const char *peer, butler_frames_t *message)
{
    butler_frames_clear (&self->frames);
    butler_frames_append (&self->frames, butler_span_string (peer));
    for (unsigned index = 0; index < message->count; index++)
        butler_frames_append_msg (&self->frames, &message->frame [index]);
    butler_frames_clear (message);
}

static butler_verdict_kind_t
s_from_worker (broker_t *self, const char *worker, butler_frames_t *message)
{
    s_receive (self, worker, message);
    assert_int_equal (butler_view_parse (&self->view, BUTLER_SIDE_BACKEND, &self->frames), 0);
    self->view.user = butler_span_string (self->user);
    butler_dispatch_worker (&self->dispatch, &self->view, &self->now, &self->verdict);
    return s_finish (self);
}

static butler_verdict_kind_t
s_from_client (broker_t *self, const char *client, butler_frames_t *message)
{
    s_receive (self, client, message);
    assert_int_equal (butler_view_parse (&self->view, BUTLER_SIDE_FRONTEND, &self->frames), 0);
    self->view.user = butler_span_string (self->user);
    butler_dispatch_request (&self->dispatch, &self->view, &self->now, &self->verdict);
    return s_finish (self);
}

static void
s_text_msg (zmq_msg_t *msg, const char *text)
{
    zmq_msg_init_size (msg, strlen (text));
    memcpy (zmq_msg_data (msg), text, strlen (text));
}

butler_verdict_kind_t
broker_request (broker_t *self, const char *client, const char *api_id, const char *service,
                const char *expiration, const char *body)
{
    butler_frames_t message = { .count = 0 };
    zmq_msg_t msg;
    s_text_msg (&msg, body);
    butler_put_request (&message, butler_span_string (api_id), butler_span_string (service),
                        butler_span_string (expiration), &msg);
    zmq_msg_close (&msg);
    return s_from_client (self, client, &message);
}

butler_verdict_kind_t
broker_cancel (broker_t *self, const char *client, const char *api_id)
{
    butler_frames_t message = { .count = 0 };
    const butler_view_t view = {
        .kind = BUTLER_MSG_CANCEL, .envelope = BUTLER_ENVELOPE_PACKED, .api_id = butler_span_string (api_id)
    };
    butler_view_encode (&message, &view, NULL);
    return s_from_client (self, client, &message);
}

butler_verdict_kind_t
broker_ask (broker_t *self, const char *client, const char *api_id, const char *service)
{
    char expiration [24];
    snprintf (expiration, sizeof expiration, "%lld", (long long) self->now.wall + 100000);
    return broker_request (self, client, api_id, service, expiration, "body");
}

void
broker_malformed (broker_t *self, const char *client, ...)
{
    butler_frames_t message = { .count = 0 };
    va_list frames;
    va_start (frames, client);
    for (const char *frame; (frame = va_arg (frames, const char *));)
        butler_frames_append (&message, butler_span_string (frame));
    va_end (frames);
    s_receive (self, client, &message);
    assert_int_equal (butler_view_parse (&self->view, BUTLER_SIDE_FRONTEND, &self->frames), -1);
    self->view.user = butler_span_string (self->user);
    butler_dispatch_malformed (&self->dispatch, &self->view, &self->now, &self->verdict);
    s_finish (self);
}

butler_verdict_kind_t
broker_ready (broker_t *self, const char *worker, const char *service, const char *properties)
{
    butler_frames_t message = { .count = 0 };
    butler_put_ready (&message, butler_span_string (service),
                      properties? butler_span_string (properties): s_none);
    return s_from_worker (self, worker, &message);
}

butler_verdict_kind_t
broker_beat (broker_t *self, const char *worker)
{
    butler_frames_t message = { .count = 0 };
    butler_put_heartbeat (&message, s_none, s_none);
    return s_from_worker (self, worker, &message);
}

butler_verdict_kind_t
broker_leave (broker_t *self, const char *worker)
{
    butler_frames_t message = { .count = 0 };
    butler_put_leave (&message, s_none);
    return s_from_worker (self, worker, &message);
}

butler_verdict_kind_t
broker_relay (broker_t *self, const char *peer, const char *worker, const char *order)
{
    butler_frames_t message = { .count = 0 };
    butler_put_relay (&message, butler_span_string (worker), butler_span_string (order));
    return s_from_worker (self, peer, &message);
}

void
broker_kill (broker_t *self, const char *worker)
{
    const bool relay = self->settings.relay;
    self->settings.relay = true;
    broker_deafen (self, worker, EHOSTUNREACH);
    broker_relay (self, "anybody", worker, "\x02");
    self->settings.relay = relay;
    broker_deafen (self, worker, 0);
}

const uint8_t *
broker_token (const broker_t *self, const char *worker, const char *api_id)
{
    for (size_t back = 1; back <= self->given_count && back <= BROKER_GIVEN_MAX; back++) {
        const broker_given_t *given = &self->given [(self->given_count - back) % BROKER_GIVEN_MAX];
        if (strcmp (given->worker, worker) == 0 && strcmp (given->api_id, api_id) == 0)
            return given->token;
    }
    fail_msg ("%s was never given %s", worker, api_id);
    return NULL;
}

butler_verdict_kind_t
broker_reply_token (broker_t *self, const char *worker, const void *token, size_t size,
                    const char *api_id, const char *response)
{
    butler_frames_t message = { .count = 0 };
    zmq_msg_t msg;
    s_text_msg (&msg, response);
    butler_put_reply (&message, butler_span (token, size), butler_span_string (api_id), &msg);
    zmq_msg_close (&msg);
    return s_from_worker (self, worker, &message);
}

butler_verdict_kind_t
broker_reply (broker_t *self, const char *worker, const char *api_id, const char *response)
{
    return broker_reply_token (self, worker, broker_token (self, worker, api_id),
                               BUTLER_TOKEN_SIZE, api_id, response);
}

//  ---- invariants

void
broker_assert_balance (const broker_t *self)
{
    const butler_counters_t *counters = &self->dispatch.counters;
    assert_int_equal (counters->accepted,
        counters->answered + counters->refused + counters->expired + counters->lost
        + counters->undeliverable + counters->cancelled + counters->waiting + counters->running);
}

void
broker_assert_empty (const broker_t *self)
{
    const butler_dispatch_t *dispatch = &self->dispatch;
    assert_int_equal (dispatch->counters.waiting, 0);
    assert_int_equal (dispatch->counters.running, 0);
    assert_int_equal (dispatch->jobs.pool.count, 0);
    assert_int_equal (dispatch->jobs.open.count, 0);
    assert_int_equal (dispatch->jobs.id_bytes, 0);
    assert_int_equal (dispatch->clients.table.count, 0);
    assert_int_equal (dispatch->clients.pool.count, 0);
    assert_int_equal (dispatch->registry.lanes.pool.count, 0);
    assert_int_equal (dispatch->registry.lanes.table.count, 0);
    assert_int_equal (dispatch->held, 0);
    assert_null (dispatch->leaving);
    assert_null (dispatch->ready);
}
