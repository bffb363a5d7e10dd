/*  test_config_security.c - what a configuration says of who may come in, and who may what
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "config_fixture.h"
#include "user_may.h"

enum { HOLDS_NULL, HOLDS_PLAIN, HOLDS_CURVE };      //  as the sockets know them

static void
s_assert_security (const test_t *test, int frontend, int backend)
{
    assert_int_equal (test->config->security [0], frontend);
    assert_int_equal (test->config->security [1], backend);
}

static const butler_grant_t *
s_grant (const test_t *test, size_t index)
{
    assert_true (index < test->config->settings.permissions.grants);
    return &test->config->settings.permissions.grant [index];
}

static bool
s_may (const test_t *test, const char *user, butler_may_t what, const char *service)
{
    return user_may (&test->config->settings.permissions, user, what, service);
}

//  ---- security

static void
sockets_have_no_security_by_default (void **state)
{
    test_t *test = *state;
    s_assert_security (test, HOLDS_NULL, HOLDS_NULL);
    load_config (test, "auth\n    allow = 10.0.0.0/8\n");
    s_assert_security (test, HOLDS_NULL, HOLDS_NULL);
    assert_false (test->config->handover);
    assert_null (test->config->certificate);
    assert_null (test->config->certificates);
    assert_null (test->config->passwords);
}

static void
security_is_what_the_files_are_there_for_where_none_is_named (void **state)
{
    test_t *test = *state;
    load_config (test, "auth\n    passwords = p\n");
    s_assert_security (test, HOLDS_PLAIN, HOLDS_PLAIN);
    load_config (test, "auth\n    passwords = p\n    certificate = router_secret\n    certificates = clients\n");
    s_assert_security (test, HOLDS_CURVE, HOLDS_CURVE);
    assert_string_equal (test->config->certificate, "router_secret");
    assert_string_equal (test->config->certificates, "clients");
    assert_string_equal (test->config->passwords, "p");
}

static void
each_socket_has_the_security_that_is_named (void **state)
{
    test_t *test = *state;
    load_config (test, "auth\n    passwords = p\n    certificate = r\n    certificates = c\n"
                 "frontend\n    security = plain\nbackend\n    security = auto\n");
    s_assert_security (test, HOLDS_PLAIN, HOLDS_CURVE);
    load_config (test, "auth\n    certificate = r\n    certificates = c\nfrontend\n    security = null\nbackend\n    security = curve\n");
    s_assert_security (test, HOLDS_NULL, HOLDS_CURVE);
    load_config (test, "backend\n    security = null\n    handover = 1\nfrontend\n    security = null\nauth\n    certificates = c\n");
    s_assert_security (test, HOLDS_NULL, HOLDS_NULL);
    assert_true (test->config->handover);
}

static void
security_that_does_not_fit_together_is_refused_in_its_line (void **state)
{
    test_t *test = *state;
    static const struct { const char *text; unsigned line; const char *words; } wrong [] = {
        { "frontend\n    security = curve\n", 2, "frontend/security: curve takes a key of the router" },
        { "log\nbackend\n    security = curve\n", 3, "backend/security: curve takes a key of the router" },
        { "auth\n    certificate = r\n", 2, "auth/certificate: curve takes the keys of those who may come in" },
        { "auth\n    certificate = r\nfrontend\n    security = curve\n", 4, "frontend/security: curve takes the keys" },
        { "auth\n    certificate = r\nfrontend\n    security = null\n", 2, "auth/certificate: curve takes the keys" },
        { "auth\n    admin = a\n    certificates = c\n", 3, "auth/certificates: takes a key of the router besides" },
        { "auth\n    passwords = p\n    certificates = c\n", 3, "auth/certificates: takes a key of the router" },
        { "backend\n    security = plain\n", 2, "backend/security: plain takes the passwords" },
        { "auth\n    certificate = r\n    certificates = c\nbackend\n    security = plain\n", 5, "plain takes the passwords" },
        { "permission\n    a\nbackend\n    handover = 1\n", 4, "backend/handover: lets each worker take another's requests" },
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++)
        assert_refused (test, wrong [index].text, wrong [index].line, wrong [index].words);
}

static void
addresses_and_admins_are_listed (void **state)
{
    test_t *test = *state;
    load_config (test, "auth\n    allow = 10.0.0.0/8\n    deny = ::1\n    allow = 192.168.1.7\n    admin = alice\nlog\nauth\n    admin = bob\n");
    assert_int_equal (test->config->allow_count, 2);
    assert_string_equal (test->config->allow [0], "10.0.0.0/8");
    assert_string_equal (test->config->allow [1], "192.168.1.7");
    assert_int_equal (test->config->deny_count, 1);
    assert_string_equal (test->config->deny [0], "::1");
    assert_int_equal (test->config->settings.permissions.admins, 2);
    assert_string_equal (test->config->settings.permissions.admin [1], "bob");
    load_config (test, "log\n");
    assert_int_equal (test->config->allow_count + test->config->deny_count, 0);
    assert_int_equal (test->config->settings.permissions.admins, 0);
}

//  ---- permissions

static const char s_permissions [] =
    "permission\n"
    "    alice\n        call = api.images\n        call = api.text.*\n        deny_call = api.text.secret\n        serve = api.alice.*\n"
    "    everyone\n        call = api.public.*\n"
    "    anonymous\n        call = api.time\n"
    "    bob\n        deny_serve = *\n";

static void
permission_sections_say_who_may_what (void **state)
{
    test_t *test = *state;
    assert_true (s_may (test, "anonymous", BUTLER_MAY_SERVE, "api.any"));
    load_config (test, s_permissions);
    assert_int_equal (test->config->settings.permissions.grants, 4);
    const butler_grant_t *alice = s_grant (test, 0), *bob = s_grant (test, 3);
    assert_string_equal (alice->user, "alice");
    assert_int_equal (alice->allow [BUTLER_MAY_CALL].count, 2);
    assert_string_equal (alice->allow [BUTLER_MAY_CALL].pattern [1], "api.text.*");
    assert_string_equal (alice->deny [BUTLER_MAY_CALL].pattern [0], "api.text.secret");
    assert_string_equal (alice->allow [BUTLER_MAY_SERVE].pattern [0], "api.alice.*");
    assert_int_equal (alice->deny [BUTLER_MAY_SERVE].count, 0);
    assert_string_equal (bob->deny [BUTLER_MAY_SERVE].pattern [0], "*");
    assert_true (s_may (test, "alice", BUTLER_MAY_CALL, "api.text.upper"));
    assert_false (s_may (test, "alice", BUTLER_MAY_CALL, "api.text.secret"));
    assert_true (s_may (test, "bob", BUTLER_MAY_CALL, "api.public.x"));
    assert_false (s_may (test, "anonymous", BUTLER_MAY_CALL, "api.public.x"));
    assert_false (s_may (test, "bob", BUTLER_MAY_SERVE, "api.alice.x"));
}

static void
user_whose_section_is_empty_may_nothing (void **state)
{
    test_t *test = *state;
    load_config (test, "permission\n    alice\nlog\n");
    assert_int_equal (test->config->settings.permissions.grants, 1);
    assert_false (s_may (test, "alice", BUTLER_MAY_CALL, "x"));
    load_config (test, "permission\n    alice");
    assert_int_equal (test->config->settings.permissions.grants, 1);
}

static void
sections_of_one_user_are_one (void **state)
{
    test_t *test = *state;
    load_config (test, "permission\n    alice\n        call = a\n    bob\n    alice\n        call = b\npermission\n    alice\n        call = a\n");
    assert_int_equal (test->config->settings.permissions.grants, 2);
    assert_int_equal (s_grant (test, 0)->allow [BUTLER_MAY_CALL].count, 3);
}

static void
users_may_have_any_name_that_a_file_can_have (void **state)
{
    test_t *test = *state;
    static const char *const names [] = { "NAME", "call", "permission", "\xd0\xb4\xd0\xbe\xd0\xbc", "a.b-c@example.org", "*" };
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        char *text = zsys_sprintf ("permission\n    %s\n        call = x\n", names [index]);
        load_config (test, text);
        free (text);
        assert_int_equal (test->config->settings.permissions.grants, 1);
        assert_string_equal (s_grant (test, 0)->user, names [index]);
        assert_int_equal (s_grant (test, 0)->allow [BUTLER_MAY_CALL].count, 1);
    }
    for (int size = 255; size <= 256; size++) {
        char *text = zsys_sprintf ("permission\n    %0*d\n        call = x\n", size, 0);
        if (size == 255)
            load_config (test, text);
        else
            assert_refused (test, text, 2, "is no user's name; it takes 1 to 255 bytes");
        free (text);
    }
}

static void
patterns_have_1_to_254_bytes (void **state)
{
    test_t *test = *state;
    for (int size = 253; size <= 255; size++) {
        char *text = zsys_sprintf ("permission\n    x\n        serve = %0*d\n", size, 0);
        if (size <= 254)
            load_config (test, text);
        else
            assert_refused (test, text, 3, "it takes 1 to 254 bytes of printable UTF-8");
        free (text);
    }
}

static void
patterns_of_reserved_names_alone_are_refused (void **state)
{
    test_t *test = *state;
    static const char *const wrong [] = { "butler.router", "butler.*", "mmi.*", "mmi.", "butler.*.x" };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        char *text = zsys_sprintf ("permission\n    x\n        call = %s\n", wrong [index]);
        assert_refused (test, text, 3, "matches reserved names alone, which begin with mmi. or butler.");
        free (text);
    }
    load_config (test, "permission\n    x\n        call = butler*\n        call = *mmi.x\n        call = mmi\n        call = *\n        call = api.butler.x\n");
    assert_int_equal (s_grant (test, 0)->allow [BUTLER_MAY_CALL].count, 5);
}

static void
permission_sections_that_are_wrong_are_refused_in_their_line (void **state)
{
    test_t *test = *state;
    static const struct { const char *text; unsigned line; const char *words; } wrong [] = {
        { "permission\n", 1, "permission: names no user; write NAME below it" },
        { "log\npermission\nlog\n", 2, "permission: names no user" },
        { "permission = 1\n", 1, "permission: is a section, which has no value of its own" },
        { "permission\n    alice = 1\n", 2, "permission/alice: belongs to a user; write his name" },
        { "permission\n    call = api.*\n", 2, "permission/call: belongs to a user; write his name" },
        { "permission\n    alice\n        call\n", 3, "permission/alice/call: has no value" },
        { "permission\n    alice\n        cal = x\n", 3, "there is no such key; permission/alice has call, serve, deny_call, deny_serve" },
        { "permission\n    alice\n        cal\n", 3, "permission/alice/cal: there is no such key" },
        { "permission\n    alice\n        call = x\n            y = 1\n", 4, "there is no such key; permission/alice has call" },
        { "permission\n    a/b\n        call = x\n", 2, "permission/a/b: 'a/b' is no user's name" },
        { "permission/a/b/call = x\n", 1, "permission/a/b/call: 'a/b' is no user's name; it takes 1 to 255 bytes" },
        { "permission\n    a\xff\n", 2, "is no user's name" },
        { "permission\n    a\n        call =\n", 3, "permission/a/call: '' is no pattern of services' names" },
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++)
        assert_refused (test, wrong [index].text, wrong [index].line, wrong [index].words);
}

//  ---- workers

static void
workers_have_keys_for_other_routers (void **state)
{
    test_t *test = *state;
    load_config (test, "butler_worker\n    service = x\n    run = cat\n    connect = tcp://h:1\n    key = worker_secret\n    router_key = 'a#b'\n"
                 "butler_worker\n    service = y\n    run = cat\n");
    assert_string_equal (test->config->worker [0].key, "worker_secret");
    assert_string_equal (test->config->worker [0].router_key, "a#b");
    assert_null (test->config->worker [1].key);
    assert_refused (test, "butler_worker\n    service = x\n    run = cat\n    key = k\n", 1, "butler_worker: has a key, and no other router");
    assert_refused (test, "butler_worker\n    service = x\n    run = cat\n    connect = tcp://h:1\n    router_key = k\n", 1,
                    "butler_worker: has a router's key, and none of its own; write key = FILE");
}

//  ---- before the first endpoint, and while a router runs

static void
program_may_set_security_before_the_first_endpoint (void **state)
{
    test_t *test = *state;
    butler_config_t *config = test->config;
    assert_int_equal (butler_config_check (config), 0);
    assert_int_equal (butler_config_set_early (config, "auth/certificate", "r"), 0);
    s_assert_security (test, HOLDS_CURVE, HOLDS_CURVE);
    assert_int_equal (butler_config_check (config), -1);
    assert_string_equal (butler_config_error (config),
        "auth/certificate: curve takes the keys of those who may come in; name their folder as auth/certificates");
    assert_int_equal (butler_config_set_early (config, "auth/certificates", "c"), 0);
    assert_int_equal (butler_config_check (config), 0);
    assert_int_equal (butler_config_set_early (config, "backend/security", "null"), 0);
    s_assert_security (test, HOLDS_CURVE, HOLDS_NULL);
    assert_int_equal (butler_config_set_early (config, "frontend/security", "plain"), 0);
    assert_int_equal (butler_config_check (config), -1);
    assert_int_equal (butler_config_set_early (config, "auth/passwords", "p"), 0);
    assert_int_equal (butler_config_set_early (config, "backend/handover", "1"), 0);
    assert_int_equal (butler_config_check (config), 0);
    assert_int_equal (butler_config_set_early (config, "router/heartbeat", "50"), 0);
    assert_int_equal (butler_config_set_early (config, "frontend/security", "none"), -1);
    assert_int_equal (butler_config_set_early (config, "server/workdir", "/"), -1);
    assert_int_equal (butler_config_set_early (config, "auth/admin", "alice"), -1);
    assert_int_equal (butler_config_set (config, "frontend/security", "null"), -1);
    s_assert_security (test, HOLDS_PLAIN, HOLDS_NULL);
}

//  The next file's configuration, after it has kept what it must; what that was is to be as named
static butler_config_t *
s_next (test_t *test, const char *text, const char *expected)
{
    butler_config_t *next = butler_config_new ();
    write_config (test, text, strlen (text));
    assert_int_equal (butler_config_load (next, test->file), 0);
    char *kept = butler_config_keep (next, test->config);
    if (expected)
        assert_string_equal (kept, expected);
    else
        assert_null (kept);
    free (kept);
    return next;
}

#define CURVE "auth\n    certificate = r\n    certificates = c\n"

static void
security_is_kept_until_a_restart_with_what_it_takes (void **state)
{
    test_t *test = *state;
    load_config (test, CURVE);
    butler_config_t *next = s_next (test, "log\n", "auth/certificate, frontend/security, backend/security, auth/certificates");
    assert_int_equal (next->security [0], HOLDS_CURVE);
    assert_string_equal (next->certificate, "r");
    assert_string_equal (next->certificates, "c");
    butler_config_destroy (&next);

    load_config (test, "log\n");
    next = s_next (test, CURVE, "auth/certificate, frontend/security, backend/security");
    assert_int_equal (next->security [0], HOLDS_NULL);
    assert_null (next->certificate);
    butler_config_destroy (&next);
    next = s_next (test, "auth\n    passwords = p\n", "frontend/security, backend/security");
    assert_int_equal (next->security [1], HOLDS_NULL);
    butler_config_destroy (&next);

    load_config (test, "auth\n    passwords = p\nfrontend\n    security = null\n");
    next = s_next (test, "log\n", "backend/security, auth/passwords");
    assert_string_equal (next->passwords, "p");
    assert_int_equal (next->security [1], HOLDS_PLAIN);
    butler_config_destroy (&next);
}

static void
who_may_come_in_and_what_changes_while_a_router_runs (void **state)
{
    test_t *test = *state;
    load_config (test, CURVE "permission\n    alice\n        call = a\n");
    butler_config_t *next = s_next (test, "auth\n    certificate = r\n    certificates = d\n    deny = ::1\n    admin = bob\n"
        "frontend\n    security = curve\npermission\n    bob\n        call = b\n", NULL);
    assert_string_equal (next->certificates, "d");
    assert_int_equal (next->deny_count, 1);
    assert_string_equal (next->settings.permissions.grant [0].user, "bob");
    butler_config_destroy (&next);
}

//  Handover can't be turned off in a socket that is bound, and leaves permissions no meaning
static void
permissions_beside_a_handover_that_is_kept_are_told (void **state)
{
    test_t *test = *state;
    load_config (test, "backend\n    handover = 1\n");
    butler_config_t *next = s_next (test, "auth\n    admin = bob\n" "permission\n    bob\n        call = b\n", "backend/handover, permission");
    assert_true (next->handover);
    assert_int_equal (next->settings.permissions.grants, 0);
    assert_int_equal (next->settings.permissions.admins, 1);
    butler_config_destroy (&next);
}

static void
keys_of_workers_are_kept_with_their_sections (void **state)
{
    test_t *test = *state;
    load_config (test, "butler_worker\n    service = x\n    run = cat\n    connect = tcp://h:1\n    key = a\n");
    butler_config_t *next = s_next (test, "butler_worker\n    service = x\n    run = cat\n    connect = tcp://h:1\n    key = b\n",
                                    "butler_worker");
    assert_string_equal (next->worker [0].key, "a");
    butler_config_destroy (&next);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (sockets_have_no_security_by_default),
        TEST (security_is_what_the_files_are_there_for_where_none_is_named),
        TEST (each_socket_has_the_security_that_is_named),
        TEST (security_that_does_not_fit_together_is_refused_in_its_line),
        TEST (addresses_and_admins_are_listed),
        TEST (permission_sections_say_who_may_what),
        TEST (user_whose_section_is_empty_may_nothing),
        TEST (sections_of_one_user_are_one),
        TEST (users_may_have_any_name_that_a_file_can_have),
        TEST (patterns_have_1_to_254_bytes),
        TEST (patterns_of_reserved_names_alone_are_refused),
        TEST (permission_sections_that_are_wrong_are_refused_in_their_line),
        TEST (workers_have_keys_for_other_routers),
        TEST (program_may_set_security_before_the_first_endpoint),
        TEST (security_is_kept_until_a_restart_with_what_it_takes),
        TEST (who_may_come_in_and_what_changes_while_a_router_runs),
        TEST (permissions_beside_a_handover_that_is_kept_are_told),
        TEST (keys_of_workers_are_kept_with_their_sections),
    };
    return cmocka_run_group_tests_name ("config_security", tests, NULL, NULL);
}
