/*  test_gate.c - who is let in by a real socket, as what user, and who no longer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "auth_fixture.h"
#include "checked_build.h"
#include <dirent.h>

static void
known_key_comes_in_as_its_file_is_named (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE] = "";
    zcert_t *alice = auth_add_key (test, "alice"), *bob = auth_add_key (test, "bob smith");
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_CURVE);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_CURVE);
    assert_true (auth_tries (gate, server, auth_client_curve (test, alice), name));
    assert_string_equal (name, "alice");
    assert_true (auth_tries (gate, server, auth_client_curve (test, bob), name));
    assert_string_equal (name, "bob smith");
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
    zcert_destroy (&alice);
    zcert_destroy (&bob);
}

static void
unknown_key_is_turned_away_and_told_once (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE];
    zcert_t *mallory = zcert_new ();
    butler_gate_refusal_t refusal;
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_CURVE);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_CURVE);
    assert_false (butler_gate_refused (gate, &refusal));
    assert_false (auth_tries (gate, server, auth_client_curve (test, mallory), name));
    assert_true (auth_hears_bell (test, PATIENCE));
    assert_true (butler_gate_refused (gate, &refusal));
    assert_string_equal (refusal.reason, "unknown key");
    assert_string_equal (refusal.who, zcert_public_txt (mallory));
    assert_string_equal (refusal.address, "127.0.0.1");
    assert_true (refusal.count >= 1);
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
    zcert_destroy (&mallory);
}

//  How long a key is in that is removed as soon as the files were looked at. A busy machine may stop us once, but not
//  each time.
static int64_t
s_until_out (auth_test_t *test, butler_gate_t *gate)
{
    int64_t least = INT64_MAX;
    for (int round = 0; round < 3 && least >= 1000; round++) {
        uint64_t generation = butler_gate_generation (gate);
        zcert_t *carol = auth_add_key (test, "carol");
        auth_await_change (gate, generation);
        generation = butler_gate_generation (gate);
        const int64_t begin = zclock_mono ();
        auth_remove_key (test, "carol");
        auth_await_change (gate, generation);
        const int64_t took = zclock_mono () - begin;
        least = took < least? took: least;
        zcert_destroy (&carol);
    }
    return least;
}

static void
removed_key_is_out_within_a_second (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE] = "", user_id [BUTLER_USER_SIZE] = "";
    zcert_t *alice = auth_add_key (test, "alice"), *bob = auth_add_key (test, "bob");
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_CURVE);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_CURVE), *client = auth_client_curve (test, alice);
    assert_true (auth_is_in (server, client, user_id));
    const uint64_t generation = butler_gate_generation (gate);
    auth_remove_key (test, "alice");
    auth_await_change (gate, generation);
    assert_true (auth_hears_bell (test, PATIENCE));
    assert_int_equal (butler_gate_user (gate, butler_span_string (user_id), name), -1);
    assert_string_equal (name, "");
    assert_false (auth_tries (gate, server, auth_client_curve (test, alice), name));
    assert_true (auth_tries (gate, server, auth_client_curve (test, bob), name));
    const int64_t least = s_until_out (test, gate);
    assert_true (CHECKED_BUILD || least < 1000);
    zsock_destroy (&client);
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
    zcert_destroy (&alice);
    zcert_destroy (&bob);
}

static void
key_that_is_added_comes_in (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE] = "";
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_CURVE);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_CURVE);
    zcert_t *alice = auth_add_key (test, "alice");
    auth_await_change (gate, 0);
    assert_true (auth_tries (gate, server, auth_client_curve (test, alice), name));
    assert_string_equal (name, "alice");
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
    zcert_destroy (&alice);
}

static void
password_has_to_be_the_users (void **state)
{
    auth_test_t *test = *state;
    static const struct { const char *user, *password, *reason; } wrong [] = {
        { "alice", "Secret", "wrong password" }, { "alice", "secret2", "wrong password" }, { "alice", "secre", "wrong password" },
        { "mallory", "secret", "unknown user" }, { "alice", "bobs = secret", "wrong password" }
    };
    own_folder_write (test->passwords, "#  users\n\nalice=secret\n  bob = bobs = secret \r\n", 0600);
    char name [BUTLER_USER_SIZE] = "";
    butler_gate_refusal_t refusal;
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_PLAIN);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_PLAIN);
    assert_true (auth_tries (gate, server, auth_client_plain ("alice", "secret"), name));
    assert_string_equal (name, "alice");
    assert_true (auth_tries (gate, server, auth_client_plain ("bob", "bobs = secret"), name));
    assert_string_equal (name, "bob");
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        assert_false (auth_tries (gate, server, auth_client_plain (wrong [index].user, wrong [index].password), name));
        assert_true (butler_gate_refused (gate, &refusal));
        assert_string_equal (refusal.reason, wrong [index].reason);
        assert_string_equal (refusal.who, wrong [index].user);
    }
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
}

//  At once: a look may come while a file is being written, and see it empty
static void
s_replace (auth_test_t *test, const char *text)
{
    char fresh [64];
    snprintf (fresh, sizeof fresh, "%s.fresh", test->passwords);
    own_folder_write (fresh, text, 0600);
    assert_int_equal (rename (fresh, test->passwords), 0);
}

static void
user_who_is_taken_off_the_file_is_out (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE] = "";
    own_folder_write (test->passwords, "alice=secret\nbob=other\n", 0600);
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_PLAIN);
    s_replace (test, "bob=other\n");
    auth_await_change (gate, 0);
    assert_int_equal (butler_gate_user (gate, butler_span_string ("alice"), name), -1);
    assert_int_equal (butler_gate_user (gate, butler_span_string ("bob"), name), 0);
    butler_gate_destroy (&gate);
}

//  And whoever was in it is out: a file that is not as it has to be has nobody in it
static void
password_file_that_others_can_read_is_refused (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE];
    const butler_gate_policy_t policy = auth_policy (test, BUTLER_SECURITY_PLAIN);
    own_folder_write (test->passwords, "alice=secret\n", 0604);
    assert_gate_refused (test, &policy, "can be read by others; chmod 600 /tmp/");
    own_folder_write (test->passwords, "alice=secret\n", 0640);
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_PLAIN);
    assert_int_equal (butler_gate_user (gate, butler_span_string ("alice"), name), 0);
    assert_null (butler_gate_skipped (gate));
    assert_int_equal (chmod (test->passwords, 0644), 0);
    auth_await_change (gate, 0);
    assert_int_equal (butler_gate_user (gate, butler_span_string ("alice"), name), -1);
    char *skipped = butler_gate_skipped (gate);
    assert_non_null (skipped);
    assert_non_null (strstr (skipped, "can be read by others"));
    zstr_free (&skipped);
    butler_gate_destroy (&gate);
}

static void
address_has_to_be_allowed_and_not_denied (void **state)
{
    auth_test_t *test = *state;
    char loopback [] = "127.0.0.0/8", here [] = "127.0.0.1", elsewhere [] = "10.0.0.0/8", v6 [] = "::1";
    char *const in [] = { elsewhere, loopback }, *const exactly [] = { here }, *const others [] = { elsewhere, v6 };
    const struct { char *const *allow; size_t allows; char *const *deny; size_t denies; const char *reason; } cases [] = {
        { NULL, 0, NULL, 0, NULL }, { in, 2, NULL, 0, NULL }, { in, 2, others, 2, NULL }, { NULL, 0, others, 2, NULL },
        { others, 2, NULL, 0, "address not allowed" }, { in, 2, exactly, 1, "address denied" },
        { NULL, 0, exactly, 1, "address denied" }
    };
    butler_gate_policy_t policy = auth_policy (test, BUTLER_SECURITY_NULL);
    char name [BUTLER_USER_SIZE], *fault = NULL;
    butler_gate_refusal_t refusal;
    butler_gate_t *gate = auth_gate_by (test, &policy);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_NULL);
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        policy.allow = cases [index].allow;
        policy.allow_count = cases [index].allows;
        policy.deny = cases [index].deny;
        policy.deny_count = cases [index].denies;
        assert_int_equal (butler_gate_set_policy (gate, &policy, &fault), 0);
        assert_int_equal (auth_tries (gate, server, zsock_new (ZMQ_DEALER), name), !cases [index].reason);
        if (!cases [index].reason)
            assert_string_equal (name, "anonymous");
        assert_int_equal (butler_gate_refused (gate, &refusal), cases [index].reason != NULL);
        if (cases [index].reason)
            assert_string_equal (refusal.reason, cases [index].reason);
    }
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
}

static void
lists_of_addresses_do_not_concern_ipc (void **state)
{
    auth_test_t *test = *state;
    char elsewhere [] = "10.0.0.0/8", endpoint [64], name [BUTLER_USER_SIZE];
    char *const list [] = { elsewhere };
    butler_gate_policy_t policy = auth_policy (test, BUTLER_SECURITY_NULL);
    policy.allow = list;
    policy.allow_count = 1;
    butler_gate_t *gate = auth_gate_by (test, &policy);
    snprintf (endpoint, sizeof endpoint, "ipc://%s/socket", test->folder);
    zsock_t *server = auth_server_at (test, gate, BUTLER_SECURITY_NULL, endpoint);
    assert_true (auth_tries (gate, server, zsock_new (ZMQ_DEALER), name));
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
}

static void
policy_that_is_wrong_changes_nothing (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE] = "", *fault = NULL, nonsense [] = "10.0.0.0/33";
    char *const list [] = { nonsense };
    zcert_t *alice = auth_add_key (test, "alice");
    butler_gate_policy_t policy = auth_policy (test, BUTLER_SECURITY_CURVE);
    butler_gate_t *gate = auth_gate_by (test, &policy);
    policy.certificates = "/nonexistent";
    assert_int_equal (butler_gate_set_policy (gate, &policy, &fault), -1);
    assert_non_null (strstr (fault, "/nonexistent"));
    zstr_free (&fault);
    policy = auth_policy (test, BUTLER_SECURITY_CURVE);
    policy.deny = list;
    policy.deny_count = 1;
    assert_int_equal (butler_gate_set_policy (gate, &policy, &fault), -1);
    assert_non_null (strstr (fault, "10.0.0.0/33"));
    zstr_free (&fault);
    policy = auth_policy (test, BUTLER_SECURITY_NULL);
    assert_int_equal (butler_gate_set_policy (gate, &policy, &fault), -1);
    zstr_free (&fault);
    assert_int_equal (butler_gate_generation (gate), 0);
    assert_int_equal (butler_gate_user (gate, butler_span_string (zcert_public_txt (alice)), name), 0);
    butler_gate_destroy (&gate);
    zcert_destroy (&alice);
}

static void
policy_that_can_not_be_is_refused (void **state)
{
    auth_test_t *test = *state;
    butler_gate_policy_t policy = { .security = BUTLER_SECURITY_CURVE };
    assert_gate_refused (test, &policy, "folder with the certificates");
    policy.security = BUTLER_SECURITY_PLAIN;
    assert_gate_refused (test, &policy, "file with users and passwords");
    policy = auth_policy (test, BUTLER_SECURITY_PLAIN);
    assert_gate_refused (test, &policy, "No such file");
}

static void
each_gate_has_its_own_users (void **state)
{
    auth_test_t *test = *state;
    char name [BUTLER_USER_SIZE] = "";
    own_folder_write (test->passwords, "bob=secret\n", 0600);
    zcert_t *alice = auth_add_key (test, "alice");
    butler_gate_t *front = auth_gate (test, BUTLER_SECURITY_CURVE), *back = auth_gate (test, BUTLER_SECURITY_PLAIN);
    assert_string_not_equal (butler_gate_domain (front), butler_gate_domain (back));
    zsock_t *frontend = auth_server (test, front, BUTLER_SECURITY_CURVE);
    zsock_t *backend = auth_server (test, back, BUTLER_SECURITY_PLAIN);
    assert_true (auth_tries (front, frontend, auth_client_curve (test, alice), name));
    assert_true (auth_tries (back, backend, auth_client_plain ("bob", "secret"), name));
    assert_int_equal (butler_gate_user (front, butler_span_string ("bob"), name), -1);
    assert_int_equal (butler_gate_user (back, butler_span_string (zcert_public_txt (alice)), name), -1);
    assert_int_equal (butler_gate_user (back, butler_span_string ("anonymous"), name), -1);
    zsock_destroy (&frontend);
    butler_gate_destroy (&front);
    assert_true (auth_tries (back, backend, auth_client_plain ("bob", "secret"), name));
    zsock_destroy (&backend);
    butler_gate_destroy (&back);
    zcert_destroy (&alice);
}

//  How much the process holds, in bytes
static long
s_resident (void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen ("/proc/self/statm", "r");
    assert_non_null (file);
    assert_int_equal (fscanf (file, "%ld %ld", &pages, &resident), 2);
    fclose (file);
    return resident * sysconf (_SC_PAGESIZE);
}

static int
s_descriptors (void)
{
    int count = 0;
    DIR *folder = opendir ("/proc/self/fd");
    assert_non_null (folder);
    while (readdir (folder))
        count++;
    closedir (folder);
    return count;
}

//  libzmq closes sockets in a thread of its own, some time later, and holds their memory until then
static void
s_settle (int descriptors)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (s_descriptors () > descriptors) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (1);
    }
}

static void
thousand_refusals_leave_no_memory_and_ring_once (void **state)
{
    auth_test_t *test = *state;
    const int rounds = CHECKED_BUILD? 50: 1000;
    butler_gate_refusal_t refusal;
    char name [BUTLER_USER_SIZE];
    zcert_t *mallory = zcert_new ();
    butler_gate_t *gate = auth_gate (test, BUTLER_SECURITY_CURVE);
    zsock_t *server = auth_server (test, gate, BUTLER_SECURITY_CURVE);
    const int descriptors = s_descriptors ();
    for (int round = 0; round < rounds / 5; round++)
        assert_false (auth_tries (gate, server, auth_client_curve (test, mallory), name));
    s_settle (descriptors);
    const long before = s_resident ();
    for (int round = 0; round < rounds; round++) {
        assert_false (auth_tries (gate, server, auth_client_curve (test, mallory), name));
        if (round % 20 == 0)
            s_settle (descriptors);
    }
    if (!CHECKED_BUILD)
        assert_true (s_resident () - before < 4 << 20);
    uint64_t rung = 0;
    assert_int_equal (read (test->bell, &rung, sizeof rung), sizeof rung);
    assert_int_equal (rung, 1);
    assert_true (butler_gate_refused (gate, &refusal));
    assert_true (refusal.count >= (uint64_t) rounds);
    assert_false (butler_gate_refused (gate, &refusal));
    zsock_destroy (&server);
    butler_gate_destroy (&gate);
    zcert_destroy (&mallory);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        AUTH_TEST (known_key_comes_in_as_its_file_is_named),
        AUTH_TEST (unknown_key_is_turned_away_and_told_once),
        AUTH_TEST (removed_key_is_out_within_a_second),
        AUTH_TEST (key_that_is_added_comes_in),
        AUTH_TEST (password_has_to_be_the_users),
        AUTH_TEST (user_who_is_taken_off_the_file_is_out),
        AUTH_TEST (password_file_that_others_can_read_is_refused),
        AUTH_TEST (address_has_to_be_allowed_and_not_denied),
        AUTH_TEST (lists_of_addresses_do_not_concern_ipc),
        AUTH_TEST (policy_that_is_wrong_changes_nothing),
        AUTH_TEST (policy_that_can_not_be_is_refused),
        AUTH_TEST (each_gate_has_its_own_users),
        AUTH_TEST (thousand_refusals_leave_no_memory_and_ring_once)
    };
    zsys_init ();
    return cmocka_run_group_tests_name ("gate", tests, NULL, NULL);
}
