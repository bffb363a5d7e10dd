/*  test_permissions.c - who may call and serve which services
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "user_may.h"

//  A string that is not constant, as the configuration has them
#define TEXT(text) ((char []) { text })
#define SIZE(array) (sizeof (array) / sizeof *(array))

static char *
s_text (const char *text)
{
    return (char *) (uintptr_t) text;
}

//  ---- patterns

static const struct {
    const char *pattern, *service;
    bool matches;
} s_patterns [] = {
    { "api.images", "api.images", true },
    { "api.images", "api.image", false },
    { "api.images", "api.images2", false },
    { "api.images", "", false },
    { "*", "a", true },
    { "*", "api.text.secret", true },
    { "**", "a", true },
    { "api.*", "api.", true },
    { "api.*", "api.a.b.c", true },
    { "api.*", "api", false },
    { "api.*", "xapi.a", false },
    { "*.secret", "api.secret", true },
    { "*.secret", ".secret", true },
    { "*.secret", "api.secrets", false },
    { "*.secret", "a.secret.secret", true },
    { "api.*.read", "api.a.read", true },
    { "api.*.read", "api.a.b.read", true },
    { "api.*.read", "api..read", true },
    { "api.*.read", "api.read", false },
    { "api.*.read", "api.a.read.write", false },
    { "a*b*c", "abc", true },
    { "a*b*c", "a1b2c", true },
    { "a*b*c", "acb", false },
    { "a*b*c", "abcabc", true },
    { "*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false },
    { "*aab*", "aaab", true },
    { "*ab", "aab", true },
    { "*ab*ab", "ab", false },
    { "api.?", "api.a", false },
    { "api.[a]", "api.a", false },
    { "api.\\*", "api.*", false },
    { "api.*", "api.*", true },
    { "*\xc3\xa9*", "caf\xc3\xa9.x", true },
    { "*\xc3*", "caf\xc3\xa9.x", true },            //  bytes, not letters
    { "API.*", "api.a", false },
};

static void
star_stands_for_any_bytes (void **state)
{
    (void) state;
    for (size_t index = 0; index < SIZE (s_patterns); index++) {
        char *pattern = s_text (s_patterns [index].pattern);
        butler_grant_t grant = { .user = TEXT ("alice"), .allow [BUTLER_MAY_CALL] = { &pattern, 1 } };
        const butler_permissions_t permissions = { .grant = &grant, .grants = 1 };
        if (user_may (&permissions, "alice", BUTLER_MAY_CALL, s_patterns [index].service) != s_patterns [index].matches)
            fail_msg ("'%s' and '%s'", s_patterns [index].pattern, s_patterns [index].service);
        //  To deny is the same, the other way round
        char *all = TEXT ("*");
        grant.allow [BUTLER_MAY_CALL].pattern = &all;
        grant.deny [BUTLER_MAY_CALL] = (butler_patterns_t) { &pattern, 1 };
        if (user_may (&permissions, "alice", BUTLER_MAY_CALL, s_patterns [index].service) == s_patterns [index].matches)
            fail_msg ("denied: '%s' and '%s'", s_patterns [index].pattern, s_patterns [index].service);
    }
}

//  ---- grants

static char *s_call_alice [] = { TEXT ("api.images"), TEXT ("api.text.*") };
static char *s_deny_alice [] = { TEXT ("api.text.secret") };
static char *s_serve_alice [] = { TEXT ("api.alice.*") };
static char *s_call_everyone [] = { TEXT ("api.public.*"), TEXT ("api.text.secret") };
static char *s_deny_everyone [] = { TEXT ("api.public.never") };
static char *s_call_bob [] = { TEXT ("*") };
static char *s_call_anonymous [] = { TEXT ("api.lobby") };

static butler_grant_t s_grants [] = {
    { .user = TEXT ("alice"),
      .allow = { [BUTLER_MAY_CALL] = { s_call_alice, 2 }, [BUTLER_MAY_SERVE] = { s_serve_alice, 1 } },
      .deny = { [BUTLER_MAY_CALL] = { s_deny_alice, 1 } } },
    { .user = TEXT ("everyone"),
      .allow = { [BUTLER_MAY_CALL] = { s_call_everyone, 2 } },
      .deny = { [BUTLER_MAY_CALL] = { s_deny_everyone, 1 } } },
    { .user = TEXT ("bob"), .allow = { [BUTLER_MAY_CALL] = { s_call_bob, 1 } } },
    { .user = TEXT ("anonymous"), .allow = { [BUTLER_MAY_CALL] = { s_call_anonymous, 1 } } },
};

static char *s_admins [] = { TEXT ("root"), TEXT ("bob") };

static const butler_permissions_t s_permissions = {
    .grant = s_grants, .grants = SIZE (s_grants), .admin = s_admins, .admins = SIZE (s_admins)
};

static const struct {
    const char *user;
    butler_may_t what;
    const char *service;
    bool may;
} s_rules [] = {
    { "alice", BUTLER_MAY_CALL, "api.images", true },
    { "alice", BUTLER_MAY_CALL, "api.text.public", true },
    { "alice", BUTLER_MAY_CALL, "api.text.secret", false },         //  everyone's is no way round
    { "alice", BUTLER_MAY_CALL, "api.public.time", true },
    { "alice", BUTLER_MAY_CALL, "api.public.never", false },
    { "alice", BUTLER_MAY_CALL, "api.other", false },
    { "alice", BUTLER_MAY_CALL, "api.alice.x", false },             //  to serve is not to call
    { "alice", BUTLER_MAY_SERVE, "api.alice.x", true },
    { "alice", BUTLER_MAY_SERVE, "api.images", false },
    { "bob", BUTLER_MAY_CALL, "api.images", true },
    { "bob", BUTLER_MAY_CALL, "api.public.never", false },          //  denied to everyone is denied to him
    { "bob", BUTLER_MAY_SERVE, "api.images", false },
    { "carol", BUTLER_MAY_CALL, "api.public.time", true },
    { "carol", BUTLER_MAY_CALL, "api.images", false },
    { "carol", BUTLER_MAY_SERVE, "api.public.time", false },
    { "anonymous", BUTLER_MAY_CALL, "api.lobby", true },
    { "anonymous", BUTLER_MAY_CALL, "api.public.time", false },     //  he is not everyone
    { "everyone", BUTLER_MAY_CALL, "api.public.time", true },
    { "alic", BUTLER_MAY_CALL, "api.images", false },
    { "alice2", BUTLER_MAY_CALL, "api.images", false },
    { "", BUTLER_MAY_CALL, "api.other", true },                     //  trusted
    { "", BUTLER_MAY_SERVE, "api.public.never", true },
};

static void
deny_goes_before_allow_and_the_rest_is_denied (void **state)
{
    (void) state;
    for (size_t index = 0; index < SIZE (s_rules); index++)
        if (user_may (&s_permissions, s_rules [index].user, s_rules [index].what, s_rules [index].service)
            != s_rules [index].may)
            fail_msg ("row %zu: '%s' and '%s'", index, s_rules [index].user, s_rules [index].service);
}

static void
without_grants_everybody_may_everything (void **state)
{
    (void) state;
    const butler_permissions_t none = { .admin = s_admins, .admins = SIZE (s_admins) };
    assert_true (user_may (&none, "alice", BUTLER_MAY_CALL, "api.text.secret"));
    assert_true (user_may (&none, "anonymous", BUTLER_MAY_SERVE, "api.images"));
    assert_true (butler_permissions_admin (&none, butler_span_string ("alice")));
}

static void
admins_are_named_or_trusted (void **state)
{
    (void) state;
    assert_true (butler_permissions_admin (&s_permissions, butler_span_string ("root")));
    assert_true (butler_permissions_admin (&s_permissions, butler_span_string ("bob")));
    assert_true (butler_permissions_admin (&s_permissions, butler_span_string ("")));
    assert_false (butler_permissions_admin (&s_permissions, butler_span_string ("alice")));
    assert_false (butler_permissions_admin (&s_permissions, butler_span_string ("anonymous")));
    assert_false (butler_permissions_admin (&s_permissions, butler_span_string ("roo")));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (star_stands_for_any_bytes),
        cmocka_unit_test (deny_goes_before_allow_and_the_rest_is_denied),
        cmocka_unit_test (without_grants_everybody_may_everything),
        cmocka_unit_test (admins_are_named_or_trusted),
    };
    return cmocka_run_group_tests_name ("permissions", tests, NULL, NULL);
}
