/*  test_dispatch_random.c - a long random history: each request ends once, and the books balance
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    BUTLER_TEST_SEED chooses another history; BUTLER_TEST_SLOW divides its length. */

#include "broker_fixture.h"
#include "broker/butler_lifecycle.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    STEPS = 200000,
    CLIENTS = 5, IDS = 24, WORKERS = 9, SERVICES = 4,
    GIVEN = 256,
    RETRY_MAX = 2                   //  the most that anybody offers
};

//  What a client knows of one of its ids
typedef struct {
    uint64_t serial;                //  of the request that was taken last under it
    unsigned answers;               //  that it had
    unsigned given;                 //  workers that were given it
    int service;
} request_t;

typedef struct {
    char worker [8], api_id [16], body [64];
    uint8_t token [BUTLER_TOKEN_SIZE];
} given_t;

typedef struct {
    broker_t *broker;
    uint64_t state;                 //  of the random numbers
    uint64_t serial;
    bool malformed;                 //  the answer to come is a 400
    unsigned deafness;              //  in 100 sendings
    request_t request [CLIENTS][2][IDS];
    given_t given [GIVEN];
    size_t given_count;
    uint64_t answers;               //  that clients had to requests that were taken in
    uint64_t swallowed;             //  such answers that they did not take
    uint64_t cancelled;             //  and so not answered
    uint64_t told_expired;          //  of both: 504
} history_t;

static unsigned
s_random (history_t *self, unsigned below)
{
    self->state ^= self->state << 13;
    self->state ^= self->state >> 7;
    self->state ^= self->state << 17;
    return (unsigned) ((self->state >> 16) % below);
}

static uint64_t
s_seed (void)
{
    const char *text = getenv ("BUTLER_TEST_SEED");
    const uint64_t seed = text? strtoull (text, NULL, 10): 20240607;
    return seed? seed: 1;
}

static int
s_steps (void)
{
    const char *text = getenv ("BUTLER_TEST_SLOW");
    const int slow = text? atoi (text): 1;
    return STEPS / (slow > 1? slow: 1);
}

//  ---- what the broker sends

static bool
s_is_expired (const char *body, size_t size)
{
    return size > 4 && memcmp (body, "504:", 4) == 0;
}

//  Some peers don't take some messages
static int
s_deaf (void *arg, const char *peer)
{
    history_t *self = arg;
    (void) peer;
    if (s_random (self, 100) >= self->deafness)
        return 0;
    const butler_verdict_t *verdict = &self->broker->verdict;
    const bool answer = verdict->kind == BUTLER_VERDICT_ANSWER && !self->malformed;
    if (answer || verdict->kind == BUTLER_VERDICT_FORWARD)
        self->swallowed++;
    if (answer)
        self->told_expired += s_is_expired (verdict->text, verdict->text_size);
    return s_random (self, 3)? EHOSTUNREACH: EAGAIN;
}

static request_t *
s_request_of (history_t *self, const char *client, const char *api_id)
{
    const int dialect = *api_id == '1';
    return &self->request [client [1] - '0'][dialect][atoi (strchr (api_id, ':') + 1)];
}

//  The body names its client and request, and comes back as the reply
static void
s_check_given (history_t *self, const broker_sent_t *sent)
{
    char client [8], api_id [16];
    unsigned long long serial;
    assert_int_equal (sscanf (sent->body, "%7s %15s %llu", client, api_id, &serial), 3);
    assert_string_equal (api_id, sent->api_id);
    request_t *request = s_request_of (self, client, api_id);
    assert_int_equal (request->serial, serial);
    assert_int_equal (request->answers, 0);
    request->given++;
    assert_true (request->given <= (request->service == 0? 1: 1 + RETRY_MAX));
    given_t *given = &self->given [self->given_count++ % GIVEN];
    snprintf (given->worker, sizeof given->worker, "%.7s", sent->peer);
    snprintf (given->api_id, sizeof given->api_id, "%.15s", sent->api_id);
    snprintf (given->body, sizeof given->body, "%.63s", sent->body);
    memcpy (given->token, sent->token, sizeof given->token);
}

