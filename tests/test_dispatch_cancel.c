/*  test_dispatch_cancel.c - requests whose clients no longer want an answer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <errno.h>
#include <stdlib.h>

#define PACKED "{\"capacity\": 1, \"packed\": 1}"
#define FRAMES "{\"capacity\": 1}"

//  As a client that reads frames alone says it
static void
s_cancel (broker_t *broker, const char *client, const char *api_id)
{
    broker_request (broker, client, api_id, "butler.cancel", "0", "");
}

static void
waiting_request_leaves_its_queue (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", PACKED);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_ask (broker, "alice", "1.0:3", "svc");
    broker_cancel (broker, "alice", "1.0:2");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "w1 takes 1.0:3 body");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, cancelled), 1);
    assert_int_equal (broker_count (broker, waiting), 0);
    broker_assert_balance (broker);
}

//  Its worker is told, and keeps its place until it replies
static void
running_request_ends_for_its_client_alone (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", PACKED);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "bob", "1.0:2", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 may drop 1.0:1");
    broker_expect_nothing (broker);
    broker_assert_invariants (broker);
    broker_reply (broker, "w1", "1.0:1", "too late");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, cancelled), 1);
    assert_int_equal (broker_count (broker, late_replies), 1);
    broker_assert_balance (broker);
}

static void
worker_that_sent_no_properties_is_told_nothing (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_cancel (broker, "alice", "1.0:1");
    broker_reply (broker, "w1", "1.0:1", "too late");
    broker_expect_nothing (broker);
    broker_assert_balance (broker);
    broker_assert_empty (broker);
}

static void
cancelled_request_is_never_retried (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"retry\": 3, \"packed\": 1}");
    broker_ready (broker, "w2", "svc", "{\"retry\": 3, \"packed\": 1}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 may drop 1.0:1");
    broker_kill (broker, "w1");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, retried), 0);
    assert_int_equal (broker_count (broker, lost), 0);
    broker_assert_balance (broker);
    broker_assert_empty (broker);
}

static void
nobody_cancels_for_another (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", PACKED);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_cancel (broker, "mallory", "1.0:1");
    broker_cancel (broker, "alice", "1.0:2");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_cancel (broker, "alice", "1.0:1");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, cancelled), 0);
    broker_assert_balance (broker);
}

//  The id is free again, and a late reply to the first request is none to the second
static void
id_may_be_used_again_at_once (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2, \"packed\": 1}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    uint8_t token [BUTLER_TOKEN_SIZE];
    memcpy (token, broker_token (broker, "w1", "1.0:1"), sizeof token);
    broker_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 may drop 1.0:1");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_reply_token (broker, "w1", token, sizeof token, "1.0:1", "first");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "second");
    broker_expect (broker, "alice gets 1.0:1 second");
    assert_int_equal (broker_count (broker, duplicates), 0);
    broker_assert_balance (broker);
}

static void
name_that_nobody_serves_is_forgotten_with_its_last_request (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.unknown_queue = true;
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
    broker_ask (broker, "alice", "1.0:1", "nobody");
    broker_cancel (broker, "alice", "1.0:1");
    broker_pass (broker, 1000);
    broker_expect_nothing (broker);
    assert_null (broker->dispatch.registry.services);
    broker_assert_empty (broker);
}

//  Each envelope's word for it, and each worker's
static void
either_envelope_cancels_what_came_in_either (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "packed", PACKED);
    broker_ready (broker, "w2", "frames", FRAMES);
    broker_ask (broker, "alice", "1.0:1", "packed");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "alice", "0.3.0:1", "frames");
    broker_expect (broker, "w2 takes 0.3.0:1 body");
    s_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 may drop 1.0:1");
    s_cancel (broker, "alice", "0.3.0:1");
    broker_expect (broker, "w2 is told to drop 0.3.0:1");
    broker_reply (broker, "w2", "0.3.0:1", "too late");
    broker_ask (broker, "alice", "1.0:2", "frames");
    broker_expect (broker, "w2 takes 1.0:2 body");
    broker_cancel (broker, "alice", "1.0:2");
    broker_expect (broker, "w2 is told to drop 1.0:2");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, cancelled), 3);
    assert_int_equal (broker_count (broker, accepted), 3);
    broker_assert_balance (broker);
}

//  Whatever its expiration, whatever the router's state: it does not even count as a request
static void
cancel_in_frames_is_never_answered (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", FRAMES);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_request (broker, "alice", "1.0:2", "butler.cancel", "0", "");
    broker_request (broker, "alice", "0.3.0:2", "butler.cancel", "999999999999999", "");
    broker_request (broker, "mallory", "1.0:1", "butler.cancel", "+1000", "{\"method\": \"ping\"}");
    assert_int_equal (broker_count (broker, stray_cancels), 3);
    broker_malformed (broker, "alice", "", "1.0:1", "butler.cancel", "tomorrow", "", NULL);
    broker_malformed (broker, "alice", "", "1.0:3", "butler.cancel", "tomorrow", "", NULL);
    broker_malformed (broker, "alice", "", "0.3.0:3", "butler.cancel", "+1000", "", NULL);
    broker_malformed (broker, "alice", "", "1.0:3", "butler.cancel", "+1000", "", "more", NULL);
    broker_malformed (broker, "alice", "", "1.0:3", "butler.cancel", NULL);
    broker_malformed (broker, "alice", "\xB5\x7E\x01\x04\x05" "1.0:3more", NULL);
    butler_dispatch_drain (&broker->dispatch);
    s_cancel (broker, "alice", "1.0:4");
    broker_expect_nothing (broker);
    s_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 is told to drop 1.0:1");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, malformed), 6);
    assert_int_equal (broker_count (broker, stray_cancels), 4);
    assert_int_equal (broker_count (broker, cancelled), 1);
    assert_int_equal (broker_count (broker, accepted), 1);
    broker_assert_balance (broker);
}

//  Its answer is on the way already, and stays its only one
static void
request_about_to_be_told_of_its_end_is_told (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", FRAMES);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker->unsettled = true;
    broker_kill (broker, "w1");
    s_cancel (broker, "alice", "1.0:1");
    assert_int_equal (broker_count (broker, stray_cancels), 1);
    broker_settle (broker);
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_expect_nothing (broker);
    broker_assert_balance (broker);
    broker_assert_empty (broker);
}

//  A second with an open id is dropped; with that of one that was cancelled while it ran it is a new one
static void
late_reply_to_a_cancelled_request_is_none_to_its_successor (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", FRAMES);
    broker_ready (broker, "w2", "svc", FRAMES);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, duplicates), 1);
    s_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 is told to drop 1.0:1");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w2 takes 1.0:1 body");
    s_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w2 is told to drop 1.0:1");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_reply (broker, "w1", "1.0:1", "first");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_reply (broker, "w2", "1.0:1", "second");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "third");
    broker_expect (broker, "alice gets 1.0:1 third");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, late_replies), 2);
    assert_int_equal (broker_count (broker, duplicates), 1);
    broker_assert_balance (broker);
    broker_assert_empty (broker);
}

//  What it sends now may have been on its way before the request came, which it may be at work on
static void
worker_of_030_keeps_its_place_until_the_cancelled_requests_time (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_request (broker, "alice", "1.0:1", "svc", "+1000", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_ask (broker, "bob", "1.0:2", "svc");
    s_cancel (broker, "alice", "1.0:1");
    broker_beat (broker, "w1");
    broker_pass (broker, 990);
    broker_beat (broker, "w1");
    broker_expect_nothing (broker);
    broker_pass (broker, 20);
    broker_beat (broker, "w1");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_expect_nothing (broker);
    broker_assert_balance (broker);
}

//  A notice is a heartbeat, so the next is due an interval after it
static void
notice_counts_as_a_sign_of_life (void **state)
{
    broker_t *broker = *state;
    const int64_t interval = broker->settings.heartbeat;
    broker_ready (broker, "w1", "svc", FRAMES);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_pass (broker, interval - 100);
    broker_beat (broker, "w1");
    s_cancel (broker, "alice", "1.0:1");
    broker_expect (broker, "w1 is told to drop 1.0:1");
    broker_pass (broker, interval - 100);
    assert_int_equal (broker->beats, 0);
    broker_pass (broker, 200);
    assert_int_equal (broker->beats, 1);
    broker_expect_nothing (broker);
}

//  What did not go out is no reason to hold the request, nor to forget its place
static void
worker_that_takes_no_notice_changes_nothing (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", FRAMES);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_deafen (broker, "w1", EAGAIN);
    s_cancel (broker, "alice", "1.0:1");
    broker_deafen (broker, "w1", 0);
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "too late");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_deafen (broker, "w1", EHOSTUNREACH);
    s_cancel (broker, "alice", "1.0:2");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, unsent), 2);
    assert_int_equal (broker_count (broker, workers_lost), 1);
    assert_int_equal (broker_count (broker, lost), 0);
    broker_assert_balance (broker);
    broker_assert_empty (broker);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (waiting_request_leaves_its_queue),
        BROKER_CALM_TEST (running_request_ends_for_its_client_alone),
        BROKER_CALM_TEST (worker_that_sent_no_properties_is_told_nothing),
        BROKER_CALM_TEST (cancelled_request_is_never_retried),
        BROKER_CALM_TEST (nobody_cancels_for_another),
        BROKER_CALM_TEST (id_may_be_used_again_at_once),
        BROKER_CALM_TEST (name_that_nobody_serves_is_forgotten_with_its_last_request),
        BROKER_CALM_TEST (either_envelope_cancels_what_came_in_either),
        BROKER_CALM_TEST (cancel_in_frames_is_never_answered),
        BROKER_CALM_TEST (request_about_to_be_told_of_its_end_is_told),
        BROKER_CALM_TEST (late_reply_to_a_cancelled_request_is_none_to_its_successor),
        BROKER_CALM_TEST (worker_of_030_keeps_its_place_until_the_cancelled_requests_time),
        BROKER_TEST (notice_counts_as_a_sign_of_life),
        BROKER_CALM_TEST (worker_that_takes_no_notice_changes_nothing),
    };
    return cmocka_run_group_tests_name ("dispatch_cancel", tests, NULL, NULL);
}
