/*  test_passwords.c - a file of users and passwords, and what may stand in it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "auth/butler_passwords.h"
#include "auth_fixture.h"

static butler_passwords_t *
s_passwords (auth_test_t *test, const char *text)
{
    char *fault = NULL;
    own_folder_write (test->passwords, text, 0600);
    butler_passwords_t *passwords = butler_passwords_new (test->passwords, &fault);
    if (!passwords)
        fail_msg ("%s", fault);
    return passwords;
}

static bool
s_match (butler_passwords_t *passwords, const char *user, const char *password)
{
    return butler_passwords_match (passwords, butler_span_string (user), butler_span_string (password));
}

static void
password_of_another_or_of_nobody_does_not_match (void **state)
{
    butler_passwords_t *passwords = s_passwords (*state, "a=1\nb = two words # and more = \n");
    assert_true (s_match (passwords, "a", "1"));
    assert_true (s_match (passwords, "b", "two words # and more ="));
    assert_false (s_match (passwords, "a", "two words # and more ="));
    assert_false (s_match (passwords, "a", ""));
    assert_false (s_match (passwords, "", ""));
    assert_false (s_match (passwords, "c", ""));
    assert_false (s_match (passwords, "c", "1"));
    assert_false (butler_passwords_match (passwords, butler_span_string ("a"), butler_span ("1\0", 2)));
    assert_false (butler_passwords_match (passwords, butler_span ("a\0", 2), butler_span_string ("1")));
    char large [300];
    memset (large, '1', sizeof large);
    assert_false (butler_passwords_match (passwords, butler_span_string ("a"), butler_span (large, sizeof large)));
    assert_false (butler_passwords_match (passwords, butler_span (large, sizeof large), butler_span_string ("1")));
    assert_true (butler_passwords_have (passwords, butler_span_string ("a")));
    assert_false (butler_passwords_have (passwords, butler_span_string ("c")));
    assert_int_equal (butler_passwords_count (passwords), 2);
    butler_passwords_destroy (&passwords);
}

static void
line_that_is_wrong_is_told_by_its_number_alone (void **state)
{
    auth_test_t *test = *state;
    static const struct { const char *text, *words; } wrong [] = {
        { "hunter2\n", "line 1 is no NAME=PASSWORD" }, { "a=1\n\n#\n=hunter2\n", "line 4 has no name" },
        { "a=1\na=hunter2\n", "line 2 has a name that an earlier line has" }, { "a=1\nhunter2=\n", "line 2 has no password" },
        { "everyone=hunter2", "line 1 has a name that no user can have" },
        { "anonymous = hunter2", "line 1 has a name that no user can have" }
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        char *fault = NULL;
        own_folder_write (test->passwords, wrong [index].text, 0600);
        assert_null (butler_passwords_new (test->passwords, &fault));
        if (!strstr (fault, wrong [index].words) || strstr (fault, "hunter2"))
            fail_msg ("'%s' is to have '%s'", fault, wrong [index].words);
        zstr_free (&fault);
    }
}

static void
look_sees_what_has_changed (void **state)
{
    auth_test_t *test = *state;
    butler_passwords_t *passwords = s_passwords (test, "a=1\nb=2\n");
    assert_int_equal (butler_passwords_look (passwords), 0);
    own_folder_write (test->passwords, "#  the same\nb=2\na=1\n", 0600);
    assert_int_equal (butler_passwords_look (passwords), 0);
    own_folder_write (test->passwords, "a=1\nb=3\n", 0600);
    assert_int_equal (butler_passwords_look (passwords), BUTLER_LOOK_CHANGED);
    assert_true (s_match (passwords, "b", "3"));
    assert_false (s_match (passwords, "b", "2"));
    own_folder_write (test->passwords, "nonsense", 0600);
    assert_int_equal (butler_passwords_look (passwords), 0);
    assert_true (s_match (passwords, "b", "3"));
    assert_int_equal (butler_passwords_look (passwords), BUTLER_LOOK_CHANGED | BUTLER_LOOK_SKIPPED);
    assert_false (s_match (passwords, "b", "3"));
    assert_int_equal (butler_passwords_look (passwords), 0);
    char *skipped = butler_passwords_skipped (passwords);
    assert_non_null (strstr (skipped, "line 1 is no NAME=PASSWORD"));
    zstr_free (&skipped);
    assert_null (butler_passwords_skipped (passwords));
    own_folder_write (test->passwords, "b=3\n", 0600);
    assert_int_equal (butler_passwords_look (passwords), BUTLER_LOOK_CHANGED);
    assert_true (s_match (passwords, "b", "3"));
    butler_passwords_destroy (&passwords);
}

//  As one is that a program empties before it writes
static void
empty_file_counts_at_the_second_look (void **state)
{
    auth_test_t *test = *state;
    butler_passwords_t *passwords = s_passwords (test, "a=1\n");
    own_folder_write (test->passwords, "", 0600);
    assert_int_equal (butler_passwords_look (passwords), 0);
    assert_true (s_match (passwords, "a", "1"));
    own_folder_write (test->passwords, "a=1\nb=2\n", 0600);
    assert_int_equal (butler_passwords_look (passwords), BUTLER_LOOK_CHANGED);
    own_folder_write (test->passwords, "", 0600);
    assert_int_equal (butler_passwords_look (passwords), 0);
    assert_int_equal (butler_passwords_look (passwords), BUTLER_LOOK_CHANGED);
    assert_false (s_match (passwords, "a", "1"));
    assert_int_equal (butler_passwords_look (passwords), 0);
    assert_null (butler_passwords_skipped (passwords));
    butler_passwords_destroy (&passwords);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        AUTH_TEST (password_of_another_or_of_nobody_does_not_match),
        AUTH_TEST (line_that_is_wrong_is_told_by_its_number_alone),
        AUTH_TEST (look_sees_what_has_changed),
        AUTH_TEST (empty_file_counts_at_the_second_look)
    };
    zsys_init ();
    return cmocka_run_group_tests_name ("passwords", tests, NULL, NULL);
}