static void
s_check_answer (history_t *self, const broker_sent_t *sent)
{
    if (self->malformed)
        return;
    self->answers++;
    self->told_expired += s_is_expired (sent->body, sent->size);
    request_t *request = s_request_of (self, sent->peer, sent->api_id);
    assert_int_equal (request->answers++, 0);
    if (sent->kind != BUTLER_VERDICT_FORWARD)
        return;
    char client [8];
    unsigned long long serial;
    assert_int_equal (sscanf (sent->body, "%7s %*s %llu", client, &serial), 2);
    assert_string_equal (client, sent->peer);
    assert_int_equal (serial, request->serial);
}

static void
s_read_sent (history_t *self)
{
    broker_sent_t sent;
    while (broker_next (self->broker, &sent))
        switch (sent.kind) {
            case BUTLER_VERDICT_DISPATCH:
                s_check_given (self, &sent);
                break;
            case BUTLER_VERDICT_ANSWER:
            case BUTLER_VERDICT_FORWARD:
                s_check_answer (self, &sent);
                break;
            default:
                break;
        }
}

//  ---- what comes in

static const char *s_services [] = {
    "once", "twice", "svc", "other", "none", "butler.router", "butler.none", "mmi.svc", "mmi.none"
};

static bool
s_is_open (const history_t *self, const char *client, const char *api_id)
{
    const butler_dispatch_t *dispatch = &self->broker->dispatch;
    const butler_view_t view = { .peer = butler_span_string (client), .api_id = butler_span_string (api_id) };
    const butler_origin_t origin = butler_lifecycle_origin (dispatch, &view);
    return butler_lifecycle_find (dispatch, &origin, &view) != NULL;
}

static void
s_step_request (history_t *self)
{
    broker_t *broker = self->broker;
    char client [8], api_id [16], expiration [24], body [400];
    snprintf (client, sizeof client, "c%u", s_random (self, CLIENTS));
    const bool modern = s_random (self, 3);
    snprintf (api_id, sizeof api_id, "%s:%u", modern? "1.0": "0.3.0", s_random (self, IDS));
    const int service = (int) s_random (self, s_random (self, 4)? SERVICES: 9);
    if (modern && s_random (self, 2))
        snprintf (expiration, sizeof expiration, "+%u", s_random (self, 3000));
    else
        snprintf (expiration, sizeof expiration, "%lld",
                  (long long) broker->now.wall - 20 + s_random (self, 3000));
    const bool open = s_is_open (self, client, api_id);
    const uint64_t duplicates = broker->dispatch.counters.duplicates;
    request_t *request = s_request_of (self, client, api_id);
    if (open)
        assert_int_equal (request->answers, 0);
    else
        *request = (request_t) { .serial = ++self->serial, .service = service };
    const int size = snprintf (body, sizeof body, "%s %s %llu ", client, api_id,
                               (unsigned long long) self->serial);
    const size_t padding = s_random (self, 300);
    memset (body + size, '.', padding);
    body [(size_t) size + padding] = 0;
    broker_request (broker, client, api_id, s_services [service], expiration, body);
    assert_int_equal (broker->dispatch.counters.duplicates, duplicates + open);
}

static void
s_step_malformed (history_t *self)
{
    char client [8], api_id [16];
    snprintf (client, sizeof client, "c%u", s_random (self, CLIENTS));
    snprintf (api_id, sizeof api_id, "1.0:%u", s_random (self, IDS));
    const bool open = s_is_open (self, client, api_id);
    s_read_sent (self);
    self->malformed = true;
    broker_malformed (self->broker, client, "", api_id, "svc", NULL);
    assert_true (!open || !self->broker->sent);
    s_read_sent (self);
    self->malformed = false;
}

