/*  test_dispatch_cancel.c - requests whose clients no longer want an answer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <errno.h>
#include <stdlib.h>

#define PACKED "{\"capacity\": 1, \"packed\": 1}"

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
worker_that_reads_frames_alone_is_told_nothing (void **state)
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

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (waiting_request_leaves_its_queue),
        BROKER_CALM_TEST (running_request_ends_for_its_client_alone),
        BROKER_CALM_TEST (worker_that_reads_frames_alone_is_told_nothing),
        BROKER_CALM_TEST (cancelled_request_is_never_retried),
        BROKER_CALM_TEST (nobody_cancels_for_another),
        BROKER_CALM_TEST (id_may_be_used_again_at_once),
        BROKER_CALM_TEST (name_that_nobody_serves_is_forgotten_with_its_last_request),
    };
    return cmocka_run_group_tests_name ("dispatch_cancel", tests, NULL, NULL);
}
