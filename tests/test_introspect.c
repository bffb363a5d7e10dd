/*  test_introspect.c - butler.router: the router's own service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include "broker/butler_introspect.h"
#include "wire/butler_dialect.h"

#define ROWS(table) (sizeof (table) / sizeof *(table))

//  The result of a call; args and kwargs as JSON
static json_t *
s_call (broker_t *broker, const char *method, const char *args, const char *kwargs)
{
    char body [300];
    snprintf (body, sizeof body, "{\"method\": \"%s\", \"args\": %s, \"kwargs\": %s}",
              method, args, kwargs);
    broker_request (broker, "asker", "1.0:ask", "butler.router", "+1000", body);
    broker_sent_t sent;
    assert_true (broker_next (broker, &sent));
    assert_int_equal (sent.kind, BUTLER_VERDICT_ANSWER);
    assert_string_equal (sent.peer, "asker");
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (sent.body, sent.size), &outcome);
    assert_int_equal (outcome.status, 200);
    json_t *result = json_incref (outcome.result);
    butler_outcome_clear (&outcome);
    return result;
}

static json_int_t
s_integer (const json_t *object, const char *key)
{
    const json_t *value = json_object_get (object, key);
    assert_true (json_is_integer (value));
    return json_integer_value (value);
}

static void
router_answers_a_ping_in_either_dialect (void **state)
{
    broker_t *broker = *state;
    broker_request (broker, "alice", "1.0:1", "butler.router", "+1000", "{\"method\": \"ping\"}");
    broker_expect (broker, "alice gets 1.0:1 \"pong\"");
    broker_request (broker, "alice", "0.3.0:1", "butler.router", "1700000001000",
                    "{\"method\": \"ping\", \"args\": [], \"kwargs\": {}}");
    broker_expect (broker, "alice gets 0.3.0:1 pong");
    assert_int_equal (broker_count (broker, accepted), 2);
    assert_int_equal (broker_count (broker, answered), 2);
    broker_assert_empty (broker);
}

static void
call_that_is_too_large_to_be_read_is_refused (void **state)
{
    broker_t *broker = *state;
    char body [4098];
    memset (body, '[', sizeof body);
    body [sizeof body - 1] = 0;
    broker_request (broker, "alice", "1.0:1", "butler.router", "+1000", body);
    broker_expect (broker, "alice gets 1.0:1 400:request BadRequest");
    body [sizeof body - 2] = 0;
    memcpy (body, "{\"method\": \"ping\", \"args\": []}", 31);
    memset (body + 31, ' ', sizeof body - 33);
    broker_request (broker, "alice", "1.0:1", "butler.router", "+1000", body);
    broker_expect (broker, "alice gets 1.0:1 \"pong\"");
}

//  2 MB of properties
static void
page_ends_early_where_workers_say_much_of_themselves (void **state)
{
    broker_t *broker = *state;
    char properties [16001], name [16];
    memset (properties, ' ', sizeof properties);
    properties [0] = '{';
    properties [sizeof properties - 2] = '}';
    properties [sizeof properties - 1] = 0;
    for (int worker = 0; worker < 128; worker++) {
        snprintf (name, sizeof name, "w%d", worker);
        broker_ready (broker, name, "svc", properties);
    }
    size_t all = 0, pages = 0;
    while (all < 128) {
        char args [40];
        snprintf (args, sizeof args, "[\"\", %zu]", all);
        json_t *result = s_call (broker, "workers", args, "{}");
        const size_t rows = json_array_size (json_object_get (result, "workers"));
        assert_in_range (rows, 1, 17);
        assert_int_equal (s_integer (result, "total"), 128);
        all += rows;
        pages++;
        json_decref (result);
    }
    assert_int_equal (pages, 8);
}

static void
wrong_calls_are_told_apart (void **state)
{
    broker_t *broker = *state;
    static const struct {
        const char *body, *answer;
    } rows [] = {
        { "{\"method\": \"none\"}", "404:method MethodNotFound" },
        { "{\"method\": \"ping\", \"args\": [1]}", "500:exception TypeError" },
        { "{\"method\": \"services\", \"kwargs\": {\"offset\": \"x\"}}", "500:exception TypeError" },
        { "{\"method\": \"services\", \"kwargs\": {\"none\": 1}}", "500:exception TypeError" },
        { "rubbish", "400:request BadRequest" },
        { "", "400:request BadRequest" },
        { "{\"method\": 7}", "400:request BadRequest" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        broker_request (broker, "alice", "1.0:1", "butler.router", "+1000", rows [index].body);
        broker_expect (broker, "alice gets 1.0:1 %s", rows [index].answer);
    }
}

static void
router_serves_on_while_it_drains_and_whatever_the_limits (void **state)
{
    broker_t *broker = *state;
    broker->settings.client_limit = 1;
    broker->settings.requests = 1;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    butler_dispatch_drain (&broker->dispatch);
    broker_request (broker, "alice", "1.0:2", "butler.router", "+1000", "{\"method\": \"ping\"}");
    broker_expect (broker, "alice gets 1.0:2 \"pong\"");
}

static void
every_method_describes_itself (void **state)
{
    broker_t *broker = *state;
    json_t *result = s_call (broker, "butler.describe", "[]", "{}");
    char *text = json_dumps (result, JSON_COMPACT);
    assert_int_equal (json_array_size (json_object_get (result, "methods")), 4);
    static const char *expected [] = { "butler.router", "ping ()", "services (", "workers (", "stats ()" };
    for (size_t index = 0; index < ROWS (expected); index++)
        assert_non_null (strstr (text, expected [index]));
    free (text);
    json_decref (result);
}

static void
stats_name_every_counter (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "mmi.x", NULL);
    broker_forget_sent (broker);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_ask (broker, "alice", "1.0:3", "none");
    broker_forget_sent (broker);
    json_t *stats = s_call (broker, "stats", "[]", "{}");
#define CHECK(name) assert_int_equal (s_integer (stats, #name), broker->dispatch.counters.name);
    BUTLER_COUNTERS (CHECK)
#undef CHECK
    assert_int_equal (s_integer (stats, "accepted"), 4);        //  this one too
    assert_int_equal (s_integer (stats, "answered"), 1);
    assert_int_equal (s_integer (stats, "refused"), 1);
    assert_int_equal (s_integer (stats, "waiting"), 1);
    assert_int_equal (s_integer (stats, "running"), 1);
    assert_int_equal (s_integer (stats, "services"), 1);
    assert_int_equal (s_integer (stats, "workers"), 1);
    assert_int_equal (s_integer (stats, "held_bytes"), broker->dispatch.held);
    json_decref (stats);
}

static void
services_are_listed_with_what_they_hold (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2}");
    broker_ready (broker, "w2", "svc", NULL);
    broker_ready (broker, "w3", "b\xc3\xbcro", NULL);
    for (int index = 0; index < 5; index++) {
        char api_id [16];
        snprintf (api_id, sizeof api_id, "1.0:%d", index);
        broker_ask (broker, "alice", api_id, "svc");
    }
    broker_forget_sent (broker);
    json_t *result = s_call (broker, "services", "[]", "{}");
    assert_int_equal (s_integer (result, "total"), 2);
    const json_t *row = json_array_get (json_object_get (result, "services"), 0);
    assert_string_equal (json_string_value (json_object_get (row, "name")), "svc");
    assert_int_equal (s_integer (row, "workers"), 2);
    assert_int_equal (s_integer (row, "running"), 3);
    assert_int_equal (s_integer (row, "waiting"), 2);
    assert_int_equal (s_integer (row, "waiting_bytes"), 2 * butler_jobs_weight (4, 0));
    row = json_array_get (json_object_get (result, "services"), 1);
    assert_string_equal (json_string_value (json_object_get (row, "name")), "b\xc3\xbcro");
    json_decref (result);
}

static void
workers_are_listed_without_their_routing_ids (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "secret1", "svc", "{\"capacity\": 4, \"threads\": 2, \"colour\": \"red\"}");
    broker_ready (broker, "secret2", "other", NULL);
    broker_ready (broker, "secret3", "mmi.x", NULL);
    broker_forget_sent (broker);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_reply (broker, "secret1", "1.0:1", "done");
    broker_pass (broker, 700);
    broker_leave (broker, "secret2");
    broker_forget_sent (broker);
    json_t *result = s_call (broker, "workers", "[]", "{}");
    assert_int_equal (s_integer (result, "total"), 2);
    const json_t *row = json_array_get (json_object_get (result, "workers"), 0);
    assert_string_equal (json_string_value (json_object_get (row, "service")), "svc");
    assert_int_equal (s_integer (row, "id"), 1);
    assert_int_equal (s_integer (row, "capacity"), 4);
    assert_int_equal (s_integer (row, "threads"), 2);
    assert_int_equal (s_integer (row, "limit"), s_integer (row, "capacity"));
    assert_int_equal (s_integer (row, "holds"), 1);
    assert_int_equal (s_integer (row, "answered"), 1);
    assert_int_equal (s_integer (row, "age_ms"), 700);
    assert_int_equal (s_integer (row, "silent_ms"), 700);
    assert_string_equal (json_string_value (json_object_get (
        json_object_get (row, "properties"), "colour")), "red");
    row = json_array_get (json_object_get (result, "workers"), 1);
    assert_true (json_is_true (json_object_get (row, "leaving")));
    assert_null (json_object_get (row, "properties"));
    char *text = json_dumps (result, JSON_COMPACT);
    assert_null (strstr (text, "secret"));
    free (text);
    json_decref (result);
    result = s_call (broker, "workers", "[\"other\"]", "{}");
    assert_int_equal (s_integer (result, "total"), 1);
    json_decref (result);
}

static void
lists_come_in_pages (void **state)
{
    broker_t *broker = *state;
    enum { COUNT = 700 };
    for (int index = 0; index < COUNT; index++) {
        char name [16];
        snprintf (name, sizeof name, "n%d", index);
        broker_ready (broker, name, name, NULL);
    }
    static const struct {
        const char *kwargs;
        size_t rows;
        int first;
    } rows [] = {
        { "{}", 500, 0 },
        { "{\"offset\": 500}", 200, 500 },
        { "{\"offset\": 3, \"limit\": 2}", 2, 3 },
        { "{\"limit\": 0}", 0, 0 },
        { "{\"limit\": -1}", 500, 0 },
        { "{\"limit\": 9223372036854775807}", 500, 0 },
        { "{\"offset\": -9223372036854775807, \"limit\": 1}", 1, 0 },
        { "{\"offset\": 9223372036854775807, \"limit\": 500}", 0, 0 },
        { "{\"offset\": 700}", 0, 0 },
        { "{\"offset\": 699}", 1, 699 },
    };
    static const char *lists [] = { "services", "workers" };
    for (size_t index = 0; index < 2 * ROWS (rows); index++) {
        const char *list = lists [index % 2];
        json_t *result = s_call (broker, list, "[]", rows [index / 2].kwargs);
        assert_int_equal (s_integer (result, "total"), COUNT);
        const json_t *page = json_object_get (result, list);
        assert_int_equal (json_array_size (page), rows [index / 2].rows);
        if (rows [index / 2].rows) {
            char name [16];
            snprintf (name, sizeof name, "n%d", rows [index / 2].first);
            assert_string_equal (json_string_value (json_object_get (
                json_array_get (page, 0), index % 2? "service": "name")), name);
        }
        json_decref (result);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (router_answers_a_ping_in_either_dialect),
        BROKER_CALM_TEST (call_that_is_too_large_to_be_read_is_refused),
        BROKER_CALM_TEST (page_ends_early_where_workers_say_much_of_themselves),
        BROKER_CALM_TEST (wrong_calls_are_told_apart),
        BROKER_CALM_TEST (router_serves_on_while_it_drains_and_whatever_the_limits),
        BROKER_CALM_TEST (every_method_describes_itself),
        BROKER_CALM_TEST (stats_name_every_counter),
        BROKER_CALM_TEST (services_are_listed_with_what_they_hold),
        BROKER_CALM_TEST (workers_are_listed_without_their_routing_ids),
        BROKER_CALM_TEST (lists_come_in_pages),
    };
    return cmocka_run_group_tests_name ("introspect", tests, NULL, NULL);
}
