/*  test_keyring.c - a folder of certificates, and what becomes of it while it is looked at
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "auth/butler_keyring.h"
#include "auth_fixture.h"
#include "checked_build.h"

static butler_keyring_t *
s_keyring (auth_test_t *test)
{
    char *fault = NULL;
    butler_keyring_t *keyring = butler_keyring_new (test->keys, &fault);
    if (!keyring)
        fail_msg ("%s", fault);
    return keyring;
}

//  "": nobody's
static void
assert_owner (butler_keyring_t *keyring, const char *key, const char *expected)
{
    char name [BUTLER_USER_SIZE] = "";
    const int rc = butler_keyring_find (keyring, butler_span_string (key), name);
    assert_int_equal (rc, *expected? 0: -1);
    assert_string_equal (name, expected);
}

static void
s_path (const auth_test_t *test, const char *name, char path [320])
{
    snprintf (path, 320, "%s/%s", test->keys, name);
}

static void
s_save (const auth_test_t *test, zcert_t *cert, const char *name)
{
    char path [320];
    s_path (test, name, path);
    assert_int_equal (zcert_save_public (cert, path), 0);
}

static void
what_is_not_a_users_is_passed_over (void **state)
{
    auth_test_t *test = *state;
    char path [320];
    zcert_t *cert = zcert_new ();
    s_save (test, cert, ".hidden");
    s_save (test, cert, "alice_secret");
    s_save (test, cert, "alice~");
    s_path (test, "folder", path);
    assert_int_equal (mkdir (path, 0755), 0);
    butler_keyring_t *keyring = s_keyring (test);
    assert_owner (keyring, zcert_public_txt (cert), "");
    assert_int_equal (butler_keyring_look (keyring), 0);
    assert_null (butler_keyring_skipped (keyring));
    butler_keyring_destroy (&keyring);
    zcert_destroy (&cert);
}

//  Not at the first look: it may just be being written
static void
what_is_no_certificate_is_told_once (void **state)
{
    auth_test_t *test = *state;
    char path [320];
    zcert_t *cert = zcert_new ();
    s_path (test, "README", path);
    own_folder_write (path, "Put certificates here\n", 0644);
    butler_keyring_t *keyring = s_keyring (test);
    assert_null (butler_keyring_skipped (keyring));
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_SKIPPED);
    char *skipped = butler_keyring_skipped (keyring);
    assert_non_null (strstr (skipped, "/keys/README: is no certificate"));
    zstr_free (&skipped);
    s_save (test, cert, "everyone");
    s_save (test, cert, "anonymous");
    assert_int_equal (butler_keyring_look (keyring), 0);
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_SKIPPED);
    skipped = butler_keyring_skipped (keyring);
    assert_non_null (strstr (skipped, "has a name that no user can have"));
    assert_non_null (strstr (skipped, "; and 1 more there"));
    zstr_free (&skipped);
    for (int count = 0; count < 5; count++)
        assert_int_equal (butler_keyring_look (keyring), 0);
    assert_owner (keyring, zcert_public_txt (cert), "");
    butler_keyring_destroy (&keyring);
    zcert_destroy (&cert);
}

//  Also where time and size of the file tell nothing
static void
key_that_is_replaced_in_its_file_is_out (void **state)
{
    auth_test_t *test = *state;
    zcert_t *old = auth_add_key (test, "alice");
    butler_keyring_t *keyring = s_keyring (test);
    assert_owner (keyring, zcert_public_txt (old), "alice");
    for (int count = 0; count < 20; count++) {
        zcert_t *new = auth_add_key (test, "alice");
        assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED);
        assert_owner (keyring, zcert_public_txt (new), "alice");
        assert_owner (keyring, zcert_public_txt (old), "");
        zcert_destroy (&old);
        old = new;
    }
    assert_int_equal (butler_keyring_look (keyring), 0);
    butler_keyring_destroy (&keyring);
    zcert_destroy (&old);
}

//  A file that is cut off keeps its key for one look
static void
file_may_be_seen_half_written (void **state)
{
    auth_test_t *test = *state;
    char path [320];
    zcert_t *alice = auth_add_key (test, "alice");
    butler_keyring_t *keyring = s_keyring (test);
    s_path (test, "alice", path);
    own_folder_write (path, "curve\n", 0644);
    assert_int_equal (butler_keyring_look (keyring), 0);
    s_save (test, alice, "alice");
    assert_int_equal (butler_keyring_look (keyring), 0);
    assert_owner (keyring, zcert_public_txt (alice), "alice");
    own_folder_write (path, "curve\n", 0644);
    assert_int_equal (butler_keyring_look (keyring), 0);
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED | BUTLER_LOOK_SKIPPED);
    assert_owner (keyring, zcert_public_txt (alice), "");
    butler_keyring_destroy (&keyring);
    zcert_destroy (&alice);
}

static void
key_of_two_files_is_the_first_ones (void **state)
{
    auth_test_t *test = *state;
    zcert_t *cert = auth_add_key (test, "alice");
    s_save (test, cert, "alfred");
    butler_keyring_t *keyring = s_keyring (test);
    assert_owner (keyring, zcert_public_txt (cert), "alfred");
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_SKIPPED);
    char *skipped = butler_keyring_skipped (keyring);
    assert_non_null (strstr (skipped, "/alice: has the same key as alfred"));
    zstr_free (&skipped);
    auth_remove_key (test, "alfred");
    assert_int_equal (butler_keyring_look (keyring) & BUTLER_LOOK_CHANGED, BUTLER_LOOK_CHANGED);
    assert_owner (keyring, zcert_public_txt (cert), "alice");
    butler_keyring_destroy (&keyring);
    zcert_destroy (&cert);
}

static void
folder_that_is_gone_has_nobody_in_it (void **state)
{
    auth_test_t *test = *state;
    char away [64];
    zcert_t *alice = auth_add_key (test, "alice");
    butler_keyring_t *keyring = s_keyring (test);
    snprintf (away, sizeof away, "%s/away", test->folder);
    assert_int_equal (rename (test->keys, away), 0);
    assert_int_equal (butler_keyring_look (keyring), 0);
    assert_owner (keyring, zcert_public_txt (alice), "alice");
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED | BUTLER_LOOK_SKIPPED);
    assert_owner (keyring, zcert_public_txt (alice), "");
    assert_int_equal (butler_keyring_look (keyring), 0);
    assert_int_equal (rename (away, test->keys), 0);
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED);
    assert_owner (keyring, zcert_public_txt (alice), "alice");
    char *skipped = butler_keyring_skipped (keyring);
    assert_non_null (strstr (skipped, "/keys: No such file or directory"));
    zstr_free (&skipped);
    butler_keyring_destroy (&keyring);
    zcert_destroy (&alice);
}

static void
ten_thousand_keys_are_found_without_the_folder (void **state)
{
    auth_test_t *test = *state;
    const int count = CHECKED_BUILD? 500: 10000;
    char path [320], text [128], name [BUTLER_USER_SIZE];
    uint8_t key [32] = { 1 };
    char z85 [41];
    for (int index = 0; index < count; index++) {
        memcpy (key + 8, &index, sizeof index);
        zmq_z85_encode (z85, key, 32);
        snprintf (path, sizeof path, "%s/user-%d", test->keys, index);
        snprintf (text, sizeof text, "curve\n    public-key = \"%s\"\n", z85);
        own_folder_write (path, text, 0644);
    }
    butler_keyring_t *keyring = s_keyring (test);
    assert_owner (keyring, z85, path + strlen (test->keys) + 1);
    const int64_t begin = zclock_usecs ();
    for (int index = 0; index < 100000; index++)
        assert_int_equal (butler_keyring_find (keyring, butler_span_string (z85), name), 0);
    if (!CHECKED_BUILD)
        assert_true (zclock_usecs () - begin < 5000000);    //  50 us each: far less, and no folder read in it
    unlink (path);
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED);
    assert_owner (keyring, z85, "");
    butler_keyring_destroy (&keyring);
}

static void
users_are_known_by_name_too (void **state)
{
    auth_test_t *test = *state;
    char path [320];
    butler_keyring_t *keyring = s_keyring (test);
    assert_false (butler_keyring_have (keyring, "alice"));
    zcert_t *alice = auth_add_key (test, "alice"), *bob = auth_add_key (test, "bob");
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED);
    assert_true (butler_keyring_have (keyring, "alice"));
    assert_true (butler_keyring_have (keyring, "bob"));
    assert_int_equal (butler_keyring_count (keyring), 2);
    assert_false (butler_keyring_have (keyring, "alic"));
    assert_false (butler_keyring_have (keyring, ""));
    s_path (test, "alice", path);
    unlink (path);
    assert_int_equal (butler_keyring_look (keyring), BUTLER_LOOK_CHANGED);
    assert_false (butler_keyring_have (keyring, "alice"));
    assert_int_equal (butler_keyring_count (keyring), 1);
    butler_keyring_destroy (&keyring);
    zcert_destroy (&alice);
    zcert_destroy (&bob);
}

static void
key_of_any_bytes_is_nobodys (void **state)
{
    auth_test_t *test = *state;
    zcert_t *alice = auth_add_key (test, "alice");
    char name [BUTLER_USER_SIZE];
    butler_keyring_t *keyring = s_keyring (test);
    assert_int_equal (butler_keyring_find (keyring, butler_span (NULL, 0), name), -1);
    assert_int_equal (butler_keyring_find (keyring, butler_span_string ("alice"), name), -1);
    assert_int_equal (butler_keyring_find (keyring, butler_span (zcert_public_txt (alice), 39), name), -1);
    assert_int_equal (butler_keyring_find (keyring, butler_span (zcert_public_txt (alice), 41), name), -1);
    butler_keyring_destroy (&keyring);
    zcert_destroy (&alice);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        AUTH_TEST (what_is_not_a_users_is_passed_over),
        AUTH_TEST (what_is_no_certificate_is_told_once),
        AUTH_TEST (key_that_is_replaced_in_its_file_is_out),
        AUTH_TEST (file_may_be_seen_half_written),
        AUTH_TEST (key_of_two_files_is_the_first_ones),
        AUTH_TEST (folder_that_is_gone_has_nobody_in_it),
        AUTH_TEST (ten_thousand_keys_are_found_without_the_folder),
        AUTH_TEST (users_are_known_by_name_too),
        AUTH_TEST (key_of_any_bytes_is_nobodys)
    };
    zsys_init ();
    return cmocka_run_group_tests_name ("keyring", tests, NULL, NULL);
}