static void
s_step_ready (history_t *self, const char *worker)
{
    static const char *properties [] = {
        NULL, "{}", "{\"capacity\": 3}", "{\"capacity\": 4, \"threads\": 2, \"retry\": 1}",
        "{\"retry\": 2, \"deadline\": \"relative\"}", "{\"capacity\": 2, \"threads\": 1}", "bad",
    };
    const char *service = s_services [s_random (self, s_random (self, 20)? SERVICES: 9)];
    broker_ready (self->broker, worker, service, properties [s_random (self, s_random (self, 20)? 6: 7)]);
}

//  A client gives up, in one envelope or the other: nothing is to come for that request any more
static void
s_step_cancel (history_t *self)
{
    broker_t *broker = self->broker;
    char client [8], api_id [16];
    snprintf (client, sizeof client, "c%u", s_random (self, CLIENTS));
    snprintf (api_id, sizeof api_id, "%s:%u", s_random (self, 3)? "1.0": "0.3.0", s_random (self, IDS));
    s_read_sent (self);
    request_t *request = s_request_of (self, client, api_id);
    const bool open = s_is_open (self, client, api_id);
    const uint64_t cancelled = broker->dispatch.counters.cancelled;
    if (s_random (self, 2))
        broker_cancel (broker, client, api_id);
    else
        broker_request (broker, client, api_id, "butler.cancel", s_random (self, 2)? "0": "9000000000000", "");
    const uint64_t change = broker->dispatch.counters.cancelled - cancelled;
    assert_true (change == 0 || (change == 1 && open));
    if (change) {
        assert_int_equal (request->answers++, 0);
        assert_false (s_is_open (self, client, api_id));
        self->cancelled++;
    }
}

//  Mostly right; else another's token, an old one, a wrong id
static void
s_step_reply (history_t *self, const char *worker)
{
    const size_t known = self->given_count < GIVEN? self->given_count: GIVEN;
    if (!known)
        return;
    const size_t reach = known < 24? known: 24;
    const given_t *given = &self->given [(self->given_count - 1 - s_random (self, (unsigned) reach)) % GIVEN];
    uint8_t token [BUTLER_TOKEN_SIZE];
    memcpy (token, given->token, sizeof token);
    const unsigned wrong = s_random (self, 10);
    if (wrong == 0)
        token [s_random (self, BUTLER_TOKEN_SIZE)]++;
    broker_reply_token (self->broker, wrong == 1? worker: given->worker, token, sizeof token,
                        wrong == 2? "1.0:7": given->api_id, given->body);
}

static void
s_step_worker (history_t *self)
{
    broker_t *broker = self->broker;
    char worker [8], other [8];
    snprintf (worker, sizeof worker, "w%u", s_random (self, WORKERS));
    snprintf (other, sizeof other, "w%u", s_random (self, WORKERS));
    const unsigned what = s_random (self, 100);
    if (what < 12)
        s_step_ready (self, worker);
    else
    if (what < 40)
        broker_beat (broker, worker);
    else
    if (what < 96)
        s_step_reply (self, worker);
    else
    if (what < 98)
        broker_leave (broker, worker);
    else
        broker_relay (broker, worker, other, what == 98? "\x02": "\x03");
}

static void
s_step_settings (history_t *self)
{
    broker_t *broker = self->broker;
    butler_settings_t *settings = &broker->settings;
    settings->relay = s_random (self, 2);
    settings->client_limit = 2 + s_random (self, 20);
    settings->requests = 10 + s_random (self, 60);
    settings->bytes = 2000 + s_random (self, 30000);
    settings->worker_capacity = 1 + s_random (self, 5);
    settings->services = 3 + s_random (self, 6);
    settings->workers = 4 + s_random (self, 6);
    settings->heartbeat = 50 + s_random (self, 400);
    settings->max_deadline = 100 + s_random (self, 4000);
    settings->service.queue = s_random (self, 20);
    settings->service.queue_bytes = 1000 + s_random (self, 10000);
    settings->service.ttl = s_random (self, 2000);
    settings->service.unknown_queue = s_random (self, 2);
    butler_service_settings_t *once = &settings->overrides [0].settings;
    butler_service_settings_t *twice = &settings->overrides [1].settings;
    *once = *twice = settings->service;
    once->retry_set = twice->retry_set = true;
    twice->retry = 1;
    butler_dispatch_configure (&broker->dispatch, settings);
    self->deafness = s_random (self, 3)? s_random (self, 4): s_random (self, 40);
}

