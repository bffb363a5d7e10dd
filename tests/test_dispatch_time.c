/*  test_dispatch_time.c - what time brings: expiries, heartbeats, deaths, names forgotten
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>

#define MODERN "{\"capacity\": 1}"

//  Time passes while workers say something now and then
static void
s_pass_beating (broker_t *broker, int64_t milliseconds, const char *worker)
{
    for (; milliseconds > 0; milliseconds -= 500) {
        broker_pass (broker, milliseconds < 500? milliseconds: 500);
        broker_beat (broker, worker);
    }
}

//  How long until something is sent, to a tick
static int64_t
s_time_until_sent (broker_t *broker)
{
    const int64_t start = broker->now.mono;
    while (!broker->sent && broker->now.mono - start < 100000)
        broker_pass (broker, 1);
    return broker->now.mono - start;
}

//  ---- expiration

static void
waiting_request_expires_within_a_tick (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_leave (broker, "w1");
    broker_expect (broker, "w1 may leave");
    broker_pass (broker, 3);
    for (int64_t left = 1; left < 100; left += 7) {
        char expiration [24];
        snprintf (expiration, sizeof expiration, "+%lld", (long long) left);
        broker_request (broker, "alice", "1.0:1", "svc", expiration, "body");
        const int64_t time = s_time_until_sent (broker);
        assert_in_range (time, left, left + BUTLER_WHEEL_TICK - 1);
        broker_expect (broker, "alice gets 1.0:1 504:expired Expired");
        broker_assert_empty (broker);
    }
}

static void
waiting_request_of_an_old_client_expires_without_a_word (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_leave (broker, "w1");
    broker_expect (broker, "w1 may leave");
    broker_request (broker, "alice", "0.3.0:1", "svc", "1700000000500", "body");
    broker_pass (broker, 510);
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, expired), 1);
    broker_assert_empty (broker);
    broker_ready (broker, "w2", "svc", NULL);
    broker_expect_nothing (broker);
}

static void
running_request_ends_for_its_client_and_its_worker_keeps_the_place (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_request (broker, "alice", "1.0:1", "svc", "+500", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "alice", "1.0:2", "svc");
    assert_in_range (s_time_until_sent (broker), 500, 509);
    broker_expect (broker, "alice gets 1.0:1 504:expired Expired");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, running), 0);
    assert_int_equal (broker_count (broker, waiting), 1);
    broker_request (broker, "alice", "1.0:1", "svc", "+500", "again");      //  its id is free
    broker_reply (broker, "w1", "1.0:1", "late");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, late_replies), 1);
    assert_int_equal (broker_count (broker, stray_replies), 0);
}

static void
all_that_expires_at_a_time_is_told_in_one_tick (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 50}");
    for (int index = 0; index < 100; index++) {
        char api_id [16];
        snprintf (api_id, sizeof api_id, "1.0:%d", index);
        broker_request (broker, "alice", api_id, "svc", "+500", "body");
    }
    broker_forget_sent (broker);
    broker_pass (broker, 509);
    int count = 0;
    while (broker_next (broker, NULL))
        count++;
    assert_int_equal (count, 100);
    assert_int_equal (broker_count (broker, expired), 100);
    assert_int_equal (broker->dispatch.jobs.pool.count, 50);     //  the worker's places
}

//  A place is free and the request's time is over, both while nobody had time to look
static void
expired_request_is_never_dispatched (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_request (broker, "alice", "1.0:2", "svc", "+500", "body");
    broker_request (broker, "alice", "0.3.0:3", "svc", "1700000000500", "body");
    broker_request (broker, "alice", "1.0:4", "svc", "+5000", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker->now.mono += 500;
    broker->now.wall += 500;
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "alice gets 1.0:2 504:expired Expired");
    broker_expect (broker, "w1 takes 1.0:4 body");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, expired), 2);
}

//  Nor does it take its client's turn, which the next of its requests has
static void
expired_request_leaves_its_turn_to_the_next_of_its_client (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_request (broker, "bob", "1.0:1", "svc", "+500", "body");
    broker_ask (broker, "bob", "1.0:2", "svc");
    broker_ask (broker, "carol", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker->now.mono += 500;
    broker->now.wall += 500;
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "bob gets 1.0:1 504:expired Expired");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_expect_nothing (broker);
}

static void
reply_in_time_is_the_only_answer (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "1.0:1", "svc", "+500", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_pass (broker, 490);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_pass (broker, 1000);
    broker_expect_nothing (broker);
    broker_assert_empty (broker);
}

static void
retried_request_keeps_its_deadline (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"retry\": 9}");
    broker_request (broker, "alice", "1.0:1", "svc", "+1000", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_pass (broker, 400);
    broker_kill (broker, "w1");
    broker_expect_nothing (broker);
    assert_in_range (s_time_until_sent (broker), 600, 609);
    broker_expect (broker, "alice gets 1.0:1 504:expired Expired");
    assert_int_equal (broker->dispatch.held, 0);
}

//  ---- heartbeats

static void
worker_is_sent_a_heartbeat_when_it_was_sent_nothing_for_an_interval (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_pass (broker, 990);
    assert_int_equal (broker->beats, 0);
    broker_pass (broker, 20);
    assert_int_equal (broker->beats, 1);
    broker_beat (broker, "w1");
    broker_pass (broker, 500);
    broker_ask (broker, "alice", "1.0:1", "svc");           //  as good as a heartbeat
    broker_pass (broker, 980);
    assert_int_equal (broker->beats, 1);
    broker_pass (broker, 30);
    assert_int_equal (broker->beats, 2);
    s_pass_beating (broker, 5000, "w1");
    assert_in_range (broker->beats, 6, 7);
    broker_leave (broker, "w1");
    s_pass_beating (broker, 3000, "w1");                    //  until it is gone
    assert_in_range (broker->beats, 9, 10);
}

static void
silent_worker_is_dead_after_liveness_and_its_request_lost_at_once (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    assert_in_range (s_time_until_sent (broker), 3000, 3009);
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    assert_int_equal (broker_count (broker, workers_lost), 1);
    assert_int_equal (broker->beats, 2);
    broker_beat (broker, "w1");
    broker_expect (broker, "w1 reconnects");
}

static void
whatever_a_worker_says_proves_that_it_lives (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 9}");
    for (int round = 0; round < 4; round++) {
        broker_ask (broker, "alice", "1.0:1", "svc");
        broker_pass (broker, 2900);
        broker_reply (broker, "w1", "1.0:1", "done");
        broker_pass (broker, 2900);
        broker_beat (broker, "w1");
        broker_pass (broker, 2900);
        broker_reply_token (broker, "w1", "stray", 5, "1.0:1", "x");
        broker_pass (broker, 2900);
        broker_ready (broker, "w1", "svc", "{\"capacity\": 9}");
    }
    assert_int_equal (broker_count (broker, workers_lost), 0);
    assert_int_equal (broker_count (broker, answered), 4);
}

static void
refused_worker_is_forgotten_when_it_falls_silent (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "mmi.x", NULL);
    broker_forget_sent (broker);
    s_pass_beating (broker, 20000, "w1");
    broker_expect_nothing (broker);
    assert_int_equal (broker->beats, 0);
    broker_pass (broker, 3010);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 0);
    assert_int_equal (broker->dispatch.registry.refused_count, 0);
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_ready (broker, "w1", "svc", NULL);
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, registrations), 1);
}

static void
worker_that_left_is_gone_when_it_falls_silent (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_leave (broker, "w1");
    broker_forget_sent (broker);
    broker_pass (broker, 3010);
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    assert_int_equal (broker_count (broker, workers_lost), 0);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 0);
}

static void
changed_intervals_hold_for_those_that_are_registered (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    butler_settings_t changed = broker->settings;
    changed.heartbeat = 100;
    changed.liveness = 5;
    butler_dispatch_configure (&broker->dispatch, &changed);
    broker_pass (broker, 490);
    assert_int_equal (broker->beats, 4);
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 20);
    assert_int_equal (broker_count (broker, workers_lost), 1);
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
}

static void
shortened_liveness_may_be_over_at_once (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_pass (broker, 2000);
    butler_settings_t changed = broker->settings;
    changed.heartbeat = 100;
    butler_dispatch_configure (&broker->dispatch, &changed);
    broker_pass (broker, 10);
    assert_int_equal (broker_count (broker, workers_lost), 1);
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
}

//  ---- intervals that differ

static void
worker_that_tells_its_interval_is_told_the_routers (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"heartbeat\": 10000}");
    broker_expect (broker, "w1 is told {\"heartbeat\":1000}");
    broker_ready (broker, "w2", "svc", MODERN);
    broker_expect_nothing (broker);
    broker_ready (broker, "w3", "svc", "{\"heartbeat\": 9}");
    broker_expect (broker, "w3 is told {\"refused\":\"property 'heartbeat' is to be an integer "
                           "from 10 to 3600000\"}");
}

static void
slow_worker_lives_as_long_as_it_beats_at_its_own_interval (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"heartbeat\": 10000}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    for (int count = 0; count < 5; count++) {
        broker_pass (broker, 10000);
        broker_beat (broker, "w1");
    }
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 29990);
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 20);
    assert_int_equal (broker_count (broker, workers_lost), 1);
}

static void
quick_worker_lives_by_the_slow_routers_interval (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"heartbeat\": 100}");
    broker_pass (broker, 2990);
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 20);
    assert_int_equal (broker_count (broker, workers_lost), 1);
}

static void
workers_are_told_of_a_changed_interval_at_once (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"heartbeat\": 1000}");
    broker_ready (broker, "w2", "svc", MODERN);
    broker_forget_sent (broker);
    butler_settings_t changed = broker->settings;
    changed.heartbeat = 20000;
    butler_dispatch_configure (&broker->dispatch, &changed);
    broker_pass (broker, 10);
    broker_expect (broker, "w1 is told {\"heartbeat\":20000}");
    broker_expect_nothing (broker);
    broker_pass (broker, 20010);
    broker_expect_nothing (broker);         //  and once
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
}

static void
notice_that_does_not_go_out_is_sent_again (void **state)
{
    broker_t *broker = *state;
    broker_deafen (broker, "w1", EAGAIN);
    broker_ready (broker, "w1", "svc", "{\"heartbeat\": 1000}");
    broker_expect_nothing (broker);
    broker_deafen (broker, "w1", 0);
    broker_pass (broker, 1010);
    broker_expect (broker, "w1 is told {\"heartbeat\":1000}");
    broker_expect_nothing (broker);
}

static void
worker_that_registers_anew_without_an_interval_is_told_none (void **state)
{
    broker_t *broker = *state;
    broker_deafen (broker, "w1", EAGAIN);
    broker_ready (broker, "w1", "svc", "{\"heartbeat\": 1000}");
    broker_deafen (broker, "w1", 0);
    broker_ready (broker, "w1", "svc", MODERN);
    broker_pass (broker, 1010);
    broker_expect_nothing (broker);
    assert_int_equal (broker->beats, 1);
}

static void
no_worker_has_been_silent_while_the_process_was_stopped (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_pass (broker, 1000);
    broker->now.mono += 60000;
    broker->now.wall += 60000;
    butler_dispatch_lapse (&broker->dispatch, 60000);
    broker_settle (broker);
    broker_pass (broker, 1900);
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 110);
    assert_int_equal (broker_count (broker, workers_lost), 1);
}

//  ---- workers without properties: they can't beat while they work

static void
busy_old_worker_is_not_dead_before_expiration_and_liveness (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "1.0:1", "svc", "+60000", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_pass (broker, 59000);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_request (broker, "alice", "1.0:2", "svc", "+10000", "body");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_pass (broker, 12990);
    broker_expect (broker, "alice gets 1.0:2 504:expired Expired");
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 30);
    assert_int_equal (broker_count (broker, workers_lost), 1);
    broker_assert_empty (broker);
}

static void
idle_old_worker_dies_of_silence_like_any_other (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_pass (broker, 2990);
    assert_int_equal (broker_count (broker, workers_lost), 0);
    broker_pass (broker, 20);
    assert_int_equal (broker_count (broker, workers_lost), 1);
}

static void
old_worker_that_never_answers_has_its_place_back_at_its_next_heartbeat (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "0.3.0:1", "svc", "1700000002000", "body");
    broker_request (broker, "alice", "0.3.0:2", "svc", "1700000060000", "body");
    broker_expect (broker, "w1 takes 0.3.0:1 body");
    broker_pass (broker, 1000);
    broker_beat (broker, "w1");             //  before its expiration: it says nothing
    broker_expect_nothing (broker);
    broker_pass (broker, 2000);
    broker_expect_nothing (broker);
    broker_beat (broker, "w1");
    broker_expect (broker, "w1 takes 0.3.0:2 body");
    broker_reply (broker, "w1", "0.3.0:1", "late");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, stray_replies), 1);
    broker_reply (broker, "w1", "0.3.0:2", "done");
    broker_expect (broker, "alice gets 0.3.0:2 done");
}

static void
modern_worker_that_beats_keeps_its_place_until_it_answers (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_request (broker, "alice", "1.0:1", "svc", "+1000", "body");
    broker_request (broker, "alice", "1.0:2", "svc", "+60000", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    s_pass_beating (broker, 30000, "w1");
    broker_expect (broker, "alice gets 1.0:1 504:expired Expired");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "late");
    broker_expect (broker, "w1 takes 1.0:2 body");
}

//  ---- names

static void
name_is_remembered_for_its_ttl (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.ttl = 20000;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_kill (broker, "w1");
    broker_pass (broker, 19000);
    broker_request (broker, "alice", "1.0:1", "mmi.svc", "+1000", "");
    broker_expect (broker, "alice finds 1.0:1 svc 400");
    broker_request (broker, "alice", "1.0:2", "svc", "+60000", "");
    broker_request (broker, "alice", "0.3.0:3", "svc", "1700000060000", "");
    assert_in_range (s_time_until_sent (broker), 1000, 1009);
    broker_expect (broker, "alice gets 1.0:2 404:service ServiceNotFound");
    broker_expect (broker, "alice gets 0.3.0:3 404");
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
    broker_ask (broker, "alice", "1.0:4", "svc");
    broker_expect (broker, "alice gets 1.0:4 404:service ServiceNotFound");
    broker_assert_empty (broker);
    assert_false (butler_dispatch_busy (&broker->dispatch));
}

static void
name_lives_on_with_a_new_worker (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.ttl = 5000;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_kill (broker, "w1");
    broker_pass (broker, 4000);
    broker_ready (broker, "w2", "svc", MODERN);
    s_pass_beating (broker, 10000, "w2");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w2 takes 1.0:1 body");
}

static void
name_of_a_worker_that_left_is_unknown_after_ttl_though_it_works_on (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.ttl = 2000;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_leave (broker, "w1");
    broker_ask (broker, "bob", "1.0:1", "svc");
    broker_forget_sent (broker);
    s_pass_beating (broker, 2100, "w1");
    broker_expect (broker, "bob gets 1.0:1 404:service ServiceNotFound");
    broker_ask (broker, "bob", "1.0:2", "svc");
    broker_expect (broker, "bob gets 1.0:2 404:service ServiceNotFound");
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_pass (broker, 3100);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
    assert_false (butler_dispatch_busy (&broker->dispatch));
}

static void
ttl_of_nothing_forgets_at_once (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.ttl = 0;
    broker_ready (broker, "w1", "svc", MODERN);
    broker_kill (broker, "w1");
    broker_pass (broker, 10);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.services), 0);
}

static void
time_is_needed_while_anything_is_to_be_told (void **state)
{
    broker_t *broker = *state;
    assert_false (butler_dispatch_busy (&broker->dispatch));
    broker->settings.service.ttl = 100;
    broker_ready (broker, "w1", "svc", MODERN);
    assert_true (butler_dispatch_busy (&broker->dispatch));
    broker_kill (broker, "w1");
    for (int index = 0; index < 5; index++) {
        char api_id [16];
        snprintf (api_id, sizeof api_id, "1.0:%d", index);
        broker_ask (broker, "alice", api_id, "svc");
    }
    broker->now.mono += 200;
    for (int answers = 0; answers < 5;) {           //  one at a time, as a turn may end any time
        assert_true (butler_dispatch_busy (&broker->dispatch));
        assert_true (butler_dispatch_next (&broker->dispatch, &broker->now, &broker->verdict));
        answers += broker->verdict.kind == BUTLER_VERDICT_ANSWER;
        broker_carry (broker, false);
    }
    assert_false (butler_dispatch_busy (&broker->dispatch));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (waiting_request_expires_within_a_tick),
        BROKER_CALM_TEST (waiting_request_of_an_old_client_expires_without_a_word),
        BROKER_CALM_TEST (running_request_ends_for_its_client_and_its_worker_keeps_the_place),
        BROKER_CALM_TEST (all_that_expires_at_a_time_is_told_in_one_tick),
        BROKER_CALM_TEST (expired_request_is_never_dispatched),
        BROKER_CALM_TEST (expired_request_leaves_its_turn_to_the_next_of_its_client),
        BROKER_CALM_TEST (reply_in_time_is_the_only_answer),
        BROKER_CALM_TEST (retried_request_keeps_its_deadline),
        BROKER_TEST (worker_is_sent_a_heartbeat_when_it_was_sent_nothing_for_an_interval),
        BROKER_TEST (silent_worker_is_dead_after_liveness_and_its_request_lost_at_once),
        BROKER_TEST (whatever_a_worker_says_proves_that_it_lives),
        BROKER_TEST (refused_worker_is_forgotten_when_it_falls_silent),
        BROKER_TEST (worker_that_left_is_gone_when_it_falls_silent),
        BROKER_TEST (changed_intervals_hold_for_those_that_are_registered),
        BROKER_TEST (shortened_liveness_may_be_over_at_once),
        BROKER_TEST (worker_that_tells_its_interval_is_told_the_routers),
        BROKER_TEST (slow_worker_lives_as_long_as_it_beats_at_its_own_interval),
        BROKER_TEST (quick_worker_lives_by_the_slow_routers_interval),
        BROKER_TEST (workers_are_told_of_a_changed_interval_at_once),
        BROKER_TEST (notice_that_does_not_go_out_is_sent_again),
        BROKER_TEST (worker_that_registers_anew_without_an_interval_is_told_none),
        BROKER_TEST (no_worker_has_been_silent_while_the_process_was_stopped),
        BROKER_TEST (busy_old_worker_is_not_dead_before_expiration_and_liveness),
        BROKER_TEST (idle_old_worker_dies_of_silence_like_any_other),
        BROKER_TEST (old_worker_that_never_answers_has_its_place_back_at_its_next_heartbeat),
        BROKER_TEST (modern_worker_that_beats_keeps_its_place_until_it_answers),
        BROKER_TEST (name_is_remembered_for_its_ttl),
        BROKER_TEST (name_lives_on_with_a_new_worker),
        BROKER_TEST (name_of_a_worker_that_left_is_unknown_after_ttl_though_it_works_on),
        BROKER_TEST (ttl_of_nothing_forgets_at_once),
        BROKER_TEST (time_is_needed_while_anything_is_to_be_told),
    };
    return cmocka_run_group_tests_name ("dispatch: time", tests, NULL, NULL);
}
