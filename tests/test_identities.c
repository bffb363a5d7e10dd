/*  test_identities.c - the users behind User-Ids: asked for once, remembered, forgotten
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "broker/butler_identities.h"

//  A string that is not constant, as the configuration has them
#define TEXT(text) ((char []) { text })

//  An entrance: keys are "key" and a name
typedef struct {
    butler_identities_t identities;
    butler_permissions_t permissions;
    const char *removed;
    unsigned asked;
} fixture_t;

static int
s_admit (void *arg, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    fixture_t *self = arg;
    self->asked++;
    snprintf (name, BUTLER_USER_SIZE, "%.*s", (int) vouched.size - 3, (const char *) vouched.data + 3);
    return self->removed && strcmp (name, self->removed) == 0? -1: 0;
}

static butler_identity_t *
s_of (fixture_t *self, const char *vouched)
{
    return butler_identities_of (&self->identities, butler_span_string (vouched), s_admit, self, &self->permissions);
}

static int
s_setup (void **state)
{
    static fixture_t fixture;
    fixture = (fixture_t) { .asked = 0 };
    butler_identities_init (&fixture.identities, 4711);
    *state = &fixture;
    return 0;
}

static int
s_teardown (void **state)
{
    fixture_t *self = *state;
    butler_identities_fini (&self->identities);
    assert_int_equal (self->identities.text_bytes, 0);
    return 0;
}

static void
entrance_is_asked_once (void **state)
{
    fixture_t *self = *state;
    butler_identity_t *alice = s_of (self, "keyalice"), *bob = s_of (self, "keybob");
    assert_ptr_not_equal (alice, bob);
    assert_ptr_equal (s_of (self, "keyalice"), alice);
    assert_int_equal (self->asked, 2);
    assert_true (butler_span_equal (butler_identity_name (alice), butler_span_string ("alice")));
    assert_true (alice->admitted && alice->personal && alice->admin && !alice->limited);
    assert_false (s_of (self, "keyanonymous")->personal);
}

static void
nobody_is_asked_who_is_trusted_or_can_be_nobody (void **state)
{
    fixture_t *self = *state;
    char large [BUTLER_USER_SIZE + 1];
    memset (large, 'k', sizeof large);
    large [sizeof large - 1] = 0;
    const butler_identity_t *trusted = s_of (self, ""), *nobody = s_of (self, large);
    assert_true (trusted->admin && butler_identity_may (trusted, BUTLER_MAY_SERVE, butler_span_string ("svc")));
    assert_false (nobody->admin || butler_identity_may (nobody, BUTLER_MAY_CALL, butler_span_string ("svc")));
    assert_int_equal (self->asked, 0);
    assert_int_equal (self->identities.pool.count, 0);
}

static void
removed_one_may_nothing_and_comes_back (void **state)
{
    fixture_t *self = *state;
    butler_identity_t *alice = s_of (self, "keyalice");
    self->removed = "alice";
    assert_true (s_of (self, "keyalice")->admitted);
    butler_identities_renew (&self->identities);
    assert_ptr_equal (s_of (self, "keyalice"), alice);
    assert_false (alice->admitted || alice->admin);
    assert_false (butler_identity_may (alice, BUTLER_MAY_CALL, butler_span_string ("svc")));
    assert_false (butler_identity_may_call (alice, butler_span_string ("svc"), 1));
    self->removed = NULL;
    butler_identities_renew (&self->identities);
    assert_true (s_of (self, "keyalice")->admitted);
    assert_int_equal (self->asked, 3);
}

static void
what_one_may_call_is_remembered_until_it_changes (void **state)
{
    fixture_t *self = *state;
    char *pattern [] = { TEXT ("svc") };
    butler_grant_t grant = { .user = TEXT ("alice"), .allow [BUTLER_MAY_CALL] = { pattern, 1 } };
    self->permissions = (butler_permissions_t) { .grant = &grant, .grants = 1 };
    butler_identity_t *alice = s_of (self, "keyalice");
    assert_true (alice->limited && !alice->admin);
    assert_true (butler_identity_may_call (alice, butler_span_string ("svc"), 7));
    assert_false (butler_identity_may_call (alice, butler_span_string ("other"), 15));
    assert_true (butler_identity_may_call (alice, butler_span_string ("svc"), 7));      //  the same place
    pattern [0] = TEXT ("other");
    assert_true (butler_identity_may_call (alice, butler_span_string ("svc"), 7));      //  nobody said that it changed
    butler_identities_renew (&self->identities);
    s_of (self, "keyalice");
    assert_false (butler_identity_may_call (alice, butler_span_string ("svc"), 7));
    assert_true (butler_identity_may_call (alice, butler_span_string ("other"), 15));
    assert_false (butler_identity_may_call (alice, butler_span_string ("svc"), 23));    //  another entry of that name
}

//  Whoever is held stays, however many come after him
static void
those_whom_nobody_holds_are_forgotten (void **state)
{
    fixture_t *self = *state;
    butler_identity_t *alice = s_of (self, "keyalice");
    alice->holders++;
    char key [32];
    for (int number = 0; number < 20000; number++) {
        snprintf (key, sizeof key, "key%d", number);
        assert_true (s_of (self, key)->admitted);
    }
    assert_true (self->identities.pool.count < 5000);
    assert_true (butler_identities_bytes (&self->identities) < 2000000);
    const unsigned asked = self->asked;
    assert_ptr_equal (s_of (self, "keyalice"), alice);
    s_of (self, key);
    assert_int_equal (self->asked, asked);
    alice->holders--;
}

int
main (void)
{
#define TEST(test) cmocka_unit_test_setup_teardown (test, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        TEST (entrance_is_asked_once),
        TEST (nobody_is_asked_who_is_trusted_or_can_be_nobody),
        TEST (removed_one_may_nothing_and_comes_back),
        TEST (what_one_may_call_is_remembered_until_it_changes),
        TEST (those_whom_nobody_holds_are_forgotten),
    };
    return cmocka_run_group_tests_name ("identities", tests, NULL, NULL);
}
