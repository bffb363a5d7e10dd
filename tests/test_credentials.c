/*  test_credentials.c - what a client or worker shows to a router
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "secure_router.h"
#include "auth/butler_credentials.h"

static int
s_setup (void **state)
{
    secure_router_t *self = calloc (1, sizeof *self);
    secure_router_init (self);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    secure_router_fini (*state);
    free (*state);
    return 0;
}

//  Made of this, it is refused, and the fault says so
static void
assert_refused (butler_credentials_t *credentials, char *fault, const char *says)
{
    assert_null (credentials);
    assert_non_null (fault);
    if (!strstr (fault, says))
        fail_msg ("'%s' does not say '%s'", fault, says);
    free (fault);
}

static void
s_refuse_curve (const char *file, const char *router, const char *says)
{
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_curve (file, router, &fault);
    assert_refused (credentials, fault, says);
}

static void
s_refuse_plain (const char *user, const char *password, const char *says)
{
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_plain (user, password, &fault);
    assert_refused (credentials, fault, says);
}

static void
s_accept_curve (const secure_router_t *self, const char *router)
{
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_curve (self->known_file, router, &fault);
    assert_null (fault);
    assert_int_equal (butler_credentials_security (credentials), BUTLER_SECURITY_CURVE);
    assert_string_equal (butler_credentials_who (credentials), zcert_public_txt (self->known));
    assert_string_equal (butler_credentials_router (credentials), zcert_public_txt (self->router));
    butler_credentials_destroy (&credentials);
    assert_null (credentials);
    butler_credentials_destroy (&credentials);
}

static void
router_is_known_by_key_by_file_or_by_the_key_s_own_file (void **state)
{
    secure_router_t *self = *state;
    char file [96];
    snprintf (file, sizeof file, "%s/router", self->folder);
    zcert_save (self->router, file);
    s_accept_curve (self, NULL);
    s_accept_curve (self, zcert_public_txt (self->router));
    s_accept_curve (self, file);
}

//  Where the file beside it has a secret key, its public one is asked for
static void
router_that_is_none_is_refused (void **state)
{
    secure_router_t *self = *state;
    char file [96];
    snprintf (file, sizeof file, "%s/passwords", self->folder);
    s_refuse_curve (self->known_file, file, "has no public key");
    s_refuse_curve (self->known_file, "", "neither a file nor a key");
    s_refuse_curve (self->known_file, "too short", "neither a file nor a key");
    s_refuse_curve (self->known_file, "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", "neither a file nor a key");
    zcert_t *cert = zcert_new ();
    snprintf (file, sizeof file, "%s/alone", self->folder);
    zcert_save (cert, file);
    strcat (file, "_secret");
    chmod (file, 0600);
    s_refuse_curve (file, NULL, "does not say which router");
    zcert_set_meta (cert, "router", "nonsense");
    zcert_save_secret (cert, file);
    chmod (file, 0600);
    s_refuse_curve (file, NULL, "what it says of its router is no key");
    zcert_destroy (&cert);
}

static void
key_that_is_no_secret_is_refused (void **state)
{
    secure_router_t *self = *state;
    char file [96];
    snprintf (file, sizeof file, "%s/clients/known", self->folder);
    s_refuse_curve (file, NULL, file);          //  a public one, given by mistake
    chmod (self->known_file, 0644);
    s_refuse_curve (self->known_file, NULL, "chmod 600");
    s_refuse_curve ("/nonexistent", NULL, "/nonexistent");
    s_refuse_curve ("", NULL, "empty");
    s_refuse_curve (NULL, NULL, "empty");
}

static void
names_and_passwords_have_their_limits (void **state)
{
    (void) state;
    char longest [257];
    memset (longest, 'x', 256);
    longest [256] = 0;
    s_refuse_plain (longest, "p", "255 bytes");
    s_refuse_plain ("u", longest, "255 bytes");
    s_refuse_plain ("", "p", "name is empty");
    s_refuse_plain (NULL, "p", "name is empty");
    s_refuse_plain ("u", "", "password is empty");
    s_refuse_plain ("u", NULL, "password is empty");
    longest [255] = 0;
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_plain (longest, longest, &fault);
    zsock_t *socket = zsock_new (ZMQ_DEALER);
    butler_credentials_apply (credentials, zsock_resolve (socket));
    butler_credentials_apply (NULL, zsock_resolve (socket));
    char user [256];
    size_t size = sizeof user;
    assert_int_equal (zmq_getsockopt (zsock_resolve (socket), ZMQ_PLAIN_USERNAME, user, &size), 0);
    assert_string_equal (user, longest);
    assert_string_equal (butler_credentials_who (credentials), longest);
    assert_string_equal (butler_credentials_who (NULL), "");
    assert_int_equal (butler_credentials_security (NULL), BUTLER_SECURITY_NULL);
    zsock_destroy (&socket);
    butler_credentials_destroy (&credentials);
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (router_is_known_by_key_by_file_or_by_the_key_s_own_file),
        S_TEST (router_that_is_none_is_refused),
        S_TEST (key_that_is_no_secret_is_refused),
        S_TEST (names_and_passwords_have_their_limits),
    };
    return cmocka_run_group_tests_name ("credentials", tests, NULL, NULL);
}
