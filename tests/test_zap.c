/*  test_zap.c - one ZAP handler for the process: when it stands, and what it answers to whatever is asked
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "auth_fixture.h"

#define ENDPOINT "inproc://zeromq.zap.01"

//  The reply to these frames, up to a NULL; the answer's status is the caller's
static char *
s_ask (zsock_t *asker, zmsg_t *request)
{
    assert_int_equal (zmsg_send (&request, asker), 0);
    zsock_set_rcvtimeo (asker, PATIENCE);
    zmsg_t *reply = zmsg_recv (asker);
    assert_non_null (reply);
    assert_int_equal (zmsg_size (reply), 6);
    char *version = zmsg_popstr (reply), *id = zmsg_popstr (reply), *status = zmsg_popstr (reply);
    assert_string_equal (version, "1.0");
    zstr_free (&version);
    zstr_free (&id);
    zmsg_destroy (&reply);
    return status;
}

static zmsg_t *
s_request (const char *version, const char *domain, const char *mechanism)
{
    zmsg_t *request = zmsg_new ();
    zmsg_addstr (request, version);
    zmsg_addstr (request, "1");
    zmsg_addstr (request, domain);
    zmsg_addstr (request, "127.0.0.1");
    zmsg_addstr (request, "");
    zmsg_addstr (request, mechanism);
    return request;
}

static void
assert_status (zsock_t *asker, zmsg_t *request, const char *expected)
{
    char *status = s_ask (asker, request);
    assert_string_equal (status, expected);
    zstr_free (&status);
}

static void
malformed_request_gets_an_answer_and_does_no_harm (void **state)
{
    auth_test_t *test = *state;
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_NULL);
    const char *domain = butler_gate_domain (gate);
    zsock_t *asker = zsock_new_req (ENDPOINT);
    assert_status (asker, s_request ("1.0", domain, "NULL"), "200");
    for (size_t frames = 1; frames < 6; frames++) {
        zmsg_t *request = s_request ("1.0", domain, "NULL");
        while (zmsg_size (request) > frames) {
            zframe_t *last = zmsg_last (request);
            zmsg_remove (request, last);
            zframe_destroy (&last);
        }
        assert_status (asker, request, "500");
    }
    assert_status (asker, s_request ("2.0", domain, "NULL"), "500");
    assert_status (asker, s_request ("", domain, "NULL"), "500");
    assert_status (asker, s_request ("1.0", "nobody's", "NULL"), "400");
    assert_status (asker, s_request ("1.0", "", "NULL"), "400");
    assert_status (asker, s_request ("1.0", domain, "GSSAPI"), "400");
    assert_status (asker, s_request ("1.0", domain, "CURVE"), "400");
    zmsg_t *many = s_request ("1.0", domain, "NULL");
    for (int count = 0; count < 1000; count++)
        zmsg_addstr (many, "more");
    assert_status (asker, many, "500");
    void *huge = calloc (1, 64 << 20);
    zmsg_t *large = s_request ("1.0", domain, "NULL");
    zmsg_addmem (large, huge, 64 << 20);
    assert_status (asker, large, "500");
    large = zmsg_new ();
    zmsg_addstr (large, "1.0");
    zmsg_addmem (large, huge, 64 << 20);
    assert_status (asker, large, "500");
    free (huge);
    assert_status (asker, s_request ("1.0", domain, "NULL"), "200");
    zsock_destroy (&asker);
    butler_gate_destroy (&gate);
}

static void
malformed_credentials_are_refused (void **state)
{
    auth_test_t *test = *state;
    butler_gate_refusal_t refusal;
    own_folder_write (test->passwords, "alice=secret\n", 0600);
    butler_gate_t *curve = auth_gate (test, BUTLER_SECURITY_CURVE), *plain = auth_gate (test, BUTLER_SECURITY_PLAIN);
    zsock_t *asker = zsock_new_req (ENDPOINT);
    assert_status (asker, s_request ("1.0", butler_gate_domain (curve), "CURVE"), "400");
    zmsg_t *request = s_request ("1.0", butler_gate_domain (curve), "CURVE");
    zmsg_addmem (request, "thirty-one bytes are no public", 31);
    assert_status (asker, request, "400");
    assert_true (butler_gate_refused (curve, &refusal));
    assert_string_equal (refusal.reason, "malformed credentials");
    assert_int_equal (refusal.count, 2);
    request = s_request ("1.0", butler_gate_domain (plain), "PLAIN");
    zmsg_addmem (request, "alice\0", 6);
    zmsg_addstr (request, "secret");
    assert_status (asker, request, "400");
    request = s_request ("1.0", butler_gate_domain (plain), "PLAIN");
    zmsg_addstr (request, "alice");
    assert_status (asker, request, "400");
    request = s_request ("1.0", butler_gate_domain (plain), "PLAIN");
    zmsg_addstr (request, "alice");
    zmsg_addstr (request, "secret");
    assert_status (asker, request, "200");
    zsock_destroy (&asker);
    butler_gate_destroy (&plain);
    butler_gate_destroy (&curve);
}

static void
last_gate_ends_the_handler_and_a_new_one_starts_it (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE];
    for (int round = 0; round < 20; round++) {
        butler_gate_t *one = auth_gate (test, BUTLER_SECURITY_NULL), *other = auth_gate (test, BUTLER_SECURITY_NULL);
        butler_gate_destroy (&one);
        zsock_t *server = auth_server (test, other, BUTLER_SECURITY_NULL);
        assert_true (auth_tries (other, server, zsock_new (ZMQ_DEALER), name));
        zsock_destroy (&server);
        butler_gate_destroy (&other);
        zsock_t *holder = zsock_new (ZMQ_REP);
        assert_int_equal (zsock_bind (holder, ENDPOINT), 0);
        zsock_unbind (holder, ENDPOINT);
        zsock_destroy (&holder);
    }
}

static void
somebody_elses_handler_is_an_error (void **state)
{
    auth_test_t *test = *state;
    const butler_gate_policy_t policy = auth_policy (test, BUTLER_SECURITY_CURVE);
    zactor_t *auth = zactor_new (zauth, NULL);
    assert_gate_refused (test, &policy, "another ZAP handler (zauth?) holds inproc://zeromq.zap.01");
    assert_gate_refused (test, &policy, "another ZAP handler");
    zactor_destroy (&auth);
}

//  Gates that come and go in many threads, while others are asked
static void
s_come_and_go (zsock_t *pipe, void *arg)
{
    zsock_signal (pipe, 0);
    for (int round = 0; round < 20; round++) {
        butler_gate_t *gate = auth_gate (arg, BUTLER_SECURITY_CURVE);
        butler_gate_destroy (&gate);
    }
    zsock_signal (pipe, 0);
    char *end = zstr_recv (pipe);
    zstr_free (&end);
}

static void
gates_come_and_go_in_many_threads (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE];
    zcert_t *alice = auth_add_key (test, "alice");
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_CURVE);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_CURVE);
    zactor_t *actor [3];
    for (int index = 0; index < 3; index++)
        actor [index] = zactor_new (s_come_and_go, test);
    for (int round = 0; round < 10; round++)
        assert_true (auth_tries (gate, server, auth_client_curve (test, alice), name));
    for (int index = 0; index < 3; index++) {
        zsock_wait (actor [index]);
        zactor_destroy (&actor [index]);
    }
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
    zcert_destroy (&alice);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        AUTH_TEST (malformed_request_gets_an_answer_and_does_no_harm),
        AUTH_TEST (malformed_credentials_are_refused),
        AUTH_TEST (last_gate_ends_the_handler_and_a_new_one_starts_it),
        AUTH_TEST (somebody_elses_handler_is_an_error),
        AUTH_TEST (gates_come_and_go_in_many_threads)
    };
    zsys_init ();
    return cmocka_run_group_tests_name ("zap", tests, NULL, NULL);
}
