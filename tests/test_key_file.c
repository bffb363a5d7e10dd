/*  test_key_file.c - a secret key is taken from a file that others can't read, and from no other
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "auth/butler_key_file.h"
#include "auth_fixture.h"

//  FOLDER/name, which lives as long as the block that it stands in
#define IN(test, name) s_in (test, name, (char [64]) { 0 })

static const char *
s_in (const auth_test_t *test, const char *name, char path [64])
{
    snprintf (path, 64, "%s/%s", test->folder, name);
    return path;
}

//  And nothing of the secret is in the text
static void
assert_key_refused (const char *file, const char *words, const char *secret)
{
    char *fault = NULL;
    butler_certificate_t untouched;
    assert_int_equal (butler_key_file_load (&untouched, file, &fault), -1);
    assert_non_null (fault);
    if (!strstr (fault, words) || !strstr (fault, file) || strstr (fault, secret))
        fail_msg ("'%s' is to have '%s'", fault, words);
    zstr_free (&fault);
}

static void
assert_key_loaded (const char *file, zcert_t *expected, const char *router_key)
{
    char *fault = NULL;
    butler_certificate_t loaded;
    if (butler_key_file_load (&loaded, file, &fault))
        fail_msg ("%s", fault);
    assert_string_equal (loaded.public_key, zcert_public_txt (expected));
    assert_string_equal (loaded.secret_key, zcert_secret_txt (expected));
    assert_string_equal (loaded.router_key, router_key);
    butler_certificate_wipe (&loaded);
}

static void
secret_key_is_loaded_by_either_name (void **state)
{
    auth_test_t *test = *state;
    zcert_t *other = zcert_new ();
    const char *key = zcert_public_txt (other);
    zcert_set_meta (test->router, "router", "%s", key);
    assert_int_equal (zcert_save (test->router, IN (test, "router")), 0);
    assert_int_equal (chmod (IN (test, "router_secret"), 0600), 0);
    assert_key_loaded (IN (test, "router"), test->router, key);
    assert_key_loaded (IN (test, "router_secret"), test->router, key);
    assert_int_equal (chmod (IN (test, "router_secret"), 0640), 0);
    assert_key_loaded (IN (test, "router"), test->router, key);
    zcert_destroy (&other);
}

static void
file_that_others_can_read_is_refused_with_the_remedy (void **state)
{
    auth_test_t *test = *state;
    const char *secret = zcert_secret_txt (test->router);
    char remedy [128];
    assert_int_equal (zcert_save (test->router, IN (test, "router")), 0);
    assert_int_equal (chmod (IN (test, "router_secret"), 0604), 0);
    snprintf (remedy, sizeof remedy, "can be read by others; chmod 600 %s", IN (test, "router_secret"));
    assert_key_refused (IN (test, "router_secret"), remedy, secret);
    assert_key_refused (IN (test, "router"), remedy, secret);
}

static void
what_has_no_secret_key_is_refused (void **state)
{
    auth_test_t *test = *state;
    const char *secret = zcert_secret_txt (test->router);
    assert_int_equal (zcert_save_public (test->router, IN (test, "alice")), 0);
    for (mode_t mode = 0600; mode <= 0644; mode += 044) {
        assert_int_equal (chmod (IN (test, "alice"), mode), 0);
        assert_key_refused (IN (test, "alice"), "has no secret key", secret);
    }
    own_folder_write (IN (test, "text"), secret, 0600);
    assert_key_refused (IN (test, "text"), "is no certificate", secret);
    assert_key_refused (IN (test, "none"), "No such file", secret);
    assert_key_refused (test->keys, "is no regular file", secret);
    assert_int_equal (mkfifo (IN (test, "fifo"), 0600), 0);
    assert_key_refused (IN (test, "fifo"), "is no regular file", secret);
}

static void
keys_that_do_not_belong_together_are_refused (void **state)
{
    auth_test_t *test = *state;
    char text [256];
    zcert_t *other = zcert_new ();
    snprintf (text, sizeof text, "curve\n    public-key = \"%s\"\n    secret-key = \"%s\"\n", zcert_public_txt (other),
              zcert_secret_txt (test->router));
    own_folder_write (IN (test, "mixed"), text, 0600);
    assert_key_refused (IN (test, "mixed"), "do not belong together", zcert_secret_txt (test->router));
    zcert_destroy (&other);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        AUTH_TEST (secret_key_is_loaded_by_either_name),
        AUTH_TEST (file_that_others_can_read_is_refused_with_the_remedy),
        AUTH_TEST (what_has_no_secret_key_is_refused),
        AUTH_TEST (keys_that_do_not_belong_together_are_refused)
    };
    zsys_init ();
    return cmocka_run_group_tests_name ("key_file", tests, NULL, NULL);
}
