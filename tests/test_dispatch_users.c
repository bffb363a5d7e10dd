/*  test_dispatch_users.c - who may call and serve what, and whose messages are whose
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include "wire/butler_dialect.h"

#define PACKED "{\"capacity\": 2, \"packed\": 1}"
#define GONE "the key or password that was shown here is no longer valid"
#define BARRED "the permissions of this worker's user have changed: it may not serve this any longer"

//  A string that is not constant, as the configuration has them
#define TEXT(text) ((char []) { text })

//  alice calls images and what is public, and serves her own; bob serves images; root sees all
static char *s_alice_call [] = { TEXT ("api.images"), TEXT ("api.alice.*") };
static char *s_alice_serve [] = { TEXT ("api.alice.*") };
static char *s_bob_call [] = { TEXT ("api.text") };
static char *s_bob_serve [] = { TEXT ("api.images"), TEXT ("api.text") };
static char *s_public [] = { TEXT ("api.public") };
static char *s_lobby [] = { TEXT ("api.lobby") };
static char *s_admins [] = { TEXT ("root") };

static butler_grant_t s_grants [] = {
    { .user = TEXT ("alice"),
      .allow = { [BUTLER_MAY_CALL] = { s_alice_call, 2 }, [BUTLER_MAY_SERVE] = { s_alice_serve, 1 } } },
    { .user = TEXT ("bob"),
      .allow = { [BUTLER_MAY_CALL] = { s_bob_call, 1 }, [BUTLER_MAY_SERVE] = { s_bob_serve, 2 } } },
    { .user = TEXT ("everyone"), .allow = { [BUTLER_MAY_CALL] = { s_public, 1 } } },
    { .user = TEXT ("anonymous"), .allow = { [BUTLER_MAY_CALL] = { s_lobby, 1 } } },
};

static const butler_permissions_t s_permissions = { s_grants, 4, s_admins, 1 };

static void
s_permit (broker_t *broker, const butler_permissions_t *permissions)
{
    broker->settings.permissions = *permissions;
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
    butler_dispatch_admit_again (&broker->dispatch, &broker->now);
    broker_settle (broker);
}

static int
s_setup (void **state)
{
    broker_setup_calm (state);
    broker_t *broker = *state;
    broker_secure (broker);
    broker->settings.permissions = s_permissions;
    broker_as (broker, "bob");
    broker_ready (broker, "wi", "api.images", PACKED);
    broker_ready (broker, "wt", "api.text", NULL);
    broker_as (broker, "alice");
    return 0;
}

//  ---- requests

static void
only_what_is_allowed_is_called (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_reply (broker, "wi", "1.0:1", "no");         //  as alice: it is bob's worker
    broker_expect_nothing (broker);
    broker_as (broker, "bob");
    broker_reply (broker, "wi", "1.0:1", "done");
    broker_expect (broker, "a gets 1.0:1 done");
    broker_ask (broker, "b", "1.0:1", "api.images");
    broker_expect (broker, "b gets 1.0:1 403:forbidden Forbidden");
    broker_ask (broker, "b", "1.0:2", "api.text");
    broker_expect (broker, "wt takes 1.0:2 body");
    assert_int_equal (broker_count (broker, forbidden), 1);
    assert_int_equal (broker_count (broker, refused), 1);
    assert_int_equal (broker_count (broker, impostors), 1);
    broker_assert_balance (broker);
}

//  Nor is anybody told whether there is such a service
static void
what_is_not_there_is_forbidden_too (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.nowhere");
    broker_expect (broker, "a gets 1.0:1 403:forbidden Forbidden");
    broker_ask (broker, "a", "1.0:2", "api.alice.nowhere");
    broker_expect (broker, "a gets 1.0:2 404:service ServiceNotFound");
    broker_ask (broker, "a", "1.0:3", "butler.none");
    broker_expect (broker, "a gets 1.0:3 403:forbidden Forbidden");
}

static void
client_is_told_who_may_not_call_what (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.text");
    broker_sent_t sent;
    assert_true (broker_next (broker, &sent));
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (sent.body, sent.size), &outcome);
    assert_int_equal (outcome.status, 403);
    assert_string_equal (outcome.message, "user 'alice' may not call 'api.text'");
    assert_string_equal (outcome.service, "api.text");
    butler_outcome_clear (&outcome);
    broker_ask (broker, "a", "0.3.0:1", "api.text");
    assert_true (broker_next (broker, &sent));
    butler_dialect_read (butler_span (sent.body, sent.size), &outcome);
    assert_int_equal (outcome.status, 500);
    assert_non_null (strstr (sent.body, "user 'alice' may not call 'api.text'"));
    assert_non_null (strstr (sent.body, "\"object\":"));
    butler_outcome_clear (&outcome);
}

//  What is expired and forbidden is forbidden; what is open under its api:id stays so
static void
permission_comes_before_time_and_after_duplicates (void **state)
{
    broker_t *broker = *state;
    broker_request (broker, "a", "1.0:1", "api.text", "1", "");
    broker_expect (broker, "a gets 1.0:1 403:forbidden Forbidden");
    broker_ask (broker, "a", "1.0:2", "api.images");
    broker_expect (broker, "wi takes 1.0:2 body");
    broker_ask (broker, "a", "1.0:2", "api.text");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, duplicates), 1);
    assert_int_equal (broker_count (broker, forbidden), 1);
    assert_int_equal (broker_count (broker, expired), 0);
}

static void
everyone_is_whoever_showed_who_he_is (void **state)
{
    broker_t *broker = *state;
    broker_as (broker, "");
    broker_ready (broker, "wp", "api.public", PACKED);
    broker_ready (broker, "wl", "api.lobby", PACKED);
    broker_as (broker, "carol");
    broker_ask (broker, "c", "1.0:1", "api.public");
    broker_expect (broker, "wp takes 1.0:1 body");
    broker_ask (broker, "c", "1.0:2", "api.lobby");
    broker_expect (broker, "c gets 1.0:2 403:forbidden Forbidden");
    broker_as (broker, "anonymous");
    broker_ask (broker, "x", "1.0:1", "api.public");
    broker_expect (broker, "x gets 1.0:1 403:forbidden Forbidden");
    broker_ask (broker, "x", "1.0:2", "api.lobby");
    broker_expect (broker, "wl takes 1.0:2 body");
    broker_as (broker, "");
    broker_ask (broker, "t", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
}

static void
discovery_shows_what_may_be_called (void **state)
{
    broker_t *broker = *state;
    static const char *const found [][2] = {
        { "api.images", "200" }, { "api.alice.none", "400" }, { "api.text", "403" }, { "api.none", "403" },
        { "butler.router", "200" }, { "butler.packed", "200" }, { "butler.cancel", "200" },
    };
    for (size_t index = 0; index < sizeof found / sizeof *found; index++) {
        char name [64];
        snprintf (name, sizeof name, "mmi.%s", found [index][0]);
        broker_ask (broker, "a", "1.0:1", name);
        broker_expect (broker, "a finds 1.0:1 %s %s", found [index][0], found [index][1]);
    }
    assert_int_equal (broker_count (broker, discoveries), 7);
    assert_int_equal (broker_count (broker, forbidden), 2);
    assert_int_equal (broker_count (broker, refused), 0);
    broker_ask (broker, "a", "1.0:1", "mmi.");
    broker_expect (broker, "a gets 1.0:1 400:request Malformed");
    broker_assert_balance (broker);
}

//  The settings alone, without a word that anybody is to be looked at again
static void
what_is_remembered_ends_with_the_settings (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker->settings.permissions.grant = s_grants + 1;
    broker->settings.permissions.grants = 3;
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
    broker_ask (broker, "a", "1.0:2", "api.images");
    broker_expect (broker, "a gets 1.0:2 403:forbidden Forbidden");
    assert_int_equal (broker->asked, 3);            //  bob, alice, and alice again
}

//  ---- shares

static void
user_has_one_share_over_all_connections (void **state)
{
    broker_t *broker = *state;
    broker->settings.client_limit = 2;
    broker_ask (broker, "a1", "1.0:1", "api.images");
    broker_ask (broker, "a2", "1.0:1", "api.images");
    broker_ask (broker, "a3", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_expect (broker, "a3 gets 1.0:1 503:unavailable ClientLimit");
    broker_cancel (broker, "a1", "1.0:1");
    broker_expect (broker, "wi may drop 1.0:1");
    broker_ask (broker, "a3", "1.0:1", "api.images");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, waiting), 1);
}

//  Whoever shows nothing is not one with all others who do so, nor is who is trusted
static void
connections_without_a_user_have_a_share_each (void **state)
{
    broker_t *broker = *state;
    broker->settings.client_limit = 1;
    broker_as (broker, "");
    broker_ready (broker, "wl", "api.lobby", "{\"capacity\": 4}");
    for (int turn = 0; turn < 2; turn++) {
        broker_as (broker, turn? "": "anonymous");
        broker_ask (broker, turn? "t1": "x1", "1.0:1", "api.lobby");
        broker_expect (broker, "wl takes 1.0:1 body");
        broker_ask (broker, turn? "t2": "x2", "1.0:1", "api.lobby");
        broker_expect (broker, "wl takes 1.0:1 body");
        broker_ask (broker, turn? "t2": "x2", "1.0:2", "api.lobby");
        broker_expect (broker, "%s gets 1.0:2 503:unavailable ClientLimit", turn? "t2": "x2");
    }
}

//  ---- routing ids

static void
request_ends_with_the_connection_that_sent_it (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_ask (broker, "a", "1.0:2", "api.images");
    broker_ask (broker, "a", "1.0:3", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_expect (broker, "wi takes 1.0:2 body");
    broker_as (broker, "bob");
    broker_ask (broker, "a", "1.0:3", "api.text");      //  not alice's request
    broker_expect (broker, "wt takes 1.0:3 body");
    assert_int_equal (broker_count (broker, cancelled), 3);
    assert_int_equal (broker_count (broker, waiting), 0);
    broker_reply (broker, "wi", "1.0:1", "for alice");
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, late_replies), 1);
    broker_reply (broker, "wt", "1.0:3", "for bob");
    broker_expect (broker, "a gets 1.0:3 for bob");
    broker_assert_balance (broker);
    broker_assert_invariants (broker);
}

static void
nobody_cancels_what_is_another_users (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_as (broker, "bob");
    broker_cancel (broker, "b", "1.0:1");
    assert_int_equal (broker_count (broker, stray_cancels), 1);
    broker_reply (broker, "wi", "1.0:1", "done");
    broker_expect (broker, "a gets 1.0:1 done");
    broker_expect_nothing (broker);
}

//  What was about to be said to one who is gone is said to nobody
static void
answer_to_who_is_gone_is_not_given_to_who_came (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker->unsettled = true;
    broker_as (broker, "bob");
    broker_ready (broker, "wi", "api.images", PACKED);  //  what it held is lost
    broker_as (broker, "root");
    broker_malformed (broker, "a", "", "1.0:1", "svc", NULL);
    broker_expect (broker, "a gets 1.0:1 400:request Malformed");
    broker_assert_invariants (broker);
    broker_settle (broker);
    broker_expect_nothing (broker);
    assert_int_equal (broker_count (broker, lost), 1);
    broker_assert_balance (broker);
    broker_assert_empty (broker);
}

//  ---- workers

static void
worker_that_may_not_serve_is_told_once (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "wa", "api.images", NULL);
    broker_expect (broker, "wa is told {\"refused\":\"user 'alice' may not serve 'api.images'\"}");
    broker_ready (broker, "wa", "api.images", NULL);
    broker_beat (broker, "wa");
    broker_expect_nothing (broker);
    broker_ready (broker, "wb", "api.alice.mine", NULL);
    broker_expect_nothing (broker);
    broker_ask (broker, "a", "1.0:1", "api.alice.mine");
    broker_expect (broker, "wb takes 1.0:1 body");
    assert_int_equal (broker_count (broker, registrations_refused), 1);
}

//  Its connection can't be there any longer, as its routing id was free to be taken
static void
worker_is_buried_where_another_user_registers_under_its_id (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_ready (broker, "wi", "api.alice.x", PACKED);
    broker_expect (broker, "a gets 1.0:1 502:lost WorkerLost");
    broker_ask (broker, "a", "1.0:2", "api.alice.x");
    broker_expect (broker, "wi takes 1.0:2 body");
    assert_int_equal (broker_count (broker, workers_lost), 1);
    assert_int_equal (broker_count (broker, impostors), 0);
    broker_assert_balance (broker);
}

static void
impostor_is_not_heard (void **state)
{
    broker_t *broker = *state;
    broker->settings.heartbeat = 1000;
    butler_dispatch_configure (&broker->dispatch, &broker->settings);
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    for (int turn = 0; turn < 2; turn++) {
        broker_pass (broker, 1400);
        broker_as (broker, "alice");
        broker_beat (broker, "wi");
        broker_leave (broker, "wi");
        broker_as (broker, "");
        broker_reply (broker, "wi", "1.0:1", "forged");
        broker_expect_nothing (broker);
    }
    assert_int_equal (broker_count (broker, impostors), 6);
    broker_pass (broker, 300);                      //  and so it is silent for as long as it takes
    broker_expect (broker, "a gets 1.0:1 502:lost WorkerLost");
    assert_int_equal (broker_count (broker, impostors), 6);
}

static void
only_who_may_serve_speaks_for_the_router (void **state)
{
    broker_t *broker = *state;
    broker->settings.relay = true;
    broker_relay (broker, "x", "wi", "\x03");
    broker_expect_nothing (broker);
    broker_as (broker, "bob");
    broker_relay (broker, "x", "wi", "\x03");
    broker_expect (broker, "wi relayed");
    assert_int_equal (broker_count (broker, malformed), 1);
}

//  ---- changes

static void
removed_user_is_out (void **state)
{
    broker_t *broker = *state;
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    broker_remove (broker, "bob");
    broker_expect (broker, "a gets 1.0:1 502:lost WorkerLost");
    broker_pass (broker, BUTLER_WHEEL_TICK);
    broker_expect (broker, "wi is told {\"refused\":\"" GONE "\"}");
    broker_expect (broker, "wt is told {\"refused\":\"" GONE "\"}");
    broker_as (broker, "bob");
    broker_beat (broker, "wi");
    broker_ready (broker, "wi", "api.images", PACKED);
    broker_expect_nothing (broker);
    broker_ready (broker, "w3", "api.images", PACKED);
    broker_expect (broker, "w3 is told {\"refused\":\"" GONE "\"}");
    static const char *const services [] = { "api.text", "butler.router" };
    for (int index = 0; index < 2; index++) {
        broker_ask (broker, "b", "1.0:1", services [index]);
        broker_expect (broker, "b gets 1.0:1 403:forbidden Forbidden");
    }
    broker_ask (broker, "b", "1.0:1", "mmi.butler.router");
    broker_expect (broker, "b finds 1.0:1 butler.router 403");
    assert_int_equal (broker_count (broker, forbidden), 3);
    assert_int_equal (broker_count (broker, workers_lost), 2);
    broker_assert_balance (broker);
    broker_assert_invariants (broker);
}

//  Each registers anew when it next speaks
static void
user_who_may_again_is_taken_again (void **state)
{
    broker_t *broker = *state;
    broker_as (broker, "alice");
    broker_ready (broker, "bad", "api.alice.x", "bad");
    broker_remove (broker, "bob");
    broker_forget_sent (broker);
    broker_remove (broker, "");
    broker_beat (broker, "bad");                    //  what was wrong with it is so still
    broker_expect_nothing (broker);
    broker_as (broker, "bob");
    broker_beat (broker, "wi");
    broker_expect (broker, "wi reconnects");
    broker_ready (broker, "wi", "api.images", PACKED);
    broker_as (broker, "alice");
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
}

static void
worker_that_may_no_longer_serve_is_barred (void **state)
{
    broker_t *broker = *state;
    butler_permissions_t permissions = { s_grants, 1, NULL, 0 };
    broker_ask (broker, "a", "1.0:1", "api.images");
    broker_expect (broker, "wi takes 1.0:1 body");
    s_permit (broker, &permissions);
    broker_expect (broker, "a gets 1.0:1 502:lost WorkerLost");
    broker_pass (broker, BUTLER_WHEEL_TICK);
    broker_expect (broker, "wi is told {\"refused\":\"" BARRED "\"}");
    broker_expect (broker, "wt is told {\"refused\":\"" BARRED "\"}");
    s_permit (broker, &s_permissions);
    broker_as (broker, "bob");
    broker_beat (broker, "wt");
    broker_expect (broker, "wt reconnects");
    broker_expect_nothing (broker);
}

//  The table of those that are ignored is bounded
static void
many_workers_of_one_who_was_removed_take_no_room (void **state)
{
    broker_t *broker = *state;
    broker_as (broker, "bob");
    char name [16];
    for (int number = 0; number < 3000; number++) {
        snprintf (name, sizeof name, "w%d", number);
        broker_ready (broker, name, "api.text", NULL);
    }
    broker_remove (broker, "bob");
    assert_int_equal (HASH_COUNT (broker->dispatch.registry.workers), 1000);
    assert_int_equal (broker_count (broker, workers_lost), 3002);
    broker_assert_invariants (broker);
}

//  It is trusted, and nobody's who comes with a name
static void
what_was_there_before_any_user_is_not_his (void **state)
{
    broker_t *broker = *state;
    broker_ready (broker, "w1", "svc", PACKED);
    broker_ask (broker, "a", "1.0:1", "svc");
    broker_ask (broker, "a", "1.0:2", "svc");
    broker_ask (broker, "b", "1.0:1", "svc");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_expect (broker, "w1 takes 1.0:2 body");
    assert_false (broker->dispatch.secured);
    broker_secure (broker);
    broker_as (broker, "alice");
    broker_leave (broker, "w1");
    assert_true (broker->dispatch.secured);
    assert_int_equal (broker_count (broker, impostors), 1);
    broker_assert_invariants (broker);
    broker_ask (broker, "b", "1.0:1", "svc");       //  another b
    assert_int_equal (broker_count (broker, cancelled), 1);
    broker_as (broker, "");
    broker_reply (broker, "w1", "1.0:1", "done");
    broker_expect (broker, "a gets 1.0:1 done");
    broker_expect (broker, "w1 takes 1.0:1 body");
    broker_as (broker, "alice");
    broker_cancel (broker, "a", "1.0:2");
    assert_int_equal (broker_count (broker, stray_cancels), 1);
    assert_int_equal (broker_count (broker, cancelled), 2);
    broker_expect_nothing (broker);
    broker_assert_invariants (broker);
    broker_assert_balance (broker);
}

//  ---- butler.router

//  A result's text, which is the caller's
static char *
s_call (broker_t *broker, const char *method)
{
    char body [100];
    snprintf (body, sizeof body, "{\"method\": \"%s\", \"args\": []}", method);
    broker_request (broker, "asker", "1.0:ask", "butler.router", "+1000", body);
    broker_sent_t sent;
    assert_true (broker_next (broker, &sent));
    char *text = strdup (sent.body);
    assert_non_null (text);
    return text;
}

static void
s_check_shown (broker_t *broker, const char *user, const char *method, const char *shown, const char *hidden)
{
    broker_as (broker, user);
    char *text = s_call (broker, method);
    if (!strstr (text, shown))
        fail_msg ("%s, %s: no %s in %s", user, method, shown, text);
    if (strstr (text, hidden))
        fail_msg ("%s, %s: %s in %s", user, method, hidden, text);
    free (text);
}

static void
router_shows_what_may_be_used_and_admins_all (void **state)
{
    broker_t *broker = *state;
    s_check_shown (broker, "alice", "services", "\"name\":\"api.images\"", "api.text");
    s_check_shown (broker, "alice", "services", "\"total\":1", "api.text");
    s_check_shown (broker, "alice", "workers", "\"service\":\"api.images\"", "api.text");
    s_check_shown (broker, "alice", "workers", "\"total\":1", "properties");
    s_check_shown (broker, "alice", "workers", "\"total\":1", "bob");
    s_check_shown (broker, "alice", "ping", "pong", "403");
    s_check_shown (broker, "alice", "butler.describe", "services", "403");
    s_check_shown (broker, "carol", "services", "\"total\":0", "api");
    s_check_shown (broker, "bob", "services", "\"total\":2", "403");      //  he may not call one, and serves both
    assert_int_equal (broker_count (broker, forbidden), 0);
    s_check_shown (broker, "alice", "stats", "403:forbidden:", "accepted");
    s_check_shown (broker, "anonymous", "stats", "403:forbidden:", "accepted");
    assert_int_equal (broker_count (broker, forbidden), 2);
    static const char *const admins [] = { "root", "" };
    for (int index = 0; index < 2; index++) {
        s_check_shown (broker, admins [index], "services", "\"total\":2", "403");
        s_check_shown (broker, admins [index], "workers", "\"user\":\"bob\"", "403");
        s_check_shown (broker, admins [index], "workers", "\"properties\":{", "403");
        s_check_shown (broker, admins [index], "stats", "\"forbidden\":2", "403");
    }
    broker_assert_balance (broker);
}

static void
without_grants_the_router_shows_all (void **state)
{
    broker_t *broker = *state;
    const butler_permissions_t none = { NULL, 0, s_admins, 1 };
    s_permit (broker, &none);
    s_check_shown (broker, "alice", "services", "\"total\":2", "403");
    s_check_shown (broker, "alice", "workers", "\"properties\":{", "403");
    s_check_shown (broker, "alice", "stats", "\"accepted\":3", "403");
}

int
main (void)
{
#define TEST(test) cmocka_unit_test_setup_teardown (test, s_setup, broker_teardown)
    const struct CMUnitTest tests [] = {
        TEST (only_what_is_allowed_is_called),
        TEST (what_is_not_there_is_forbidden_too),
        TEST (client_is_told_who_may_not_call_what),
        TEST (permission_comes_before_time_and_after_duplicates),
        TEST (everyone_is_whoever_showed_who_he_is),
        TEST (discovery_shows_what_may_be_called),
        TEST (what_is_remembered_ends_with_the_settings),
        TEST (user_has_one_share_over_all_connections),
        TEST (connections_without_a_user_have_a_share_each),
        TEST (request_ends_with_the_connection_that_sent_it),
        TEST (nobody_cancels_what_is_another_users),
        TEST (answer_to_who_is_gone_is_not_given_to_who_came),
        TEST (worker_that_may_not_serve_is_told_once),
        TEST (worker_is_buried_where_another_user_registers_under_its_id),
        TEST (impostor_is_not_heard),
        TEST (only_who_may_serve_speaks_for_the_router),
        TEST (removed_user_is_out),
        TEST (user_who_may_again_is_taken_again),
        TEST (worker_that_may_no_longer_serve_is_barred),
        TEST (many_workers_of_one_who_was_removed_take_no_room),
        BROKER_CALM_TEST (what_was_there_before_any_user_is_not_his),
        TEST (router_shows_what_may_be_used_and_admins_all),
        TEST (without_grants_the_router_shows_all),
    };
    return cmocka_run_group_tests_name ("dispatch: users", tests, NULL, NULL);
}
