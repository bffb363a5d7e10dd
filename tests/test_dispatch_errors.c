/*  test_dispatch_errors.c - what the router's errors tell of service, request and worker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdlib.h>
#include "wire/butler_dialect.h"

//  The next message is this error, from there; "" where it tells nothing
static void
s_expect (broker_t *broker, int status, const char *service, const char *worker, const char *request)
{
    broker_sent_t sent;
    assert_true (broker_next (broker, &sent));
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (sent.body, sent.size), &outcome);
    assert_int_equal (outcome.status, status);
    assert_string_equal (outcome.service, service);
    assert_string_equal (outcome.method, "");
    assert_string_equal (outcome.worker, worker);
    assert_string_equal (outcome.request, request);
    butler_outcome_clear (&outcome);
}

static void
refusals_tell_service_and_request (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "alice", "1.0:1", "nobody");
    s_expect (broker, 404, "nobody", "", "1.0:1");
    broker_request (broker, "alice", "1.0:2", "svc", "+0", "late");
    s_expect (broker, 504, "svc", "", "1.0:2");
    broker_request (broker, "alice", "1.0:3", "mmi.", "+1000", "");
    s_expect (broker, 400, "mmi.", "", "1.0:3");
    butler_dispatch_drain (&broker->dispatch);
    broker_ask (broker, "alice", "1.0:4", "svc");
    s_expect (broker, 503, "svc", "", "1.0:4");
}

static void
malformed_request_is_told_what_of_it_could_be_read (void **state)
{
    broker_t *broker = *state;
    broker_malformed (broker, "alice", "", "1.0:1", "svc", "tomorrow", "body", NULL);
    s_expect (broker, 400, "svc", "", "1.0:1");
    broker_malformed (broker, "alice", "", "1.0:2", "a\nb", "+1000", "body", NULL);
    s_expect (broker, 400, "", "", "1.0:2");
}

static void
lost_worker_is_told_by_its_name (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2, \"worker\": \"blade7/123\"}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "bob", "1.0:2", "svc");
    broker_forget_sent (broker);
    broker_kill (broker, "w1");
    s_expect (broker, 502, "svc", "blade7/123", "1.0:2");
    s_expect (broker, 502, "svc", "blade7/123", "1.0:1");
    broker_assert_empty (broker);
}

static void
lost_worker_without_a_name_has_none (void **state)
{
    broker_t *broker = *state;
    static const char *const properties [] = {
        NULL, "{}", "{\"worker\": 7}", "{\"worker\": \"\"}", "{\"worker\": \"a\\nb\"}"
    };
    for (size_t index = 0; index < sizeof properties / sizeof *properties; index++) {
        broker_ready (broker, "w1", "svc", properties [index]);
        broker_ask (broker, "alice", "1.0:1", "svc");
        broker_expect (broker, "w1 takes 1.0:1 body");
        broker_kill (broker, "w1");
        s_expect (broker, 502, "svc", "", "1.0:1");
    }
}

static void
name_of_255_bytes_is_told (void **state)
{
    broker_t *broker = *state;
    char name [257], properties [300];
    for (size_t length = 255; length <= 256; length++) {
        memset (name, 'w', length);
        name [length] = 0;
        snprintf (properties, sizeof properties, "{\"worker\": \"%s\"}", name);
        broker_ready (broker, "w1", "svc", properties);
        broker_ask (broker, "alice", "1.0:1", "svc");
        broker_expect (broker, "w1 takes 1.0:1 body");
        broker_kill (broker, "w1");
        s_expect (broker, 502, "svc", length == 255? name: "", "1.0:1");
    }
}

static void
expired_and_abandoned_requests_are_told_by_name (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"worker\": \"w\"}");
    broker_request (broker, "alice", "1.0:1", "svc", "+100", "running");
    broker_request (broker, "alice", "1.0:2", "svc", "+100", "waiting");
    broker_ask (broker, "alice", "1.0:3", "svc");
    broker_forget_sent (broker);
    broker_pass (broker, 200);
    s_expect (broker, 504, "svc", "", "1.0:1");
    s_expect (broker, 504, "svc", "", "1.0:2");
    butler_dispatch_abandon (&broker->dispatch, &broker->now);
    broker_settle (broker);
    s_expect (broker, 503, "svc", "", "1.0:3");
}

//  The service goes as soon as its last request has been told, and not before
static void
forgotten_service_is_told_by_name (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.ttl = 50;
    broker_ready (broker, "w1", "svc", NULL);
    broker_leave (broker, "w1");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_kill (broker, "w1");
    broker_forget_sent (broker);
    broker_pass (broker, 200);
    s_expect (broker, 404, "svc", "", "1.0:1");
    s_expect (broker, 404, "svc", "", "1.0:2");
    assert_null (butler_registry_service (&broker->dispatch.registry, butler_span_string ("svc")));
    broker_assert_empty (broker);
}

//  A name that only waited, whose place is wanted before its request's client is told
static void
service_outlives_what_its_clients_are_not_told_yet (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.unknown_queue = true;
    broker->settings.services = 1;
    broker_ask (broker, "alice", "1.0:1", "svc");
    butler_dispatch_abandon (&broker->dispatch, &broker->now);
    broker->unsettled = true;
    broker_ready (broker, "w1", "another", NULL);
    broker_expect (broker, "w1 is told {\"refused\":\"this router knows as many services as it may\"}");
    broker->unsettled = false;
    broker_settle (broker);
    s_expect (broker, 503, "svc", "", "1.0:1");
    broker_settle (broker);
    assert_null (butler_registry_service (&broker->dispatch.registry, butler_span_string ("svc")));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (refusals_tell_service_and_request),
        BROKER_CALM_TEST (malformed_request_is_told_what_of_it_could_be_read),
        BROKER_CALM_TEST (lost_worker_is_told_by_its_name),
        BROKER_CALM_TEST (lost_worker_without_a_name_has_none),
        BROKER_CALM_TEST (name_of_255_bytes_is_told),
        BROKER_CALM_TEST (expired_and_abandoned_requests_are_told_by_name),
        BROKER_CALM_TEST (forgotten_service_is_told_by_name),
        BROKER_CALM_TEST (service_outlives_what_its_clients_are_not_told_yet),
    };
    return cmocka_run_group_tests_name ("dispatch_errors", tests, NULL, NULL);
}
