/*  auth_fixture.h - for tests: a folder of keys and passwords, and peers who try to come in by a socket
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef AUTH_FIXTURE_H
#define AUTH_FIXTURE_H

#include "own_folder.h"
#include <czmq.h>
#include <sys/eventfd.h>
#include "auth/butler_gate.h"

#define PATIENCE 5000               //  ms that anything which is to happen may take

//  Each test has a folder of its own
typedef struct {
    char folder [32];
    char keys [48];                 //  a folder in it
    char passwords [48];            //  a file in it
    int bell;
    zcert_t *router;
} auth_test_t;

static inline int
auth_setup (void **state)
{
    auth_test_t *test = calloc (1, sizeof *test);
    own_folder_make (test->folder);
    snprintf (test->keys, sizeof test->keys, "%s/keys", test->folder);
    snprintf (test->passwords, sizeof test->passwords, "%s/passwords", test->folder);
    assert_int_equal (mkdir (test->keys, 0755), 0);
    test->bell = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
    test->router = zcert_new ();
    *state = test;
    return 0;
}

static inline int
auth_teardown (void **state)
{
    auth_test_t *test = *state;
    own_folder_remove (test->folder);
    close (test->bell);
    zcert_destroy (&test->router);
    free (test);
    return 0;
}

//  A user's public certificate goes into the folder; his key pair is the caller's
static inline zcert_t *
auth_add_key (auth_test_t *test, const char *user)
{
    char file [320];
    zcert_t *cert = zcert_new ();
    snprintf (file, sizeof file, "%s/%s", test->keys, user);
    assert_int_equal (zcert_save_public (cert, file), 0);
    return cert;
}

static inline void
auth_remove_key (auth_test_t *test, const char *user)
{
    char file [320];
    snprintf (file, sizeof file, "%s/%s", test->keys, user);
    assert_int_equal (unlink (file), 0);
}

static inline butler_gate_policy_t
auth_policy (auth_test_t *test, butler_security_t security)
{
    return (butler_gate_policy_t) { .security = security, .certificates = test->keys, .passwords = test->passwords };
}

static inline butler_gate_t *
auth_gate_by (auth_test_t *test, const butler_gate_policy_t *policy)
{
    char *fault = NULL;
    butler_gate_t *gate = butler_gate_new (policy, test->bell, &fault);
    if (!gate)
        fail_msg ("%s", fault);
    return gate;
}

static inline butler_gate_t *
auth_gate (auth_test_t *test, butler_security_t security)
{
    const butler_gate_policy_t policy = auth_policy (test, security);
    return auth_gate_by (test, &policy);
}

//  The policy is refused, and the text has these words
static inline void
assert_gate_refused (auth_test_t *test, const butler_gate_policy_t *policy, const char *words)
{
    char *fault = NULL;
    butler_gate_t *gate = butler_gate_new (policy, test->bell, &fault);
    assert_null (gate);
    assert_non_null (fault);
    if (!strstr (fault, words))
        fail_msg ("'%s' is to have '%s'", fault, words);
    zstr_free (&fault);
}

//  A socket that has a gate
static inline zsock_t *
auth_server_at (auth_test_t *test, const butler_gate_t *gate, butler_security_t security, const char *endpoint)
{
    zsock_t *server = zsock_new (ZMQ_ROUTER);
    assert_non_null (server);
    zsock_set_zap_domain (server, butler_gate_domain (gate));
    if (security == BUTLER_SECURITY_PLAIN)
        zsock_set_plain_server (server, 1);
    if (security == BUTLER_SECURITY_CURVE) {
        zcert_apply (test->router, server);
        zsock_set_curve_server (server, 1);
    }
    assert_true (zsock_bind (server, "%s", endpoint) != -1);
    return server;
}

static inline zsock_t *
auth_server (auth_test_t *test, const butler_gate_t *gate, butler_security_t security)
{
    return auth_server_at (test, gate, security, "tcp://127.0.0.1:!");
}

//  The User-Id of the next message, and who sent it may go: true; false: the client was turned away
static inline bool
auth_is_in (zsock_t *server, zsock_t *client, char user_id [BUTLER_USER_SIZE])
{
    static unsigned number;
    char events [40];
    snprintf (events, sizeof events, "inproc://auth-events-%u", number++);
    zmq_socket_monitor (zsock_resolve (client), events, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    zsock_t *monitor = zsock_new_pair (events);
    zsock_set_linger (client, 0);
    zsock_set_sndtimeo (client, 0);         //  who has been turned away already can send nothing
    assert_int_equal (zsock_connect (client, "%s", zsock_endpoint (server)), 0);
    zstr_send (client, "hello");
    zmq_pollitem_t items [] = {
        { .socket = zsock_resolve (server), .events = ZMQ_POLLIN }, { .socket = zsock_resolve (monitor), .events = ZMQ_POLLIN }
    };
    assert_true (zmq_poll (items, 2, PATIENCE) > 0);
    const bool in = items [0].revents & ZMQ_POLLIN;
    while (in && zsock_events (server) & ZMQ_POLLIN) {
        zmq_msg_t part;
        zmq_msg_init (&part);
        assert_true (zmq_msg_recv (&part, zsock_resolve (server), ZMQ_DONTWAIT) >= 0);
        const char *id = zmq_msg_gets (&part, "User-Id");
        snprintf (user_id, BUTLER_USER_SIZE, "%s", id? id: "");
        zmq_msg_close (&part);
    }
    zmq_socket_monitor (zsock_resolve (client), NULL, 0);
    zsock_destroy (&monitor);
    return in;
}

//  And whose that is, by the gate
static inline bool
auth_tries (butler_gate_t *gate, zsock_t *server, zsock_t *client, char name [BUTLER_USER_SIZE])
{
    char user_id [BUTLER_USER_SIZE] = "";
    const bool in = auth_is_in (server, client, user_id);
    zsock_destroy (&client);
    assert_true (!in || butler_gate_user (gate, butler_span_string (user_id), name) == 0);
    return in;
}

static inline zsock_t *
auth_client_curve (auth_test_t *test, zcert_t *cert)
{
    zsock_t *client = zsock_new (ZMQ_DEALER);
    zcert_apply (cert, client);
    zsock_set_curve_serverkey (client, zcert_public_txt (test->router));
    return client;
}

static inline zsock_t *
auth_client_plain (const char *user, const char *password)
{
    zsock_t *client = zsock_new (ZMQ_DEALER);
    zsock_set_plain_username (client, user);
    zsock_set_plain_password (client, password);
    return client;
}

//  Until who may come in has changed
static inline void
auth_await_change (butler_gate_t *gate, uint64_t generation)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_gate_generation (gate) == generation) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (10);
    }
}

//  The bell rings within so many ms, and is silent again
static inline bool
auth_hears_bell (auth_test_t *test, int ms)
{
    uint64_t count;
    zmq_pollitem_t item = { .fd = test->bell, .events = ZMQ_POLLIN };
    return zmq_poll (&item, 1, ms) == 1 && read (test->bell, &count, sizeof count) == sizeof count;
}

#define AUTH_TEST(name) cmocka_unit_test_setup_teardown (name, auth_setup, auth_teardown)

#endif
