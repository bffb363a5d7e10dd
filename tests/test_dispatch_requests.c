/*  test_dispatch_requests.c - what becomes of a client's request
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>

#define ROWS(table) (sizeof (table) / sizeof *(table))
#define RELATIVE "{\"capacity\": 100, \"deadline\": \"relative\"}"

//  ---- what is dropped or refused at once

static void
malformed_request_gets_400_where_a_modern_client_can_be_told (void **state)
{
    broker_t *broker = *state;
    broker_malformed (broker, "alice", "", "1.0:1", "svc", NULL);
    broker_expect (broker, "alice gets 1.0:1 400:request Malformed");
    broker_malformed (broker, "alice", "", "1.0:2", "svc", "+1000", "body", "more", NULL);
    broker_expect (broker, "alice gets 1.0:2 400:request Malformed");
    broker_malformed (broker, "alice", "", "0.3.0:1", "svc", NULL);
    broker_malformed (broker, "alice", "", "no id", "svc", "+1000", "body", NULL);
    broker_malformed (broker, "alice", "\x02", NULL);
    broker_malformed (broker, "alice", NULL);
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, malformed), 6);
    assert_int_equal (broker_count (broker, accepted), 0);
    broker_assert_empty (broker);
}

static void
malformed_request_under_an_open_id_is_not_taken_for_its_end (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_malformed (broker, "alice", "", "1.0:1", "svc", NULL);
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
}

static void
request_expired_on_arrival_is_never_dispatched (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "1.0:1", "svc", "1699999998766", "body");
    broker_expect (broker, "alice gets 1.0:1 504:expired Expired");
    assert_non_null (strstr (broker->last.body, "1234 ms"));
    assert_non_null (strstr (broker->last.body, "clocks"));
    broker_request (broker, "alice", "1.0:2", "svc", "1700000000000", "body");
    broker_expect (broker, "alice gets 1.0:2 504:expired Expired");
    broker_request (broker, "alice", "1.0:3", "svc", "+0", "body");
    broker_expect (broker, "alice gets 1.0:3 504:expired Expired");
    assert_null (strstr (broker->last.body, "clocks"));
    broker_request (broker, "alice", "0.3.0:4", "svc", "1699999998766", "body");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, expired), 4);
    broker_assert_empty (broker);
}

static void
second_request_with_an_open_id_is_dropped (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    static const char *expirations [] = { "+1000", "+0", "0" };
    for (size_t index = 0; index < ROWS (expirations); index++)
        broker_request (broker, "alice", "1.0:1", "svc", expirations [index], "again");
    broker_request (broker, "alice", "1.0:1", "none", "+1000", "again");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, duplicates), 4);
    assert_int_equal (broker_count (broker, accepted), 1);
    broker_ask (broker, "bob", "1.0:1", "svc");         //  another client's is another request
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "alice", "1.0:1", "svc");       //  it is free again
    assert_int_equal (broker_count (broker, duplicates), 4);
    assert_int_equal (broker_count (broker, waiting), 1);
}

static void
unknown_service_is_404_and_costs_no_memory (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "alice", "1.0:1", "none");
    broker_expect (broker, "alice gets 1.0:1 404:service ServiceNotFound");
    assert_non_null (strstr (broker->last.body, "'none'"));
    broker_ask (broker, "alice", "0.3.0:1", "none");
    broker_expect (broker, "alice gets 0.3.0:1 404");
    assert_int_equal (broker->last.size, 3);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
    assert_false (butler_dispatch_busy (&broker->dispatch));
    broker_assert_empty (broker);
}

static void
discovery_finds_names_that_a_live_worker_has (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "left", NULL);
    broker_leave (broker, "w2");
    broker_forget_sent (broker);
    static const struct {
        const char *service, *code;
    } rows [] = {
        { "svc", "200" }, { "left", "400" }, { "none", "400" }, { "butler.router", "200" },
        { "butler.other", "400" }, { "mmi.svc", "400" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        char service [40];
        snprintf (service, sizeof service, "mmi.%s", rows [index].service);
        broker_request (broker, "alice", "1.0:7", service, "+1000", "");
        broker_expect (broker, "alice finds 1.0:7 %s %s", rows [index].service, rows [index].code);
        broker_request (broker, "alice", "0.3.0:7", service, "1700000001000", "");
        broker_expect (broker, "alice finds %s %s", rows [index].service, rows [index].code);
    }
    assert_int_equal (broker_count (broker, discoveries), 2 * ROWS (rows));
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 2);
    broker_assert_empty (broker);
}

//  ---- to workers

static void
request_goes_to_a_worker_and_its_reply_to_the_client (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "0.3.0:1", "svc", "1700000009000", "hello");
    broker_expect (broker, "w1 takes 0.3.0:1 hello");
    assert_string_equal (broker->last.service, "svc");
    assert_string_equal (broker->last.expiration, "1700000009000");
    broker_reply (broker, "w1", "0.3.0:1", "done");
    broker_expect (broker, "alice gets 0.3.0:1 done");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, answered), 1);
    broker_assert_empty (broker);
}

static void
reply_is_opaque_even_where_it_looks_like_an_error (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "1.0:1", "svc", "+1000", "");
    broker_expect (broker, "w1 takes 1.0:1 ");
    broker_reply (broker, "w1", "1.0:1", "404");
    broker_expect (broker, "alice gets 1.0:1 404");
    assert_int_equal (broker_count (broker, answered), 1);
    assert_int_equal (broker_count (broker, refused), 0);
}

static void
least_recently_used_worker_goes_first (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "svc", NULL);
    broker_ready (broker, "w3", "svc", NULL);
    static const char *turns [] = { "w1", "w2", "w3", "w1", "w2" };
    for (size_t index = 0; index < ROWS (turns); index++) {
        broker_ask (broker, "alice", "1.0:1", "svc");
        broker_expect (broker, "%s takes 1.0:1 body", turns [index]);
        broker_reply (broker, turns [index], "1.0:1", "done");
        broker_expect (broker, "alice gets 1.0:1 done");
    }
}

static void
idle_threads_are_used_before_places_behind_busy_ones (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 3, \"threads\": 1}");
    broker_ready (broker, "w2", "svc", "{\"capacity\": 2, \"threads\": 2}");
    static const char *turns [] = { "w1", "w2", "w2", "w1", "w1" };
    for (size_t index = 0; index < ROWS (turns); index++) {
        char api_id [16];
        snprintf (api_id, sizeof api_id, "1.0:%zu", index);
        broker_ask (broker, "alice", api_id, "svc");
        broker_expect (broker, "%s takes %s body", turns [index], api_id);
    }
    broker_ask (broker, "alice", "1.0:waits", "svc");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, running), 5);
    assert_int_equal (broker_count (broker, waiting), 1);
    broker_reply (broker, "w1", "1.0:3", "done");
    broker_expect (broker, "alice gets 1.0:3 done");
    broker_expect (broker, "w1 takes 1.0:waits body");
}

static void
clients_that_wait_take_turns_and_each_keeps_its_order (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "carol", "1.0:0", "svc");
    static const char *asked [] = { "alice", "alice", "alice", "bob", "carol", "bob" };
    for (size_t index = 0; index < ROWS (asked); index++) {
        char api_id [16];
        snprintf (api_id, sizeof api_id, "1.0:%zu", index + 1);
        broker_ask (broker, asked [index], api_id, "svc");
    }
    broker_expect (broker, "w1 takes 1.0:0 body");
    broker_reply (broker, "w1", "1.0:0", "done");
    broker_expect (broker, "carol gets 1.0:0 done");
    static const struct {
        const char *client, *api_id;
    } turns [] = {
        { "alice", "1.0:1" }, { "bob", "1.0:4" }, { "carol", "1.0:5" }, { "alice", "1.0:2" },
        { "bob", "1.0:6" }, { "alice", "1.0:3" },
    };
    for (size_t index = 0; index < ROWS (turns); index++) {
        broker_expect (broker, "w1 takes %s body", turns [index].api_id);
        broker_reply (broker, "w1", turns [index].api_id, "done");
        broker_expect (broker, "%s gets %s done", turns [index].client, turns [index].api_id);
    }
    broker_assert_empty (broker);
}

static void
newcomer_does_not_overtake_those_who_wait (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker->unsettled = true;           //  the place is free, and not filled yet
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_ask (broker, "bob", "1.0:3", "svc");
    broker_settle (broker);
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_expect_nothing (broker);
}

static void
what_waited_goes_out_as_it_came (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_leave (broker, "w1");
    broker_forget_sent (broker);
    broker_request (broker, "alice", "0.3.0:1", "svc", "1700000009000", "");
    broker_request (broker, "alice", "0.3.0:2", "svc", "1700000009000", "a longer body");
    broker_expect_nothing (broker);
    assert_int_equal (broker->dispatch.held, butler_jobs_weight (0, 0) + butler_jobs_weight (13, 0));
    broker_ready (broker, "w2", "svc", "{\"capacity\": 2}");
    broker_expect (broker, "w2 takes 0.3.0:1 ");
    assert_string_equal (broker->last.expiration, "1700000009000");
    broker_expect (broker, "w2 takes 0.3.0:2 a longer body");
    assert_string_equal (broker->last.service, "svc");
    assert_int_equal (broker->dispatch.held, 0);
}

//  ---- expiration

static void
worker_is_given_the_form_of_expiration_that_it_wants (void **state)
{
    broker_t *broker = *state;
    broker->settings.max_deadline = 60000;
    broker_ready (broker, "w1", "old", "{\"capacity\": 100}");
    broker_ready (broker, "w2", "new", RELATIVE);
    static const struct {
        const char *came, *absolute, *relative;
    } rows [] = {
        { "1700000002500", "1700000002500", "+2500" },
        { "+2500", "1700000002500", "+2500" },
        { "+1", "1700000000001", "+1" },
        { "1700000000001", "1700000000001", "+1" },
        { "+0000000700", "1700000000700", "+700" },
        { "001700000000700", "1700000000700", "+700" },
        { "+60000", "1700000060000", "+60000" },
        { "+60001", "1700000060000", "+60000" },
        { "+9999999999", "1700000060000", "+60000" },
        { "999999999999999", "1700000060000", "+60000" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        broker_request (broker, "alice", "1.0:1", "old", rows [index].came, "");
        broker_expect (broker, "w1 takes 1.0:1 ");
        assert_int_equal (strtoll (broker->last.expiration, NULL, 10),
                          strtoll (rows [index].absolute, NULL, 10));
        broker_request (broker, "alice", "1.0:2", "new", rows [index].came, "");
        broker_expect (broker, "w2 takes 1.0:2 ");
        assert_string_equal (broker->last.expiration, rows [index].relative);
        broker_reply (broker, "w1", "1.0:1", "");
        broker_reply (broker, "w2", "1.0:2", "");
        broker_forget_sent (broker);
    }
}

static void
what_waited_has_less_time_left (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"deadline\": \"relative\"}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_request (broker, "alice", "1.0:2", "svc", "+2500", "body");
    broker_request (broker, "alice", "1.0:3", "svc", "+2500", "body");
    broker_pass (broker, 1000);
    broker_forget_sent (broker);
    broker_reply (broker, "w1", "1.0:1", "");
    broker_forget_sent (broker);
    broker_ready (broker, "w2", "svc", NULL);
    assert_string_equal (broker->given [broker->given_count - 2].api_id, "1.0:2");
    broker_expect (broker, "w2 takes 1.0:3 body");
    assert_string_equal (broker->last.expiration, "1700000002500");
}

static void
step_of_the_wall_clock_expires_nothing_that_waits (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"deadline\": \"relative\"}");
    broker_request (broker, "alice", "1.0:1", "svc", "+5000", "");
    broker_request (broker, "alice", "1.0:2", "svc", "1700000005000", "");
    broker->now.wall += 3600000;
    broker_pass (broker, 2000);
    broker_expect (broker, "w1 takes 1.0:1 ");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "");
    broker_expect (broker, "alice gets 1.0:1 ");
    broker_expect (broker, "w1 takes 1.0:2 ");
    assert_string_equal (broker->last.expiration, "+3000");
}

static void
what_is_relative_has_aged_while_the_process_was_stopped (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", RELATIVE);
    broker->now.aged = 2000;
    broker_request (broker, "alice", "1.0:1", "svc", "+2500", "");
    broker_expect (broker, "w1 takes 1.0:1 ");
    assert_string_equal (broker->last.expiration, "+500");
    broker_request (broker, "alice", "1.0:2", "svc", "1700000002500", "");
    broker_expect (broker, "w1 takes 1.0:2 ");
    assert_string_equal (broker->last.expiration, "+2500");
    broker_request (broker, "alice", "1.0:3", "svc", "+2000", "");
    broker_expect (broker, "alice gets 1.0:3 504:expired Expired");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (malformed_request_gets_400_where_a_modern_client_can_be_told),
        BROKER_CALM_TEST (malformed_request_under_an_open_id_is_not_taken_for_its_end),
        BROKER_CALM_TEST (request_expired_on_arrival_is_never_dispatched),
        BROKER_CALM_TEST (second_request_with_an_open_id_is_dropped),
        BROKER_CALM_TEST (unknown_service_is_404_and_costs_no_memory),
        BROKER_CALM_TEST (discovery_finds_names_that_a_live_worker_has),
        BROKER_CALM_TEST (request_goes_to_a_worker_and_its_reply_to_the_client),
        BROKER_CALM_TEST (reply_is_opaque_even_where_it_looks_like_an_error),
        BROKER_CALM_TEST (least_recently_used_worker_goes_first),
        BROKER_CALM_TEST (idle_threads_are_used_before_places_behind_busy_ones),
        BROKER_CALM_TEST (clients_that_wait_take_turns_and_each_keeps_its_order),
        BROKER_CALM_TEST (newcomer_does_not_overtake_those_who_wait),
        BROKER_CALM_TEST (what_waited_goes_out_as_it_came),
        BROKER_CALM_TEST (worker_is_given_the_form_of_expiration_that_it_wants),
        BROKER_CALM_TEST (what_waited_has_less_time_left),
        BROKER_CALM_TEST (step_of_the_wall_clock_expires_nothing_that_waits),
        BROKER_CALM_TEST (what_is_relative_has_aged_while_the_process_was_stopped),
    };
    return cmocka_run_group_tests_name ("dispatch: requests", tests, NULL, NULL);
}
