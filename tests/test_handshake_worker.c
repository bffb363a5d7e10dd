/*  test_handshake_worker.c - workers that routers let in, and workers that they don't
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "secure_router.h"
#include <errno.h>
#include "butler_service.h"
#include "butler_worker.h"
#include "checked_build.h"
#include "peers/butler_link.h"

#define SOON (CHECKED_BUILD? 8000: 4000)    //  ms within which a failure is told: at once, but on a busy machine
#define NO_REASON "something else listens there"    //  is said where a router hung up without one

typedef struct {
    secure_router_t secure;
    zsock_t *router;
    butler_service_t *service;
    zactor_t *worker;
} self_t;

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    secure_router_init (&self->secure);
    self->service = butler_service_new ("api.test");
    self->worker = zactor_new (butler_worker, self->service);
    zsock_set_rcvtimeo (self->worker, PATIENCE);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    zsock_set_rcvtimeo (self->worker, -1);      //  zactor_destroy waits with it
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    zsock_destroy (&self->router);
    secure_router_fini (&self->secure);
    free (self);
    return 0;
}

//  READY, from whichever connection
static void
s_expect_ready (self_t *self)
{
    zmsg_t *message = raw_router_recv (self->router);
    assert_int_equal (zframe_data (frame_at (message, 1)) [0], 1);
    zmsg_destroy (&message);
}

static void
s_say (self_t *self, const char *command, const char *first, const char *second, const char *answered)
{
    zstr_sendx (self->worker, command, first, second, NULL);
    char *answer = zstr_recv (self->worker);
    assert_non_null (answer);
    if (strncmp (answer, answered, strlen (answered)))
        fail_msg ("'%s' does not begin with '%s'", answer, answered);
    zstr_free (&answer);
}

//  What STATS says of the only router; the caller frees it. NULL: it says nothing of the kind
static char *
s_stat (self_t *self, const char *name)
{
    zstr_sendx (self->worker, "STATS", NULL);
    char *text = zstr_recv (self->worker);
    assert_non_null (text);
    assert_null (strstr (text, SECURE_PASSWORD));
    assert_null (strstr (text, zcert_secret_txt (self->secure.known)));
    json_t *stats = json_loads (text, 0, NULL);
    const char *value = json_string_value (json_object_get (json_array_get (json_object_get (stats, "routers"), 0), name));
    char *copy = value? strdup (value): NULL;
    json_decref (stats);
    zstr_free (&text);
    return copy;
}

static void
s_expect_failure (self_t *self, const char *says)
{
    const int64_t begun = zclock_mono ();
    char *failed = NULL;
    while (!failed || !strstr (failed, says)) {
        free (failed);
        failed = s_stat (self, "failed");
        assert_in_range (zclock_mono () - begun, 0, SOON);
        zclock_sleep (5);
    }
    assert_non_null (strstr (failed, self->secure.endpoint));
    free (failed);
}

static void
actor_that_is_let_in_registers (void **state)
{
    self_t *self = *state;
    self->router = secure_router_open (&self->secure, CURVE, false);
    s_say (self, "CURVE", self->secure.known_file, NULL, "OK");
    s_say (self, "CONNECT", self->secure.endpoint, NULL, "OK");
    s_expect_ready (self);
    assert_null (s_stat (self, "failed"));
}

static void
actor_tells_why_it_is_not_and_goes_on_trying (void **state)
{
    self_t *self = *state;
    self->router = secure_router_open (&self->secure, PLAIN, false);
    s_say (self, "CONNECT", self->secure.endpoint, NULL, "OK");
    s_expect_failure (self, "none was given");
    s_say (self, "PLAIN", SECURE_USER, "wrong-" SECURE_PASSWORD, "OK");
    s_expect_failure (self, "or the password is another");
    s_say (self, "PLAIN", SECURE_USER, SECURE_PASSWORD, "OK");
    s_expect_ready (self);
    zsock_destroy (&self->router);
    self->router = secure_router_open (&self->secure, CURVE, true);
    s_expect_failure (self, "asks for a key (CURVE)");
    s_say (self, "CURVE", self->secure.unknown_file, NULL, "OK");
    s_expect_failure (self, "does not know this key");
    s_say (self, "CURVE", self->secure.known_file, zcert_public_txt (self->secure.unknown), "OK");
    s_expect_failure (self, "public key is not");
    s_say (self, "CURVE", self->secure.known_file, NULL, "OK");
    s_expect_ready (self);
}

static void
wrong_credentials_are_refused (void **state)
{
    self_t *self = *state;
    s_say (self, "CURVE", "/nonexistent", NULL, "ERROR ");
    s_say (self, "CURVE", NULL, NULL, "ERROR CURVE takes: KEYFILE [ROUTERKEY]");
    s_say (self, "PLAIN", SECURE_USER, NULL, "ERROR PLAIN takes: USER PASSWORD");
    s_say (self, "PLAIN", "", SECURE_PASSWORD, "ERROR the user's name is empty");
}

//  Its pauses grow from nothing
static void
router_that_was_corrected_gets_it (void **state)
{
    self_t *self = *state;
    self->router = secure_router_open (&self->secure, OPEN, false);
    s_say (self, "CURVE", self->secure.known_file, NULL, "OK");
    s_say (self, "CONNECT", self->secure.endpoint, NULL, "OK");
    s_expect_failure (self, "has no security");
    zsock_destroy (&self->router);
    self->router = secure_router_open (&self->secure, CURVE, true);
    s_expect_ready (self);
}

//  ---- as an object

//  A router may hang up before it can be seen what it asks for, but not each time
static void
s_expect_error (self_t *self, butler_worker_t *worker, const char *says)
{
    const int64_t begun = zclock_mono ();
    do {
        errno = 0;
        assert_null (butler_worker_recv (worker, NULL));
        assert_int_equal (errno, EACCES);
        assert_in_range (zclock_mono () - begun, 0, SOON);
    } while (strstr (butler_worker_error (worker), NO_REASON) && !strstr (butler_worker_error (worker), says));
    assert_non_null (strstr (butler_worker_error (worker), says));
    assert_non_null (strstr (butler_worker_error (worker), self->secure.endpoint));
}

static void
object_tells_once_why_it_is_not_let_in (void **state)
{
    self_t *self = *state;
    self->router = secure_router_open (&self->secure, CURVE, false);
    butler_worker_t *worker = butler_worker_new (NULL, "api.test");
    assert_non_null (worker);
    assert_null (butler_worker_error (worker));
    butler_worker_set_timeout (worker, PATIENCE);
    assert_int_equal (butler_worker_connect (worker, self->secure.endpoint), 0);
    s_expect_error (self, worker, "none was given");
    butler_worker_set_timeout (worker, 300);
    assert_null (butler_worker_recv (worker, NULL));
    assert_int_equal (errno, EAGAIN);
    assert_int_equal (butler_worker_set_curve (worker, "/nonexistent", NULL), -1);
    assert_int_equal (errno, EINVAL);
    assert_non_null (strstr (butler_worker_error (worker), "/nonexistent"));
    assert_int_equal (butler_worker_set_plain (worker, "", "p"), -1);
    assert_string_equal (butler_worker_error (worker), "the user's name is empty");
    butler_worker_set_timeout (worker, PATIENCE);
    assert_int_equal (butler_worker_set_plain (worker, SECURE_USER, SECURE_PASSWORD), 0);
    s_expect_error (self, worker, "no security, or asks for a key (CURVE)");
    assert_int_equal (butler_worker_set_curve (worker, self->secure.known_file, NULL), 0);
    s_expect_ready (self);
    assert_int_equal (butler_worker_connect (worker, "nonsense"), -1);
    assert_non_null (strstr (butler_worker_error (worker), "can't connect to 'nonsense'"));
    butler_worker_destroy (&worker);
}

//  ---- the link alone

static void
link_pauses_as_for_a_router_that_is_dead (void **state)
{
    self_t *self = *state;
    self->router = secure_router_open (&self->secure, CURVE, false);
    butler_link_t *link = butler_link_new (self->secure.endpoint, "api.test");
    int64_t now = 1000000;
    assert_int_equal (butler_link_start (link, now), 0);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_link_state (link) != BUTLER_LINK_PAUSING) {
        assert_true (zclock_mono () < limit);
        butler_link_tick (link, now);
        zclock_sleep (1);
    }
    assert_int_equal (butler_link_epoch (link), 2);     //  the first was tried again at once
    assert_non_null (strstr (butler_link_failed (link), "none was given"));
    butler_link_tick (link, now + 700);
    assert_int_equal (butler_link_epoch (link), 2);
    char *fault = NULL;
    butler_credentials_t *credentials = butler_credentials_curve (self->secure.known_file, NULL, &fault);
    butler_link_set_credentials (link, credentials);
    butler_link_tick (link, now + 700);
    assert_int_equal (butler_link_epoch (link), 3);
    s_expect_ready (self);
    butler_link_destroy (&link);
    butler_credentials_destroy (&credentials);
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (actor_that_is_let_in_registers),
        S_TEST (actor_tells_why_it_is_not_and_goes_on_trying),
        S_TEST (wrong_credentials_are_refused),
        S_TEST (router_that_was_corrected_gets_it),
        S_TEST (object_tells_once_why_it_is_not_let_in),
        S_TEST (link_pauses_as_for_a_router_that_is_dead),
    };
    return cmocka_run_group_tests_name ("handshakes of workers", tests, NULL, NULL);
}