static void
s_step_time (history_t *self)
{
    broker_t *broker = self->broker;
    const int64_t step = s_random (self, 300)? s_random (self, 25): s_random (self, 60000);
    broker->now.mono += step;
    broker->now.wall += step;
    if (step > 1000 && s_random (self, 2))
        butler_dispatch_lapse (&broker->dispatch, step);
    broker->now.aged = s_random (self, 50)? 0: s_random (self, 1000);
}

//  All that is due, or only some of it
static void
s_step_settle (history_t *self)
{
    broker_t *broker = self->broker;
    int limit = s_random (self, 4)? INT32_MAX: (int) s_random (self, 5);
    while (limit-- && butler_dispatch_next (&broker->dispatch, &broker->now, &broker->verdict))
        broker_carry (broker, false);
    s_read_sent (self);
}

static void
s_step (history_t *self)
{
    const unsigned what = s_random (self, 1000);
    if (what < 350)
        s_step_request (self);
    else
    if (what < 360)
        s_step_malformed (self);
    else
    if (what < 400)
        s_step_cancel (self);
    else
    if (what < 750)
        s_step_worker (self);
    else
    if (what < 999)
        s_step_time (self);
    else
    if (s_random (self, 10))
        s_step_settings (self);
    else
        butler_dispatch_abandon (&self->broker->dispatch, &self->broker->now);
    if (s_random (self, 2))
        s_step_settle (self);
}

//  ---- the whole of it

static void
s_finish (history_t *self)
{
    broker_t *broker = self->broker;
    self->deafness = 0;
    broker->now.aged = 0;
    butler_dispatch_drain (&broker->dispatch);
    broker_pass (broker, 200000);
    s_read_sent (self);
    broker_assert_invariants (broker);
    broker_assert_empty (broker);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 0);
    assert_false (butler_dispatch_busy (&broker->dispatch));
}

//  Whoever had no answer is an old client whose request expired
static void
s_check_outcomes (const history_t *self)
{
    const butler_counters_t *counters = &self->broker->dispatch.counters;
    const uint64_t unspoken = counters->expired - self->told_expired;
    assert_int_equal (counters->accepted, self->answers + self->swallowed + self->cancelled + unspoken);
    //  The history was one that had something to say
    const uint64_t seen [] = {
        counters->answered, counters->refused, counters->expired, counters->lost,
        counters->undeliverable, counters->retried, counters->bounced, counters->discoveries,
        counters->malformed, counters->duplicates, counters->late_replies,
        counters->stray_replies, counters->registrations, counters->registrations_refused,
        counters->reconnects, counters->workers_lost, counters->unsent, counters->cancelled, counters->stray_cancels
    };
    for (size_t index = 0; index < sizeof seen / sizeof *seen; index++)
        assert_true (seen [index] > 20 || s_steps () < STEPS);
}

static void
every_request_ends_once_whatever_happens (void **state)
{
    (void) state;
    history_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    char once [] = "once", twice [] = "twice";
    butler_service_override_t overrides [] = { { .name = once }, { .name = twice } };
    self->state = s_seed ();
    self->broker = broker_new ();
    self->broker->deaf = s_deaf;
    self->broker->deaf_arg = self;
    self->broker->unsettled = true;
    self->broker->settings.overrides = overrides;
    self->broker->settings.override_count = 2;
    s_step_settings (self);
    const int steps = s_steps ();
    for (int step = 0; step < steps; step++) {
        s_step (self);
        s_read_sent (self);
        broker_assert_invariants (self->broker);
    }
    s_finish (self);
    s_check_outcomes (self);
    broker_destroy (&self->broker);
    free (self);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_request_ends_once_whatever_happens),
    };
    return cmocka_run_group_tests_name ("dispatch: random", tests, NULL, NULL);
}
