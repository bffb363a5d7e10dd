/*  test_dispatch_workers.c - what becomes of a worker's message, and of what a worker held
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>

#define ROWS(table) (sizeof (table) / sizeof *(table))

//  ---- registration

static void
worker_that_may_not_register_is_told_why (void **state)
{
    broker_t *broker = *state;
    broker->settings.worker_properties = 60;
    static const struct {
        const char *service, *properties, *reason;
    } rows [] = {
        { "mmi.svc", NULL, "'mmi.svc' is a reserved name" },
        { "butler.svc", NULL, "'butler.svc' is a reserved name" },
        { "butler.router", "{}", "'butler.router' is a reserved name" },
        { "svc", "rubbish", "no JSON object" },
        { "svc", "[1]", "no JSON object" },
        { "svc", "{\"a\": \"\xff\"}", "no JSON object" },
        { "svc", "\xf0\x9f\x92", "no JSON object" },
        { "svc", "{\"capacity\": 0}", "property 'capacity'" },
        { "svc", "{\"heartbeat\": 60001}", "60001 ms is too rare; this router takes 60000" },
        { "svc", "{\"much\": \"too long to be taken by this router, which is strict\"}", "64 bytes" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        char worker [8];
        snprintf (worker, sizeof worker, "w%zu", index);
        broker_ready (broker, worker, rows [index].service, rows [index].properties);
        broker_sent_t sent;
        assert_true (broker_next (broker, &sent));
        assert_int_equal (sent.kind, BUTLER_VERDICT_HEARTBEAT);
        assert_string_equal (sent.peer, worker);
        assert_memory_equal (sent.body, "{\"refused\":\"", 12);
        assert_non_null (strstr (sent.body, rows [index].reason));
        broker_expect_nothing (broker);
    }
    assert_int_equal (broker_count (broker, registrations_refused), ROWS (rows));
    assert_int_equal (broker_count (broker, registrations), 0);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
}

static void
refused_worker_is_told_once_and_then_ignored (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "mmi.x", NULL);
    broker_forget_sent (broker);
    for (int count = 0; count < 3; count++) {
        broker_beat (broker, "w1");
        broker_ready (broker, "w1", "svc", NULL);
        broker_leave (broker, "w1");
        broker_reply_token (broker, "w1", "t", 1, "1.0:1", "");
        broker_relay (broker, "w1", "w1", "\x02");
    }
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, reconnects), 0);
    assert_int_equal (broker_count (broker, registrations_refused), 1);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "alice gets 1.0:1 404:service ServiceNotFound");
}

static void
refused_workers_are_remembered_up_to_a_thousand (void **state)
{
    broker_t *broker = *state;
    for (int index = 0; index < 3000; index++) {
        char worker [16];
        snprintf (worker, sizeof worker, "w%d", index);
        broker_ready (broker, worker, "mmi.x", NULL);
    }
    broker_forget_sent (broker);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 1000);
    broker_beat (broker, "w2999");
    broker_beat (broker, "w2000");
    broker_expect_nothing (broker);
    broker_beat (broker, "w1999");
    broker_expect (broker, "w1999 reconnects");
    assert_int_equal (broker_count (broker, workers_lost), 0);
}

static void
capacity_is_cut_to_what_the_router_allows (void **state)
{
    broker_t *broker = *state;
    broker->settings.worker_capacity = 2;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 50}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_ask (broker, "alice", "1.0:3", "svc");
    assert_int_equal (broker_count (broker, running), 2);
    assert_int_equal (broker_count (broker, waiting), 1);
}

static void
peer_that_is_not_registered_is_told_to_reconnect (void **state)
{
    broker_t *broker = *state;
    broker_beat (broker, "w1");
    broker_expect (broker, "w1 reconnects");
    broker_reply_token (broker, "w1", "\x10\0\0\0\1\0\0\0\0", 9, "1.0:1", "");
    broker_expect (broker, "w1 reconnects");
    broker_leave (broker, "w1");
    broker_expect (broker, "w1 may leave");
    assert_int_equal (broker_count (broker, reconnects), 2);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 0);
}

static void
second_ready_registers_anew_and_ends_what_was_held (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 3}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "bob", "1.0:2", "svc");
    broker_forget_sent (broker);
    broker_ready (broker, "w1", "other", NULL);
    broker_expect (broker, "bob gets 1.0:2 502:lost WorkerLost");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_reply (broker, "w1", "1.0:1", "late");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, stray_replies), 1);
    broker_request (broker, "alice", "1.0:3", "mmi.svc", "+1000", "");
    broker_expect (broker, "alice finds 1.0:3 svc 400");
    broker_ask (broker, "alice", "1.0:4", "other");
    broker_expect (broker, "w1 takes 1.0:4 body");
    assert_int_equal (broker_count (broker, registrations), 2);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 1);
}

static void
second_ready_may_be_refused_too (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ready (broker, "w1", "mmi.svc", NULL);
    broker_expect (broker, "w1 is told {\"refused\":\"'mmi.svc' is a reserved name\"}");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect_nothing (broker);
}

//  A worker may reply and end before the router has read what it sent
static void
last_reply_of_a_worker_that_is_gone_counts (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_expect (broker, "w1 takes 1.0:2 body");
    butler_dispatch_doom (&broker->dispatch, butler_span_string ("w1"));
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    butler_dispatch_bury (&broker->dispatch, butler_span_string ("w1"), &broker->now);
    broker_pass (broker, 10);
    broker_expect (broker, "alice gets 1.0:2 502:lost WorkerLost");
}

static void
worker_that_registers_anew_is_not_gone (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    butler_dispatch_doom (&broker->dispatch, butler_span_string ("w1"));
    broker_ready (broker, "w1", "svc", NULL);
    butler_dispatch_bury (&broker->dispatch, butler_span_string ("w1"), &broker->now);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
}

//  ---- replies

static void
reply_counts_only_with_a_token_and_an_id_that_its_worker_holds (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2}");
    broker_ready (broker, "w2", "other", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "bob", "1.0:2", "svc");
    broker_forget_sent (broker);
    uint8_t token [BUTLER_TOKEN_SIZE], forged [BUTLER_TOKEN_SIZE];
    memcpy (token, broker_token (broker, "w1", "1.0:1"), sizeof token);
    memcpy (forged, token, sizeof token);
    forged [8]++;
    broker_reply_token (broker, "w1", forged, sizeof forged, "1.0:1", "x");
    broker_reply_token (broker, "w1", "bob", 3, "1.0:1", "x");
    broker_reply_token (broker, "w1", token, sizeof token, "1.0:2", "x");
    broker_reply_token (broker, "w1", token, sizeof token, "1.0:11", "x");
    broker_reply_token (broker, "w2", token, sizeof token, "1.0:1", "x");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, stray_replies), 5);
    assert_int_equal (broker_count (broker, running), 2);
    broker_reply_token (broker, "w1", token, sizeof token, "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_reply_token (broker, "w1", token, sizeof token, "1.0:1", "again");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, stray_replies), 6);
}

static void
places_of_one_worker_are_free_in_any_order (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 3}");
    for (int round = 0; round < 2; round++) {
        static const char *api_ids [] = { "1.0:1", "1.0:2", "1.0:3" };
        for (size_t index = 0; index < 3; index++)
            broker_ask (broker, "alice", api_ids [index], "svc");
        broker_forget_sent (broker);
        static const int orders [2][3] = { { 1, 0, 2 }, { 2, 1, 0 } };
        for (size_t index = 0; index < 3; index++) {
            const char *api_id = api_ids [orders [round][index]];
            broker_reply (broker, "w1", api_id, "done");
            broker_expect (broker, "alice gets %s done", api_id);
        }
    }
    broker_assert_empty (broker);
}

//  ---- LEAVE

static void
worker_that_leaves_is_given_no_more_and_finishes_what_it_holds (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_leave (broker, "w1");
    broker_expect (broker, "w1 may leave");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_beat (broker, "w1");
    broker_expect_nothing (broker);
    broker_leave (broker, "w1");
    broker_expect (broker, "w1 may leave");
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect_nothing (broker);
    broker_ready (broker, "w2", "svc", NULL);
    broker_expect (broker, "w2 takes 1.0:2 body");
    assert_int_equal (broker_count (broker, reconnects), 0);
}

static void
worker_that_left_may_register_again (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_leave (broker, "w1");
    broker_expect (broker, "w1 may leave");
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
}

//  ---- relay

static void
relay_is_off_unless_the_configuration_turns_it_on (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_relay (broker, "beater", "w1", "\x02");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, malformed), 1);
    broker->settings.relay = true;
    broker_relay (broker, "beater", "w1", "\x02");
    broker_expect (broker, "w1 relayed");
    broker_relay (broker, "beater", "w1", "\x03");
    broker_expect (broker, "w1 relayed");
    broker_relay (broker, "beater", "stranger", "\x03");
    broker_ready (broker, "refused", "mmi.x", NULL);
    broker_expect (broker, "refused is told {\"refused\":\"'mmi.x' is a reserved name\"}");
    broker_relay (broker, "beater", "refused", "\x03");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, malformed), 3);
}

//  ---- the observer

typedef struct {
    char text [200];
} events_t;

static void
s_observe (void *arg, const char *event, const butler_worker_entry_t *worker, const char *reason)
{
    events_t *events = arg;
    const size_t size = strlen (events->text);
    snprintf (events->text + size, sizeof events->text - size, "%llu:%s%s ",
              (unsigned long long) worker->serial, event, reason? reason: "");
}

static void
observer_hears_what_happens_to_workers (void **state)
{
    broker_t *broker = *state;
    events_t events = { "" };
    broker->dispatch.observer = s_observe;
    broker->dispatch.observer_arg = &events;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "svc", NULL);
    broker_ready (broker, "w3", "mmi.x", NULL);
    broker_leave (broker, "w1");
    broker_forget_sent (broker);
    broker_kill (broker, "w1");
    broker_kill (broker, "w2");
    assert_string_equal (events.text, "1:ready 2:ready 3:refused'mmi.x' is a reserved name 1:leaving 1:gone 2:lost ");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (worker_that_may_not_register_is_told_why),
        BROKER_CALM_TEST (refused_worker_is_told_once_and_then_ignored),
        BROKER_CALM_TEST (refused_workers_are_remembered_up_to_a_thousand),
        BROKER_CALM_TEST (capacity_is_cut_to_what_the_router_allows),
        BROKER_CALM_TEST (peer_that_is_not_registered_is_told_to_reconnect),
        BROKER_CALM_TEST (second_ready_registers_anew_and_ends_what_was_held),
        BROKER_CALM_TEST (second_ready_may_be_refused_too),
        BROKER_CALM_TEST (last_reply_of_a_worker_that_is_gone_counts),
        BROKER_CALM_TEST (worker_that_registers_anew_is_not_gone),
        BROKER_CALM_TEST (reply_counts_only_with_a_token_and_an_id_that_its_worker_holds),
        BROKER_CALM_TEST (places_of_one_worker_are_free_in_any_order),
        BROKER_CALM_TEST (worker_that_leaves_is_given_no_more_and_finishes_what_it_holds),
        BROKER_CALM_TEST (worker_that_left_may_register_again),
        BROKER_CALM_TEST (relay_is_off_unless_the_configuration_turns_it_on),
        BROKER_CALM_TEST (observer_hears_what_happens_to_workers),
    };
    return cmocka_run_group_tests_name ("dispatch: workers", tests, NULL, NULL);
}
