/*  test_dispatch_limits.c - everything that a peer can make the router hold has a limit
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>

#define ROWS(table) (sizeof (table) / sizeof *(table))
#define HELD(body_size) butler_jobs_weight (body_size, 0)

//  A service that is known, and whose only worker is busy for good
static void
s_busy_service (broker_t *broker)
{
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "nobody", "1.0:0", "svc");
    broker_forget_sent (broker);
}

//  "a1" is alice's first, "b2" bob's second, ...
static void
s_ask (broker_t *broker, const char *who, const char *body)
{
    char api_id [16];
    snprintf (api_id, sizeof api_id, "1.0:%s", who);
    broker_request (broker, *who == 'a'? "alice": *who == 'b'? "bob": "carol", api_id, "svc",
                    "+100000", body);
}

static void
s_ask_all (broker_t *broker, const char *body, ...)
{
    va_list list;
    va_start (list, body);
    for (const char *who; (who = va_arg (list, const char *));)
        s_ask (broker, who, body);
    va_end (list);
}

//  ---- a service's queue

static void
full_queue_refuses_the_newest_of_the_client_that_has_most (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.queue = 4;
    s_busy_service (broker);
    s_ask_all (broker, "", "a1", "a2", "a3", "b1", NULL);
    broker_expect_nothing (broker);
    s_ask (broker, "b2", "");
    broker_expect (broker, "alice gets 1.0:a3 503:unavailable QueueFull");
    s_ask (broker, "b3", "");               //  both have two: who makes it three has most
    broker_expect (broker, "bob gets 1.0:b3 503:unavailable QueueFull");
    s_ask (broker, "c1", "");
    broker_sent_t sent;
    assert_true (broker_next (broker, &sent));
    assert_true (strcmp (sent.api_id, "1.0:a2") == 0 || strcmp (sent.api_id, "1.0:b2") == 0);
    s_ask_all (broker, "", "c2", NULL);
    assert_true (broker_next (broker, &sent));
    assert_true (strcmp (sent.api_id, "1.0:c1"));
    assert_int_equal (broker_count (broker, waiting), 4);
    assert_int_equal (broker_count (broker, refused), 4);
}

static void
queue_that_one_client_fills_refuses_that_client (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.queue = 3;
    s_busy_service (broker);
    s_ask_all (broker, "", "a1", "a2", "a3", "a4", "a5", NULL);
    broker_expect (broker, "alice gets 1.0:a4 503:unavailable QueueFull");
    broker_expect (broker, "alice gets 1.0:a5 503:unavailable QueueFull");
    broker_expect_nothing (broker);
}

static void
queue_of_no_places_still_dispatches (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.queue = 0;
    broker_ready (broker, "w1", "svc", NULL);
    s_ask (broker, "a1", "");
    broker_expect (broker, "w1 takes 1.0:a1 ");
    s_ask (broker, "a2", "");
    broker_expect (broker, "alice gets 1.0:a2 503:unavailable QueueFull");
}

static void
queue_full_of_bytes_refuses_the_client_that_has_most (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.queue_bytes = 4 * HELD (10);
    s_busy_service (broker);
    s_ask_all (broker, "ten bytes.", "a1", "a2", "a3", "b1", NULL);
    broker_expect_nothing (broker);
    s_ask (broker, "b2", "ten bytes.");
    broker_expect (broker, "alice gets 1.0:a3 503:unavailable QueueFull");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, waiting), 4);
}

static void
request_that_no_queue_could_hold_costs_nobody_else (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.queue_bytes = 4 * HELD (10);
    s_busy_service (broker);
    s_ask_all (broker, "ten bytes.", "a1", "a2", "a3", NULL);
    char *body = calloc (1, 8000);
    memset (body, 'x', 7999);
    s_ask (broker, "b1", body);
    broker_expect (broker, "bob gets 1.0:b1 503:unavailable QueueFull");
    broker_expect_nothing (broker);
    free (body);
}

//  One large request is most, though others have more requests
static void
client_that_has_most_bytes_makes_room_for_bytes (void **state)
{
    broker_t *broker = *state;
    enum { LARGE = 60000, SMALL = 2000, ROOM = 65536 + 5 * 400 };
    broker->settings.service.queue_bytes = ROOM;
    s_busy_service (broker);
    static char large [LARGE + 1], small [SMALL + 1];
    memset (large, 'x', LARGE);
    memset (small, 'x', SMALL);
    s_ask (broker, "a1", large);
    s_ask_all (broker, small, "b1", "b2", NULL);
    broker_expect_nothing (broker);
    s_ask (broker, "c1", small);
    s_ask (broker, "c2", small);
    broker_expect (broker, "alice gets 1.0:a1 503:unavailable QueueFull");
    broker_expect_nothing (broker);
    s_ask (broker, "a2", large);            //  would be the most again: nobody goes for it
    broker_expect (broker, "alice gets 1.0:a2 503:unavailable QueueFull");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, waiting), 4);
}

//  ---- a client, and the router

static void
client_over_its_share_is_refused_whatever_it_waits_for (void **state)
{
    broker_t *broker = *state;
    broker->settings.client_limit = 3;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "other", NULL);
    s_ask_all (broker, "", "a1", "a2", NULL);
    broker_ask (broker, "alice", "1.0:a3", "other");
    broker_expect (broker, "w1 takes 1.0:a1 ");
    broker_expect (broker, "w2 takes 1.0:a3 body");
    broker_ask (broker, "alice", "1.0:a4", "other");
    broker_expect (broker, "alice gets 1.0:a4 503:unavailable ClientLimit");
    s_ask (broker, "b1", "");
    broker_expect_nothing (broker);
    broker_reply (broker, "w2", "1.0:a3", "done");
    broker_expect (broker, "alice gets 1.0:a3 done");
    broker_ask (broker, "alice", "1.0:a5", "other");
    broker_expect (broker, "w2 takes 1.0:a5 body");
}

static void
router_holds_so_many_requests_and_no_more (void **state)
{
    broker_t *broker = *state;
    broker->settings.requests = 3;
    s_busy_service (broker);
    s_ask_all (broker, "", "a1", "b1", NULL);
    broker_expect_nothing (broker);
    s_ask (broker, "c1", "");
    broker_expect (broker, "carol gets 1.0:c1 503:unavailable RouterFull");
    broker_request (broker, "carol", "1.0:c2", "none", "+1000", "");
    broker_expect (broker, "carol gets 1.0:c2 503:unavailable RouterFull");
    broker_reply (broker, "w1", "1.0:0", "");
    broker_forget_sent (broker);
    s_ask (broker, "c1", "");
    broker_expect_nothing (broker);
}

static void
router_holds_so_many_bytes_and_no_more (void **state)
{
    broker_t *broker = *state;
    broker->settings.bytes = 2 * HELD (10);
    s_busy_service (broker);
    s_ask_all (broker, "ten bytes.", "a1", "b1", NULL);
    broker_expect_nothing (broker);
    s_ask (broker, "c1", "");
    broker_expect (broker, "carol gets 1.0:c1 503:unavailable RouterFull");
    broker_ready (broker, "w2", "other", NULL);     //  what does not wait is not held
    broker_ask (broker, "carol", "1.0:c2", "other");
    broker_expect (broker, "w2 takes 1.0:c2 body");
}

static void
what_may_be_given_again_counts_as_held_while_it_runs (void **state)
{
    broker_t *broker = *state;
    broker->settings.bytes = HELD (10);
    broker_ready (broker, "w1", "svc", "{\"capacity\": 5, \"retry\": 1}");
    s_ask (broker, "a1", "ten bytes.");
    broker_expect (broker, "w1 takes 1.0:a1 ten bytes.");
    assert_int_equal (broker->dispatch.held, HELD (10));
    s_ask (broker, "a2", "");
    broker_expect (broker, "alice gets 1.0:a2 503:unavailable RouterFull");
    broker_reply (broker, "w1", "1.0:a1", "done");
    broker_expect (broker, "alice gets 1.0:a1 done");
    assert_int_equal (broker->dispatch.held, 0);
    s_ask (broker, "a2", "");
    broker_expect (broker, "w1 takes 1.0:a2 ");
}

static void
refusals_reach_old_clients_as_exceptions (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.queue = 0;
    s_busy_service (broker);
    broker_request (broker, "alice", "0.3.0:1", "svc", "1700000009000", "");
    broker_expect (broker, "alice gets 0.3.0:1 500:exception QueueFull");
    assert_non_null (strstr (broker->last.body, "\"object\""));
}

//  ---- names that no worker ever had

static void
unknown_names_wait_where_the_configuration_says_so (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.unknown_queue = true;
    broker_ask (broker, "alice", "1.0:1", "new");
    broker_expect_nothing (broker);
    broker_request (broker, "alice", "1.0:2", "mmi.new", "+1000", "");
    broker_expect (broker, "alice finds 1.0:2 new 400");
    broker_ready (broker, "w1", "new", NULL);
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "alice", "1.0:3", "butler.none");
    broker_expect (broker, "alice gets 1.0:3 404:service ServiceNotFound");
}

static void
unknown_names_cost_no_memory_once_nothing_waits_for_them (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.unknown_queue = true;
    for (int index = 0; index < 500; index++) {
        char name [16];
        snprintf (name, sizeof name, "name%d", index);
        broker_request (broker, "alice", "0.3.0:x", name, "1", "");     //  expired on arrival
        broker_request (broker, "alice", "1.0:x", name, "+30", "");
        broker_pass (broker, 40);
        broker_expect (broker, "alice gets 1.0:x 504:expired Expired");
        broker_pass (broker, 20);
        assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
    }
    broker_assert_empty (broker);
    assert_false (butler_dispatch_busy (&broker->dispatch));
}

static void
unknown_names_that_are_refused_leave_nothing (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.unknown_queue = true;
    broker->settings.bytes = 10;
    for (int index = 0; index < 500; index++) {
        char name [16];
        snprintf (name, sizeof name, "name%d", index);
        broker_ask (broker, "alice", "1.0:x", name);
        broker_expect (broker, "alice gets 1.0:x 503:unavailable RouterFull");
    }
    broker_pass (broker, 20);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
}

static void
names_are_limited_whoever_brings_them (void **state)
{
    broker_t *broker = *state;
    broker->settings.services = 2;
    broker->settings.service.unknown_queue = true;
    broker_ready (broker, "w1", "one", NULL);
    broker_ask (broker, "alice", "1.0:1", "two");
    broker_expect_nothing (broker);
    broker_ask (broker, "alice", "1.0:2", "three");
    broker_expect (broker, "alice gets 1.0:2 404:service ServiceNotFound");
    broker_ready (broker, "w3", "three", NULL);
    broker_expect (broker, "w3 is told {\"refused\":\"this router knows as many services as it may\"}");
    broker_ready (broker, "w4", "one", NULL);
    broker_ready (broker, "w2", "two", NULL);
    broker_expect (broker, "w2 takes 1.0:1 body");
}

static void
oldest_name_that_nobody_has_makes_room_for_a_new_one (void **state)
{
    broker_t *broker = *state;
    broker->settings.services = 2;
    broker_ready (broker, "w1", "one", NULL);
    broker_ready (broker, "w2", "two", NULL);
    broker_kill (broker, "w1");
    broker_ready (broker, "w3", "three", NULL);
    broker_expect_nothing (broker);
    broker_ask (broker, "alice", "1.0:1", "one");
    broker_expect (broker, "alice gets 1.0:1 404:service ServiceNotFound");
    broker_ask (broker, "alice", "1.0:2", "three");
    broker_expect (broker, "w3 takes 1.0:2 body");
}

static void
workers_are_limited_and_refused_ones_take_no_place (void **state)
{
    broker_t *broker = *state;
    broker->settings.workers = 2;
    broker_ready (broker, "bad1", "mmi.x", NULL);
    broker_ready (broker, "bad2", "mmi.x", NULL);
    broker_forget_sent (broker);
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "svc", NULL);
    broker_expect_nothing (broker);
    broker_ready (broker, "w3", "svc", NULL);
    broker_expect (broker, "w3 is told {\"refused\":\"this router has as many workers as it may\"}");
    broker_ready (broker, "w1", "svc", NULL);       //  again
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, registrations), 3);
}

//  ---- live changes of the settings

static void
changed_settings_hold_from_the_next_request_on (void **state)
{
    broker_t *broker = *state;
    s_busy_service (broker);
    s_ask_all (broker, "", "a1", "a2", NULL);
    butler_settings_t changed = broker->settings;
    char name [] = "svc";
    butler_service_override_t override = { name, broker->settings.service };
    override.settings.queue = 2;
    changed.overrides = &override;
    changed.override_count = 1;
    butler_dispatch_configure (&broker->dispatch, &changed);
    broker_expect_nothing (broker);
    s_ask (broker, "a3", "");
    broker_expect (broker, "alice gets 1.0:a3 503:unavailable QueueFull");
    changed.client_limit = 2;
    butler_dispatch_configure (&broker->dispatch, &changed);
    s_ask (broker, "a3", "");
    broker_expect (broker, "alice gets 1.0:a3 503:unavailable ClientLimit");
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
    s_ask (broker, "a3", "");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, waiting), 3);
}

//  ---- draining

static void
draining_router_takes_no_new_requests_and_finishes_the_others (void **state)
{
    broker_t *broker = *state;
    s_busy_service (broker);
    s_ask (broker, "a1", "");
    butler_dispatch_drain (&broker->dispatch);
    s_ask (broker, "a2", "");
    broker_expect (broker, "alice gets 1.0:a2 503:unavailable Draining");
    broker_request (broker, "alice", "1.0:a3", "none", "+1000", "");
    broker_expect (broker, "alice gets 1.0:a3 503:unavailable Draining");
    broker_reply (broker, "w1", "1.0:0", "done");
    broker_expect (broker, "nobody gets 1.0:0 done");
    broker_expect (broker, "w1 takes 1.0:a1 ");
    broker_reply (broker, "w1", "1.0:a1", "done");
    broker_expect (broker, "alice gets 1.0:a1 done");
    broker_assert_empty (broker);
}

static void
abandoned_requests_all_have_an_answer (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 3, \"retry\": 2}");
    s_ask_all (broker, "", "a1", "a2", "b1", "b2", "c1", NULL);
    broker_forget_sent (broker);
    butler_dispatch_drain (&broker->dispatch);
    assert_int_equal (butler_dispatch_abandon (&broker->dispatch, &broker->now), 5);
    assert_true (butler_dispatch_busy (&broker->dispatch));
    broker_settle (broker);
    unsigned answers = 0, begun = 0;
    for (broker_sent_t sent; broker_next (broker, &sent); answers++) {
        assert_int_equal (sent.kind, BUTLER_VERDICT_ANSWER);
        assert_non_null (strstr (sent.body, "503:unavailable:"));
        begun += strstr (sent.body, "\"Abandoned\"") != NULL;
        assert_true (strstr (sent.body, "\"Abandoned\"") || strstr (sent.body, "\"Draining\""));
    }
    assert_int_equal (answers, 5);
    assert_int_equal (begun, 3);            //  which another router must not be asked for
    assert_int_equal (broker_count (broker, refused), 5);
    broker_reply (broker, "w1", "1.0:a1", "late");
    broker_expect_nothing (broker);
    broker_assert_empty (broker);
    assert_int_equal (butler_dispatch_abandon (&broker->dispatch, &broker->now), 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (full_queue_refuses_the_newest_of_the_client_that_has_most),
        BROKER_CALM_TEST (queue_that_one_client_fills_refuses_that_client),
        BROKER_CALM_TEST (queue_of_no_places_still_dispatches),
        BROKER_CALM_TEST (queue_full_of_bytes_refuses_the_client_that_has_most),
        BROKER_CALM_TEST (request_that_no_queue_could_hold_costs_nobody_else),
        BROKER_CALM_TEST (client_that_has_most_bytes_makes_room_for_bytes),
        BROKER_CALM_TEST (client_over_its_share_is_refused_whatever_it_waits_for),
        BROKER_CALM_TEST (router_holds_so_many_requests_and_no_more),
        BROKER_CALM_TEST (router_holds_so_many_bytes_and_no_more),
        BROKER_CALM_TEST (what_may_be_given_again_counts_as_held_while_it_runs),
        BROKER_CALM_TEST (refusals_reach_old_clients_as_exceptions),
        BROKER_CALM_TEST (unknown_names_wait_where_the_configuration_says_so),
        BROKER_CALM_TEST (unknown_names_cost_no_memory_once_nothing_waits_for_them),
        BROKER_CALM_TEST (unknown_names_that_are_refused_leave_nothing),
        BROKER_CALM_TEST (names_are_limited_whoever_brings_them),
        BROKER_CALM_TEST (oldest_name_that_nobody_has_makes_room_for_a_new_one),
        BROKER_CALM_TEST (workers_are_limited_and_refused_ones_take_no_place),
        BROKER_CALM_TEST (changed_settings_hold_from_the_next_request_on),
        BROKER_CALM_TEST (draining_router_takes_no_new_requests_and_finishes_the_others),
        BROKER_CALM_TEST (abandoned_requests_all_have_an_answer),
    };
    return cmocka_run_group_tests_name ("dispatch: limits", tests, NULL, NULL);
}
