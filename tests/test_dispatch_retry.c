/*  test_dispatch_retry.c - requests whose worker died, or did not take them, and answers not taken
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <errno.h>
#include <stdlib.h>

#define ROWS(table) (sizeof (table) / sizeof *(table))

//  ---- retry

static void
without_retry_no_request_is_given_to_two_workers (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_kill (broker, "w1");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_expect_nothing (broker);
    broker_ask (broker, "bob", "0.3.0:1", "svc");
    broker_expect (broker, "w2 takes 0.3.0:1 body");
    broker_kill (broker, "w2");
    broker_expect (broker, "bob gets 0.3.0:1 500:exception WorkerLost");
    assert_int_equal (broker_count (broker, lost), 2);
    assert_int_equal (broker_count (broker, workers_lost), 2);
    assert_int_equal (broker_count (broker, retried), 0);
}

static void
request_that_waited_is_not_retried_either_without_retry (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_ready (broker, "w2", "svc", NULL);
    broker_forget_sent (broker);
    broker_kill (broker, "w1");
    broker_expect (broker, "alice gets 1.0:2 502:lost WorkerLost");
    broker_expect_nothing (broker);
}

//  A worker's own retry counts unless the configuration names one: how many workers are given it
static void
retry_is_the_configuration_s_or_else_the_worker_s (void **state)
{
    (void) state;
    static const struct {
        bool set;
        int configured;
        const char *properties;
        int given;
    } rows [] = {
        { false, 0, NULL, 1 },
        { false, 0, "{}", 1 },
        { false, 0, "{\"retry\": 1}", 2 },
        { false, 0, "{\"retry\": 3}", 4 },
        { true, 2, NULL, 3 },
        { true, 2, "{}", 3 },
        { true, 0, "{\"retry\": 3}", 1 },
        { true, 1, "{\"retry\": 3}", 2 },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        broker_t *broker = broker_new ();
        broker_calm (broker);
        broker->settings.service.retry_set = rows [index].set;
        broker->settings.service.retry = rows [index].configured;
        static const char *workers [] = { "w1", "w2", "w3", "w4", "w5" };
        for (size_t each = 0; each < 5; each++)
            broker_ready (broker, workers [each], "svc", rows [index].properties);
        broker_ask (broker, "alice", "1.0:1", "svc");
        for (int given = 0; given < rows [index].given; given++) {
            broker_expect (broker, "%s takes 1.0:1 body", workers [given]);
            broker_kill (broker, workers [given]);
        }
        broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
        broker_expect_nothing (broker);
        assert_int_equal (broker_count (broker, retried), rows [index].given - 1);
        broker_assert_empty (broker);
        broker_destroy (&broker);
    }
}

static void
retried_request_has_its_old_place_in_the_order (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 3, \"retry\": 1}");
    static const char *api_ids [] = { "1.0:1", "1.0:2", "1.0:3", "1.0:4", "1.0:5" };
    for (size_t index = 0; index < 5; index++)
        broker_ask (broker, "alice", api_ids [index], "svc");
    broker_forget_sent (broker);
    broker_kill (broker, "w1");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, waiting), 5);
    broker_ready (broker, "w2", "svc", "{\"capacity\": 9, \"retry\": 1}");
    for (size_t index = 0; index < 5; index++)
        broker_expect (broker, "w2 takes %s body", api_ids [index]);
    broker_kill (broker, "w2");              //  the first three have had their two workers
    broker_ready (broker, "w3", "svc", "{\"capacity\": 9}");
    broker_expect (broker, "alice gets 1.0:3 502:lost WorkerLost");
    broker_expect (broker, "alice gets 1.0:2 502:lost WorkerLost");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_expect (broker, "w3 takes 1.0:4 body");
    broker_expect (broker, "w3 takes 1.0:5 body");
}

static void
token_of_an_earlier_attempt_is_void (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"retry\": 5}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    uint8_t token [BUTLER_TOKEN_SIZE];
    memcpy (token, broker_token (broker, "w1", "1.0:1"), sizeof token);
    broker_ready (broker, "w1", "svc", "{\"retry\": 5}");
    broker_expect (broker, "w1 takes 1.0:1 body");
    assert_memory_not_equal (token, broker->last.token, sizeof token);
    broker_reply_token (broker, "w1", token, sizeof token, "1.0:1", "early");
    broker_expect_nothing (broker);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    assert_int_equal (broker_count (broker, stray_replies), 1);
    assert_int_equal (broker_count (broker, answered), 1);
}

static void
retry_that_is_taken_back_is_not_used (void **state)
{
    broker_t *broker = *state;
    broker->settings.service.retry = 1;
    broker->settings.service.retry_set = true;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ready (broker, "w2", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    butler_settings_t changed = broker->settings;
    changed.service.retry = 0;
    changed.relay = true;
    butler_dispatch_configure (&broker->dispatch, &changed);
    broker_kill (broker, "w1");
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
}

static void
request_that_has_expired_is_not_retried (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"retry\": 1}");
    broker_ready (broker, "w2", "svc", "{\"retry\": 1}");
    broker_request (broker, "alice", "1.0:1", "svc", "+500", "body");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker->now.mono += 500;            //  and nobody had time to look
    broker_kill (broker, "w1");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_expect_nothing (broker);
}

//  ---- bounced: never given, and on to the next

static void
request_that_bounced_goes_to_the_next_worker (void **state)
{
    (void) state;
    static const int errors [] = { EHOSTUNREACH, EAGAIN };
    for (size_t index = 0; index < ROWS (errors); index++) {
        broker_t *broker = broker_new ();
        broker_calm (broker);
        broker_ready (broker, "w1", "svc", NULL);
        broker_ready (broker, "w2", "svc", NULL);
        broker_ready (broker, "w3", "svc", NULL);
        broker_deafen (broker, "w1", errors [index]);
        broker_deafen (broker, "w2", errors [index]);
        broker_request (broker, "alice", "1.0:1", "svc", "+1000", "body");
        broker_expect (broker, "w3 takes 1.0:1 body");
        assert_int_equal (broker_count (broker, bounced), 2);
        assert_int_equal (broker_count (broker, running), 1);
        assert_int_equal (broker_count (broker, workers_lost), errors [index] == EHOSTUNREACH? 2: 0);
        broker_reply (broker, "w3", "1.0:1", "done");
        broker_expect (broker, "alice gets 1.0:1 done");
        broker_assert_empty (broker);
        broker_destroy (&broker);
    }
}

static void
request_that_nobody_takes_waits (void **state)
{
    (void) state;
    static const int errors [] = { EHOSTUNREACH, EAGAIN };
    for (size_t index = 0; index < ROWS (errors); index++) {
        broker_t *broker = broker_new ();
        broker_calm (broker);
        broker_ready (broker, "w1", "svc", NULL);
        broker_deafen (broker, "w1", errors [index]);
        broker_request (broker, "alice", "1.0:1", "svc", "+1000", "body");
        broker_expect_nothing (broker);
        assert_int_equal (broker_count (broker, waiting), 1);
        broker_ready (broker, "w2", "svc", NULL);
        broker_expect (broker, "w2 takes 1.0:1 body");
        broker_expect_nothing (broker);
        assert_int_equal (broker->dispatch.held, 0);
        broker_destroy (&broker);
    }
}

static void
bounce_uses_up_no_retry (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"retry\": 1}");
    broker_ready (broker, "w2", "svc", "{\"retry\": 1}");
    broker_ready (broker, "w3", "svc", "{\"retry\": 1}");
    broker_deafen (broker, "w1", EAGAIN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w2 takes 1.0:1 body");
    broker_kill (broker, "w2");
    broker_expect (broker, "w3 takes 1.0:1 body");
    broker_kill (broker, "w3");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    assert_int_equal (broker_count (broker, bounced), 1);
    assert_int_equal (broker_count (broker, retried), 1);
}

static void
worker_that_takes_nothing_is_passed_over_until_it_speaks (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_deafen (broker, "w1", EAGAIN);
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_ask (broker, "alice", "1.0:3", "svc");
    broker_pass (broker, 100);
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, bounced), 1);
    broker_beat (broker, "w1");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, bounced), 2);
    broker_deafen (broker, "w1", 0);
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "w1 takes 1.0:2 body");
    broker_expect (broker, "w1 takes 1.0:3 body");
}

//  A worker that beats more often than the router would never hear of it
static void
bounce_is_no_sign_of_life_to_the_worker (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 2}");
    broker_deafen (broker, "w1", EAGAIN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    for (int count = 0; count < 3; count++) {
        broker_pass (broker, 300);
        broker_beat (broker, "w1");
    }
    assert_int_equal (broker_count (broker, bounced), 4);
    broker_deafen (broker, "w1", 0);
    assert_int_equal (broker->beats, 0);
    broker_pass (broker, 110);
    assert_int_equal (broker->beats, 1);
}

//  In its old place, after those that were taken
static void
what_waited_and_bounced_keeps_its_place (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_ask (broker, "alice", "1.0:3", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_deafen (broker, "w2", EHOSTUNREACH);
    broker_ready (broker, "w2", "svc", NULL);
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, bounced), 1);
    assert_int_equal (broker_count (broker, waiting), 2);
    broker_ready (broker, "w3", "svc", "{\"capacity\": 2}");
    broker_expect (broker, "w3 takes 1.0:2 body");
    broker_expect (broker, "w3 takes 1.0:3 body");
}

static void
worker_found_gone_loses_all_that_it_held (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"capacity\": 3}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_forget_sent (broker);
    broker_deafen (broker, "w1", EHOSTUNREACH);
    broker_ask (broker, "alice", "1.0:3", "svc");
    broker_expect (broker, "alice gets 1.0:2 502:lost WorkerLost");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, waiting), 1);
}

//  A body kept for one worker's retry is not kept for the next one, who offers none
static void
body_is_not_kept_longer_than_it_may_be_needed (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", "{\"retry\": 3}");
    broker_ready (broker, "w2", "svc", "{}");
    broker_deafen (broker, "w1", EAGAIN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w2 takes 1.0:1 body");
    assert_int_equal (broker->dispatch.held, 0);
}

//  ---- answers that were not taken

static void
reply_that_the_client_does_not_take_is_undeliverable (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    static const int errors [] = { EHOSTUNREACH, EAGAIN };
    for (size_t index = 0; index < ROWS (errors); index++) {
        broker_deafen (broker, "alice", errors [index]);
        broker_ask (broker, "alice", "1.0:1", "svc");
        broker_expect (broker, "w1 takes 1.0:1 body");
        broker_reply (broker, "w1", "1.0:1", "done");
        broker_expect_nothing (broker);
        broker_assert_empty (broker);
    }
    assert_int_equal (broker_count (broker, undeliverable), 2);
    assert_int_equal (broker_count (broker, answered), 0);
    broker_ask (broker, "bob", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
}

static void
refusal_that_the_client_does_not_take_is_counted (void **state)
{
    broker_t *broker = *state;
    broker_deafen (broker, "alice", EAGAIN);
    broker_ask (broker, "alice", "1.0:1", "none");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, unsent), 1);
    assert_int_equal (broker_count (broker, refused), 1);
}

static void
worker_that_is_gone_when_it_is_told_something_dies_now (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", NULL);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_deafen (broker, "w1", EAGAIN);
    broker_leave (broker, "w1");                //  not now: the answer is lost, no more
    broker_expect_nothing (broker);
    broker_deafen (broker, "w1", EHOSTUNREACH);
    broker_leave (broker, "w1");
    broker_expect (broker, "alice gets 1.0:1 502:lost WorkerLost");
    broker_deafen (broker, "w2", EHOSTUNREACH);
    broker_ready (broker, "w2", "mmi.x", NULL);
    broker_beat (broker, "w3");
    assert_int_equal (broker_count (broker, unsent), 3);
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 0);
}

//  ---- the attempt, for workers that ask for it

#define ASKS "{\"retry\": 5, \"request\": 2}"

static void
s_expect_extra (broker_t *broker, const char *extra)
{
    assert_string_equal (broker->last.extra, extra);
}

//  What bounced was not given; what waited, and what comes back, is
static void
worker_that_asks_is_told_the_attempt (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", ASKS);
    broker_ready (broker, "w2", "svc", ASKS);
    broker_ready (broker, "w3", "svc", ASKS);
    broker_deafen (broker, "w1", EAGAIN);
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w2 takes 1.0:1 body");
    s_expect_extra (broker, "{\"attempt\":0}");
    broker_kill (broker, "w2");
    broker_expect (broker, "w3 takes 1.0:1 body");
    s_expect_extra (broker, "{\"attempt\":1}");
    broker_ask (broker, "alice", "1.0:2", "svc");
    broker_kill (broker, "w3");
    broker_deafen (broker, "w1", 0);
    broker_beat (broker, "w1");
    broker_expect (broker, "w1 takes 1.0:1 body");
    s_expect_extra (broker, "{\"attempt\":2}");
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "alice gets 1.0:1 done");
    broker_expect (broker, "w1 takes 1.0:2 body");
    s_expect_extra (broker, "{\"attempt\":0}");
}

static void
nobody_else_gets_a_seventh_frame (void **state)
{
    broker_t *broker = *state;
    static const char *properties [] = {
        NULL, "{}", "{\"request\": 1}", "{\"request\": 0}", "{\"packed\": 1, \"request\": 2}"
    };
    for (size_t index = 0; index < ROWS (properties); index++) {
        broker_ready (broker, "w1", "svc", properties [index]);
        broker_ask (broker, "alice", "1.0:1", "svc");
        broker_expect (broker, "w1 takes 1.0:1 body");
        s_expect_extra (broker, "");
        broker_reply (broker, "w1", "1.0:1", "done");
        broker_expect (broker, "alice gets 1.0:1 done");
    }
    broker_ready (broker, "w1", "svc", ASKS);       //  who asked once may take it back
    broker_ready (broker, "w1", "svc", "{}");
    broker_ask (broker, "alice", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    s_expect_extra (broker, "");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BROKER_CALM_TEST (without_retry_no_request_is_given_to_two_workers),
        BROKER_CALM_TEST (request_that_waited_is_not_retried_either_without_retry),
        cmocka_unit_test (retry_is_the_configuration_s_or_else_the_worker_s),
        BROKER_CALM_TEST (retried_request_has_its_old_place_in_the_order),
        BROKER_CALM_TEST (token_of_an_earlier_attempt_is_void),
        BROKER_CALM_TEST (retry_that_is_taken_back_is_not_used),
        BROKER_CALM_TEST (request_that_has_expired_is_not_retried),
        cmocka_unit_test (request_that_bounced_goes_to_the_next_worker),
        cmocka_unit_test (request_that_nobody_takes_waits),
        BROKER_CALM_TEST (bounce_uses_up_no_retry),
        BROKER_CALM_TEST (worker_that_takes_nothing_is_passed_over_until_it_speaks),
        BROKER_TEST (bounce_is_no_sign_of_life_to_the_worker),
        BROKER_CALM_TEST (what_waited_and_bounced_keeps_its_place),
        BROKER_CALM_TEST (worker_found_gone_loses_all_that_it_held),
        BROKER_CALM_TEST (body_is_not_kept_longer_than_it_may_be_needed),
        BROKER_CALM_TEST (reply_that_the_client_does_not_take_is_undeliverable),
        BROKER_CALM_TEST (refusal_that_the_client_does_not_take_is_counted),
        BROKER_CALM_TEST (worker_that_is_gone_when_it_is_told_something_dies_now),
        BROKER_CALM_TEST (worker_that_asks_is_told_the_attempt),
        BROKER_CALM_TEST (nobody_else_gets_a_seventh_frame),
    };
    return cmocka_run_group_tests_name ("dispatch: retry", tests, NULL, NULL);
}
