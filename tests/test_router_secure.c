/*  test_router_secure.c - a router embedded in a process, which asks who comes in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router.h"
#include "ask_actor.h"
#include "own_folder.h"
#include <pthread.h>

#define PATIENCE 10000              //  ms that a test waits for what must come
#define SILENCE 100                 //  ms without what must not come

typedef struct {
    char folder [32];
    zactor_t *router;
    zcert_t *own;                   //  the router's
    zcert_t *alice, *bob;           //  of whom the router knows alice
    char *frontend, *backend;
} self_t;

//  ---- files

static char *
s_path (const self_t *self, const char *name)
{
    return zsys_sprintf ("%s/%s", self->folder, name);
}

static void
s_save (const self_t *self, zcert_t *certificate, const char *name)
{
    char *path = s_path (self, name);
    assert_int_equal (zcert_save (certificate, path), 0);
    zstr_free (&path);
}

static void
s_save_public (const self_t *self, zcert_t *certificate, const char *name)
{
    char *path = s_path (self, name);
    assert_int_equal (zcert_save_public (certificate, path), 0);
    zstr_free (&path);
}

static void
s_write (const self_t *self, const char *name, const char *text)
{
    char *path = s_path (self, name);
    own_folder_write (path, text, 0600);
    zstr_free (&path);
}

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    own_folder_make (self->folder);
    self->own = zcert_new ();
    self->alice = zcert_new ();
    self->bob = zcert_new ();
    s_save (self, self->own, "router");
    char *users = s_path (self, "users");
    zsys_dir_create ("%s", users);
    zstr_free (&users);
    s_save_public (self, self->alice, "users/alice");
    self->router = zactor_new (butler_router, NULL);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    zactor_destroy (&self->router);
    zcert_destroy (&self->own);
    zcert_destroy (&self->alice);
    zcert_destroy (&self->bob);
    own_folder_remove (self->folder);
    zstr_free (&self->frontend);
    zstr_free (&self->backend);
    free (self);
    return 0;
}

//  ---- the router

static void
s_set_file (self_t *self, const char *key, const char *name)
{
    char *path = s_path (self, name);
    assert_answer (self->router, "SET", key, path, "OK");
    zstr_free (&path);
}

static void
s_bind (self_t *self)
{
    self->frontend = actor_ask (self->router, "BIND", "frontend", "tcp://127.0.0.1:*");
    self->backend = actor_ask (self->router, "BIND", "backend", "tcp://127.0.0.1:*");
    assert_true (strncmp (self->frontend, "tcp:", 4) == 0);
    assert_true (strncmp (self->backend, "tcp:", 4) == 0);
}

static void
s_secure (self_t *self)
{
    s_set_file (self, "auth/certificate", "router_secret");
    s_set_file (self, "auth/certificates", "users");
    s_bind (self);
}

static json_int_t
s_stat (zactor_t *router, const char *name)
{
    char *answer = actor_ask (router, "STATS", NULL, NULL);
    json_t *stats = json_loads (answer, 0, NULL);
    const json_t *value = json_object_get (stats, name);
    if (!value)
        value = json_object_get (json_object_get (stats, "security"), name);
    const json_int_t number = json_integer_value (value);
    json_decref (stats);
    zstr_free (&answer);
    return number;
}

static void
s_await_stat (zactor_t *router, const char *name, json_int_t least)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (s_stat (router, name) < least) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (5);
    }
}

//  ---- peers

static zsock_t *
s_peer (self_t *self, const char *endpoint, zcert_t *certificate)
{
    zsock_t *peer = zsock_new (ZMQ_DEALER);
    zsock_set_rcvtimeo (peer, PATIENCE);
    zsock_set_sndtimeo (peer, 0);
    if (certificate) {
        zcert_apply (certificate, peer);
        zsock_set_curve_serverkey (peer, zcert_public_txt (self->own));
    }
    assert_int_equal (zsock_connect (peer, "%s", endpoint), 0);
    return peer;
}

//  Who has been turned away already can send nothing
static void
s_request (zsock_t *client, const char *service)
{
    const int rc = zsock_send (client, "zssss", "1.0:1", service, "+30000", "");
    assert_true (rc == 0 || errno == EAGAIN);
}

static void
assert_response (zsock_t *client, const char *begin)
{
    char *id = NULL, *response = NULL;
    assert_int_equal (zsock_recv (client, "zss", &id, &response), 0);
    if (strncmp (response, begin, strlen (begin)))
        fail_msg ("expected %s, got %s", begin, response);
    zstr_free (&id);
    zstr_free (&response);
}

static void
assert_silence (zsock_t *peer)
{
    zsock_set_rcvtimeo (peer, SILENCE);
    assert_null (zmsg_recv (peer));
}

//  ---- tests

static void
who_is_known_comes_in (void **state)
{
    self_t *self = *state;
    s_secure (self);
    zsock_t *client = s_peer (self, self->frontend, self->alice);
    s_request (client, "nobody");
    assert_response (client, "404");
    zsock_t *worker = s_peer (self, self->backend, self->alice);
    zsock_send (worker, "bs", "\x01", (size_t) 1, "api");
    s_await_stat (self->router, "workers", 1);
    zsock_destroy (&client);
    zsock_destroy (&worker);
}

static void
who_is_not_known_does_not (void **state)
{
    self_t *self = *state;
    s_secure (self);
    zsock_t *stranger = s_peer (self, self->frontend, self->bob);
    zsock_t *bare = s_peer (self, self->frontend, NULL);
    s_request (stranger, "nobody");
    s_request (bare, "nobody");
    s_await_stat (self->router, "turned_away", 1);
    assert_silence (stranger);
    assert_silence (bare);
    assert_int_equal (s_stat (self->router, "accepted"), 0);
    zsock_destroy (&stranger);
    zsock_destroy (&bare);
}

//  Whether somebody is let in now; who is not, is not told so
static bool
s_is_served (self_t *self, zcert_t *certificate)
{
    zsock_t *client = s_peer (self, self->frontend, certificate);
    zsock_set_rcvtimeo (client, 500);
    s_request (client, "nobody");
    zmsg_t *response = zmsg_recv (client);
    const bool served = response != NULL;
    zmsg_destroy (&response);
    zsock_destroy (&client);
    return served;
}

//  A look at the folder that began before he was in it may have found that she is gone
static void
who_comes_later_is_let_in_and_who_goes_is_not_served (void **state)
{
    self_t *self = *state;
    s_secure (self);
    zsock_t *client = s_peer (self, self->frontend, self->alice);
    s_request (client, "nobody");
    assert_response (client, "404");
    s_save_public (self, self->bob, "users/bob");
    char *alice = s_path (self, "users/alice");
    zsys_file_delete (alice);
    zstr_free (&alice);
    const int64_t limit = zclock_mono () + PATIENCE;
    for (bool out = false; !out; ) {
        char *response = NULL;
        s_request (client, "nobody");
        assert_int_equal (zsock_recv (client, "zss", NULL, &response), 0);
        out = strncmp (response, "403", 3) == 0;
        zstr_free (&response);
        assert_true (zclock_mono () < limit);
    }
    while (!s_is_served (self, self->bob))
        assert_true (zclock_mono () < limit);
    zsock_destroy (&client);
}

static void
the_process_itself_is_trusted (void **state)
{
    self_t *self = *state;
    s_secure (self);
    char *inside = actor_ask (self->router, "BIND", "frontend", "inproc://test-router-secure");
    assert_string_equal (inside, "inproc://test-router-secure");
    zsock_t *client = s_peer (self, inside, NULL);
    s_request (client, "nobody");
    assert_response (client, "404");
    zsock_destroy (&client);
    zstr_free (&inside);
}

static void
two_routers_know_others (void **state)
{
    self_t *self = *state;
    s_secure (self);
    self_t other = { .own = self->own, .router = zactor_new (butler_router, NULL) };
    memcpy (other.folder, self->folder, sizeof other.folder);
    char *users = s_path (self, "others");
    zsys_dir_create ("%s", users);
    zstr_free (&users);
    s_save_public (self, self->bob, "others/bob");
    s_set_file (&other, "auth/certificate", "router_secret");
    s_set_file (&other, "auth/certificates", "others");
    s_bind (&other);
    zsock_t *alice = s_peer (self, self->frontend, self->alice), *bob = s_peer (self, other.frontend, self->bob);
    s_request (alice, "nobody");
    assert_response (alice, "404");
    s_request (bob, "nobody");
    assert_response (bob, "404");
    zsock_t *wrong = s_peer (self, other.frontend, self->alice);
    s_request (wrong, "nobody");
    assert_silence (wrong);
    zsock_destroy (&wrong);
    zsock_destroy (&bob);
    zactor_destroy (&other.router);
    s_request (alice, "nobody");
    assert_response (alice, "404");         //  the other one's end does not matter
    zsock_destroy (&alice);
    zstr_free (&other.frontend);
    zstr_free (&other.backend);
}

static void
what_is_missing_is_told (void **state)
{
    self_t *self = *state;
    s_set_file (self, "auth/certificate", "nothing");
    assert_error (self->router, "BIND", "frontend", "tcp://127.0.0.1:*", "auth/certificates");
    s_set_file (self, "auth/certificates", "users");
    assert_error (self->router, "BIND", "frontend", "tcp://127.0.0.1:*", "nothing");
    s_set_file (self, "auth/certificate", "router_secret");
    s_set_file (self, "auth/certificates", "nowhere");
    assert_error (self->router, "BIND", "frontend", "tcp://127.0.0.1:*", "nowhere");
    s_set_file (self, "auth/certificates", "users");
    s_bind (self);
    assert_error (self->router, "SET", "frontend/security", "null", "frontend/security");
}

static void
handler_of_another_is_told (void **state)
{
    self_t *self = *state;
    zactor_t *auth = zactor_new (zauth, NULL);
    s_set_file (self, "auth/certificate", "router_secret");
    s_set_file (self, "auth/certificates", "users");
    assert_error (self->router, "BIND", "frontend", "tcp://127.0.0.1:*", "ZAP");
    zactor_destroy (&auth);
    s_bind (self);
}

//  ---- a file

#define SECURED \
    "auth\n    certificate = %s/router_secret\n    certificates = %s/users\n" \
    "frontend\n    bind = tcp://127.0.0.1:*\nbackend\n    bind = tcp://127.0.0.1:*\n"

static void
s_write_config (const self_t *self, const char *more)
{
    char *text = zsys_sprintf (SECURED "%s", self->folder, self->folder, more);
    s_write (self, "butler.cfg", text);
    zstr_free (&text);
}

static char *
s_frontend (zactor_t *router)
{
    char *answer = actor_ask (router, "STATS", NULL, NULL);
    json_t *stats = json_loads (answer, 0, NULL);
    char *endpoint = strdup (json_string_value (json_array_get (json_object_get (stats, "frontend"), 0)));
    json_decref (stats);
    zstr_free (&answer);
    return endpoint;
}

static void
permissions_change_with_their_file (void **state)
{
    self_t *self = *state;
    char *file = s_path (self, "butler.cfg");
    s_write_config (self, "permission\n    alice\n        call = api.*\n");
    assert_answer (self->router, "LOAD", file, NULL, "OK");
    self->frontend = s_frontend (self->router);
    zsock_t *client = s_peer (self, self->frontend, self->alice);
    s_request (client, "api.images");
    assert_response (client, "404");
    s_request (client, "other");
    assert_response (client, "403");
    s_write_config (self, "permission\n    alice\n        call = other\n");
    assert_answer (self->router, "RELOAD", NULL, NULL, "OK");
    s_request (client, "api.images");
    assert_response (client, "403");
    s_request (client, "other");
    assert_response (client, "404");
    zsock_destroy (&client);
    zstr_free (&file);
}

static void
file_that_can_not_be_taken_changes_nothing (void **state)
{
    self_t *self = *state;
    char *file = s_path (self, "butler.cfg");
    s_write_config (self, "");
    assert_answer (self->router, "LOAD", file, NULL, "OK");
    self->frontend = s_frontend (self->router);
    char *text = zsys_sprintf (SECURED "permission\n    alice\n        call = other\n", self->folder, "/nowhere");
    s_write (self, "butler.cfg", text);
    assert_error (self->router, "RELOAD", NULL, NULL, "/nowhere/users");
    zsock_t *client = s_peer (self, self->frontend, self->alice);
    s_request (client, "api.images");
    assert_response (client, "404");
    zsock_destroy (&client);
    zstr_free (&text);
    zstr_free (&file);
}

static void
sockets_that_ask_nobody_take_a_restart (void **state)
{
    self_t *self = *state;
    s_bind (self);
    char *file = s_path (self, "butler.cfg");
    s_write_config (self, "");
    assert_error (self->router, "LOAD", file, NULL, "restart");
    s_write (self, "butler.cfg", "permission\n    anonymous\n        call = api\n");
    assert_error (self->router, "LOAD", file, NULL, "restart");
    zstr_free (&file);
}

static void
who_shows_nothing_is_anonymous (void **state)
{
    self_t *self = *state;
    char *file = s_path (self, "butler.cfg");
    s_write (self, "butler.cfg", "frontend\n    bind = tcp://127.0.0.1:*\n"
             "permission\n    anonymous\n        call = api\n    everyone\n        call = other\n");
    assert_answer (self->router, "LOAD", file, NULL, "OK");
    self->frontend = s_frontend (self->router);
    zsock_t *client = s_peer (self, self->frontend, NULL);
    s_request (client, "api");
    assert_response (client, "404");
    s_request (client, "other");
    assert_response (client, "403");
    zsock_destroy (&client);
    zstr_free (&file);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)

//  ---- comings and goings

#define CROWD 12                    //  peers at once

static void
s_open (self_t *self, self_t *other)
{
    *other = (self_t) { .own = self->own, .router = zactor_new (butler_router, NULL) };
    strcpy (other->folder, self->folder);
    s_secure (other);
}

static void
s_end (self_t *other)
{
    zactor_destroy (&other->router);
    zstr_free (&other->frontend);
    zstr_free (&other->backend);
}

//  It ends at another moment each time
static void
end_amid_handshakes_is_an_end (void **state)
{
    self_t *self = *state;
    zcert_t *shown [3] = { self->alice, self->bob, NULL };
    for (int round = 0; round < 30; round++) {
        self_t other;
        zsock_t *peer [CROWD];
        s_open (self, &other);
        for (int index = 0; index < CROWD; index++) {
            peer [index] = s_peer (self, index % 2? other.frontend: other.backend, shown [index % 3]);
            s_request (peer [index], "nobody");
        }
        zclock_sleep (round % 5);
        s_end (&other);
        for (int index = 0; index < CROWD; index++)
            zsock_destroy (&peer [index]);
    }
}

static void *
s_come_and_go (void *arg)
{
    self_t *self = arg;
    for (int round = 0; round < 10; round++) {
        self_t other;
        s_open (self, &other);
        zsock_t *stranger = s_peer (self, other.frontend, self->bob);
        zsock_t *client = s_peer (self, other.frontend, self->alice);
        s_request (stranger, "nobody");
        s_request (client, "nobody");
        assert_response (client, "404");
        assert_int_equal (s_stat (other.router, "accepted"), 1);
        s_end (&other);
        zsock_destroy (&client);
        zsock_destroy (&stranger);
    }
    return NULL;
}

static void
routers_come_and_go_beside_each_other (void **state)
{
    self_t *self = *state;
    pthread_t thread [3];
    for (int index = 0; index < 3; index++)
        assert_int_equal (pthread_create (&thread [index], NULL, s_come_and_go, self), 0);
    for (int index = 0; index < 3; index++)
        pthread_join (thread [index], NULL);
}

int
main (void)
{
    if (!zsys_has_curve ()) {
        puts ("1..0 # SKIP libzmq knows no CURVE");
        return 0;
    }
    const struct CMUnitTest tests [] = {
        TEST (who_is_known_comes_in),
        TEST (who_is_not_known_does_not),
        TEST (who_comes_later_is_let_in_and_who_goes_is_not_served),
        TEST (the_process_itself_is_trusted),
        TEST (two_routers_know_others),
        TEST (what_is_missing_is_told),
        TEST (handler_of_another_is_told),
        TEST (permissions_change_with_their_file),
        TEST (file_that_can_not_be_taken_changes_nothing),
        TEST (sockets_that_ask_nobody_take_a_restart),
        TEST (who_shows_nothing_is_anonymous),
        TEST (end_amid_handshakes_is_an_end),
        TEST (routers_come_and_go_beside_each_other),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
