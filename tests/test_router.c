/*  test_router.c - the router's actor: its commands, and requests over real sockets
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router.h"
#include "ask_actor.h"
#include <setjmp.h>
#include <cmocka.h>

#define PATIENCE 10000              //  ms that a test waits for what must come

static zsock_t *
s_peer (zactor_t *router, const char *side)
{
    char *endpoint = actor_ask (router, "BIND", side, "tcp://127.0.0.1:*");
    zsock_t *peer = zsock_new (ZMQ_DEALER);
    assert_non_null (peer);
    assert_int_equal (zsock_connect (peer, "%s", endpoint), 0);
    zsock_set_rcvtimeo (peer, PATIENCE);
    zstr_free (&endpoint);
    return peer;
}

//  A worker that the router has heard of
static zsock_t *
s_worker (zactor_t *router, const char *service)
{
    zsock_t *worker = s_peer (router, "backend");
    zsock_send (worker, "bs", "\x01", (size_t) 1, service);
    for (int tries = 0; actor_stat (router, "workers") == 0; tries++) {
        assert_true (tries < PATIENCE);
        zclock_sleep (1);
    }
    return worker;
}

static void
s_request (zsock_t *client, const char *api_id, const char *service, const char *expiration)
{
    assert_int_equal (zsock_send (client, "zssss", api_id, service, expiration, "body"), 0);
}

static void
s_assert_response (zsock_t *client, const char *api_id, const char *begin)
{
    char *id = NULL, *response = NULL;
    assert_int_equal (zsock_recv (client, "zss", &id, &response), 0);
    assert_string_equal (id, api_id);
    if (strncmp (response, begin, strlen (begin)) != 0)
        fail_msg ("expected %s…, got %s", begin, response);
    zstr_free (&id);
    zstr_free (&response);
}

//  ---- commands

static void
bind_answers_the_endpoint_that_was_bound (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    char *endpoint = actor_ask (router, "BIND", "frontend", "tcp://127.0.0.1:*");
    assert_true (strncmp (endpoint, "tcp://127.0.0.1:", 16) == 0);
    assert_null (strchr (endpoint, '*'));
    assert_error (router, "BIND", "backend", endpoint, "in use");
    assert_answer (router, "UNBIND", "frontend", endpoint, "OK");
    assert_error (router, "UNBIND", "frontend", endpoint, "not bound");
    zstr_free (&endpoint);
    zactor_destroy (&router);
}

static void
a_wrong_command_is_answered_with_an_error (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_error (router, "JUMP", NULL, NULL, "unknown command 'JUMP'");
    assert_error (router, "BIND", "frontend", NULL, "frontend|backend ENDPOINT");
    assert_error (router, "BIND", "sideways", "inproc://sideways", "sideways");
    assert_error (router, "BIND", "frontend", "nonsense", "nonsense");
    assert_error (router, "SET", "router/nonsense", "1", "router/nonsense");
    assert_error (router, "SET", "router/heartbeat", "soon", "router/heartbeat");
    assert_error (router, "LOAD", "/no/such/file.cfg", NULL, "/no/such/file.cfg");
    assert_error (router, "DRAIN", "-1", NULL, "milliseconds");
    zactor_destroy (&router);
}

static void
a_file_with_one_wrong_endpoint_binds_nothing (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    const int handle = mkstemp (name);
    assert_int_not_equal (handle, -1);
    static const char text [] =
        "frontend\n    bind = inproc://test-router-load\nbackend\n    bind = ipc:///no/such/folder/socket\n";
    assert_int_equal (write (handle, text, sizeof text - 1), sizeof text - 1);
    close (handle);
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_error (router, "LOAD", name, NULL, "ipc:///no/such/folder/socket");
    assert_answer (router, "BIND", "frontend", "inproc://test-router-load", "inproc://test-router-load");
    zactor_destroy (&router);
    unlink (name);
}

static void
s_write (const char *name, const char *text)
{
    FILE *file = fopen (name, "w");
    assert_non_null (file);
    assert_true (fputs (text, file) >= 0);
    fclose (file);
}

//  What STATS lists, ", " between them; fresh
static char *
s_endpoints (zactor_t *router, const char *side)
{
    char *answer = actor_ask (router, "STATS", NULL, NULL);
    json_t *stats = json_loads (answer, 0, NULL);
    char *list = json_dumps (json_object_get (stats, side), 0);
    json_decref (stats);
    zstr_free (&answer);
    return list;
}

static void
assert_endpoints (zactor_t *router, const char *expected)
{
    char *list = s_endpoints (router, "frontend");
    assert_string_equal (list, expected);
    free (list);
}

//  Each test has endpoints of its own: libzmq gives a name back some time after its socket is closed
#define ONE(test) "inproc://reload-" test "-1"
#define TWO(test) "inproc://reload-" test "-2"
#define CMD(test) "inproc://reload-" test "-command"

static void
reload_goes_over_to_what_the_file_says_now (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_error (router, "RELOAD", NULL, NULL, "no file");
    s_write (name, "frontend\n    bind = " ONE ("1") "\nclient\n    limit = 1\n");
    assert_answer (router, "LOAD", name, NULL, "OK");
    assert_error (router, "SET", "client/limit", "2", "more than the 1 that its socket was bound with");
    assert_answer (router, "SET", "worker/capacity", "2000", "OK");
    assert_answer (router, "BIND", "frontend", CMD ("1"), CMD ("1"));
    assert_answer (router, "RELOAD", NULL, NULL, "OK");
    assert_endpoints (router, "[\"" ONE ("1") "\", \"" CMD ("1") "\"]");

    s_write (name, "frontend\n    bind = " TWO ("1") "\nserver\n    io_threads = 2\nclient\n    limit = 2\n");
    assert_answer (router, "RELOAD", NULL, NULL, "KEPT server/io_threads, client/limit");
    assert_endpoints (router, "[\"" CMD ("1") "\", \"" TWO ("1") "\"]");
    assert_answer (router, "ECHO", "all is well", NULL, "OK");
    zactor_destroy (&router);
    unlink (name);
}

static void
reload_of_a_wrong_file_changes_nothing (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    zactor_t *router = zactor_new (butler_router, NULL);
    s_write (name, "frontend\n    bind = " ONE ("2") "\n");
    assert_answer (router, "LOAD", name, NULL, "OK");
    s_write (name, "frontend\n    bind = " TWO ("2") "\nclient\n    limit = 0\n");
    assert_error (router, "RELOAD", NULL, NULL, ":4: client/limit: '0' is out of range");
    s_write (name, "frontend\n    bind = " TWO ("2") "\nbackend\n    bind = ipc:///no/such/folder/socket\n");
    assert_error (router, "RELOAD", NULL, NULL, "ipc:///no/such/folder/socket");
    unlink (name);
    assert_error (router, "RELOAD", NULL, NULL, "No such file");
    assert_endpoints (router, "[\"" ONE ("2") "\"]");
    zactor_destroy (&router);
}

//  As butlerd has it: a side that the file leaves out listens all the same, and no longer when it does not
static void
loaded_to_listen_a_side_left_out_has_its_default (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    zactor_t *router = zactor_new (butler_router, NULL);
    s_write (name, "backend\n    bind = " TWO ("3") "\nfrontend\n    bind = " ONE ("3") "\n");
    assert_error (router, "LOAD", name, "listens", "nothing but 'listen'");
    assert_answer (router, "LOAD", name, "listen", "OK");
    assert_endpoints (router, "[\"" ONE ("3") "\"]");
    s_write (name, "backend\n    bind = " TWO ("3") "\n");
    zstr_send (router, "RELOAD");
    char *answer = zstr_recv (router);
    assert_non_null (answer);
    if (strstr (answer, "in use"))      //  another router of this machine is there
        assert_endpoints (router, "[\"" ONE ("3") "\"]");
    else
        assert_endpoints (router, "[\"tcp://127.0.0.1:5555\"]");
    free (answer);
    s_write (name, "backend\n    bind = " TWO ("3") "\nfrontend\n    bind = " ONE ("3") "\n");
    assert_answer (router, "RELOAD", NULL, NULL, "OK");
    assert_endpoints (router, "[\"" ONE ("3") "\"]");
    zactor_destroy (&router);
    unlink (name);
}

//  Neither a connection nor what waits is disturbed
static void
reload_leaves_what_waits_alone (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    zactor_t *router = zactor_new (butler_router, NULL);
    s_write (name, "frontend\n    bind = tcp://127.0.0.1:*\nservice\n    unknown = queue\n");
    assert_answer (router, "LOAD", name, NULL, "OK");
    char *list = s_endpoints (router, "frontend");
    json_t *endpoints = json_loads (list, 0, NULL);
    zsock_t *client = zsock_new (ZMQ_DEALER);
    assert_int_equal (zsock_connect (client, "%s", json_string_value (json_array_get (endpoints, 0))), 0);
    zsock_set_rcvtimeo (client, PATIENCE);
    s_request (client, "1.0:1", "api.late", "+60000");
    for (int tries = 0; actor_stat (router, "waiting") == 0; tries++) {
        assert_true (tries < PATIENCE);
        zclock_sleep (1);
    }
    s_write (name, "frontend\n    bind = tcp://127.0.0.1:*\n    bind = inproc://elsewhere\nservice\n    unknown = reject\n");
    assert_answer (router, "RELOAD", NULL, NULL, "OK");
    assert_int_equal (actor_stat (router, "waiting"), 1);
    s_request (client, "1.0:2", "api.other", "+60000");
    s_assert_response (client, "1.0:2", "404");
    json_decref (endpoints);
    free (list);
    zsock_destroy (&client);
    zactor_destroy (&router);
    unlink (name);
}

//  Neither is what is not in its file's way: what the other socket is bound to
static void
reload_that_fails_leaves_what_an_earlier_one_bound (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    zactor_t *router = zactor_new (butler_router, NULL);
    s_write (name, "frontend\n    bind = " ONE ("4") "\nbackend\n    bind = " TWO ("4") "\n");
    assert_answer (router, "LOAD", name, NULL, "OK");
    s_write (name, "frontend\n    bind = ipc:///no/such/folder/socket\nbackend\n    bind = " TWO ("4") "\n");
    assert_error (router, "RELOAD", NULL, NULL, "ipc:///no/such/folder/socket");
    assert_endpoints (router, "[\"" ONE ("4") "\"]");
    char *list = s_endpoints (router, "backend");
    assert_string_equal (list, "[\"" TWO ("4") "\"]");
    free (list);
    zactor_destroy (&router);
    unlink (name);
}

//  libzmq lets one socket take an ipc:// endpoint away from another, and closes it with the first
static void
an_endpoint_has_one_socket (void **state)
{
    (void) state;
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    char *file = zsys_sprintf ("%s.cfg", name), *ipc = zsys_sprintf ("ipc://%s", name);
    char *front = zsys_sprintf ("frontend\n    bind = %s\n", ipc), *back = zsys_sprintf ("backend\n    bind = %s\n", ipc);
    zactor_t *router = zactor_new (butler_router, NULL);
    s_write (file, front);
    assert_answer (router, "LOAD", file, NULL, "OK");
    assert_error (router, "BIND", "frontend", ipc, "in use");
    assert_error (router, "BIND", "backend", ipc, "in use");
    s_write (file, back);
    assert_error (router, "RELOAD", NULL, NULL, "in use; where this router has it, or another on its port");
    char *expected = zsys_sprintf ("[\"%s\"]", ipc);
    assert_endpoints (router, expected);
    zstr_free (&expected);
    assert_answer (router, "UNBIND", "frontend", ipc, "OK");
    assert_answer (router, "RELOAD", NULL, NULL, "OK");
    zactor_destroy (&router);
    unlink (file);
    unlink (name);
    zstr_free (&back);
    zstr_free (&front);
    zstr_free (&ipc);
    zstr_free (&file);
}

#define ROUNDS 100
#define REQUESTS 10

//  The next request's reply is its own api:id
static void
s_serve_one (zsock_t *worker)
{
    zframe_t *token = NULL;
    char *api_id = NULL;
    assert_int_equal (zsock_recv (worker, "fzs", &token, &api_id), 0);
    assert_int_equal (zsock_send (worker, "bfzss", "\x04", (size_t) 1, token, api_id, api_id), 0);
    zframe_destroy (&token);
    zstr_free (&api_id);
}

static void
reload_under_traffic_loses_nothing (void **state)
{
    (void) state;
    static const char *const more [] = {
        "    bind = " ONE ("5") "\nrouter\n    heartbeat = 60000\nservice\n    api.echo\n        queue = 50\n",
        "    bind = " TWO ("5") "\nrouter\n    heartbeat = 90000\nclient\n    limit = 500\n",
    };
    char name [] = "/tmp/test_router_XXXXXX";
    close (mkstemp (name));
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_answer (router, "SET", "router/heartbeat", "60000", "OK");
    zsock_t *worker = s_worker (router, "api.echo"), *client = s_peer (router, "frontend");
    s_write (name, "frontend\nrouter\n    heartbeat = 60000\n");
    assert_answer (router, "LOAD", name, NULL, "OK");
    for (int round = 0; round < ROUNDS; round++) {
        char *text = zsys_sprintf ("frontend\n%s", more [round % 2]);
        s_write (name, text);
        zstr_free (&text);
        zstr_send (router, "RELOAD");
        for (int count = 0; count < REQUESTS; count++) {
            char *api_id = zsys_sprintf ("1.0:%d", round * REQUESTS + count);
            s_request (client, api_id, "api.echo", "+60000");
            zstr_free (&api_id);
        }
        for (int count = 0; count < REQUESTS; count++)
            s_serve_one (worker);
        for (int count = 0; count < REQUESTS; count++) {
            char *api_id = zsys_sprintf ("1.0:%d", round * REQUESTS + count);
            s_assert_response (client, api_id, api_id);
            zstr_free (&api_id);
        }
        char *answer = zstr_recv (router);
        assert_string_equal (answer, "OK");
        zstr_free (&answer);
    }
    assert_int_equal (actor_stat (router, "accepted"), ROUNDS * REQUESTS);
    assert_int_equal (actor_stat (router, "answered"), ROUNDS * REQUESTS);
    assert_int_equal (actor_stat (router, "registrations"), 1);
    assert_int_equal (actor_stat (router, "reconnects") + actor_stat (router, "workers_lost"), 0);
    zsock_destroy (&client);
    zsock_destroy (&worker);
    zactor_destroy (&router);
    unlink (name);
}

static void
many_commands_are_answered_in_their_order (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    for (int count = 0; count < 500; count++)
        zstr_send (router, count % 2? "JUMP": "VERBOSE");
    zsock_set_rcvtimeo (router, PATIENCE);
    for (int count = 0; count < 500; count++) {
        char *answer = zstr_recv (router);
        assert_string_equal (answer, count % 2? "ERROR unknown command 'JUMP'": "OK");
        zstr_free (&answer);
    }
    zactor_destroy (&router);
}

//  ---- requests

static void
a_request_goes_to_a_worker_and_its_reply_back (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_answer (router, "SET", "router/heartbeat", "60000", "OK");     //  the request comes first
    zsock_t *worker = s_worker (router, "api.echo");
    zsock_t *client = s_peer (router, "frontend");
    s_request (client, "1.0:1", "api.echo", "+60000");

    zframe_t *token = NULL;
    char *api_id = NULL, *service = NULL, *expiration = NULL, *body = NULL;
    assert_int_equal (zsock_recv (worker, "fzssss", &token, &api_id, &service, &expiration, &body), 0);
    assert_int_equal (zframe_size (token), 9);
    assert_string_equal (api_id, "1.0:1");
    assert_string_equal (service, "api.echo");
    assert_int_equal (strlen (expiration), 13);
    assert_string_equal (body, "body");
    assert_int_equal (zsock_send (worker, "bfzss", "\x04", (size_t) 1, token, api_id, "\"done\""), 0);
    s_assert_response (client, "1.0:1", "\"done\"");
    assert_int_equal (actor_stat (router, "answered"), 1);

    zframe_destroy (&token);
    zstr_free (&api_id);
    zstr_free (&service);
    zstr_free (&expiration);
    zstr_free (&body);
    zsock_destroy (&client);
    zsock_destroy (&worker);
    zactor_destroy (&router);
}

static void
a_waiting_request_expires_when_due (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_answer (router, "SET", "service/unknown", "queue", "OK");
    zsock_t *client = s_peer (router, "frontend");
    const int64_t start = zclock_mono ();
    s_request (client, "1.0:1", "api.nobody", "+100");
    s_assert_response (client, "1.0:1", "504:expired:");
    assert_true (zclock_mono () - start >= 100);
    zsock_destroy (&client);
    zactor_destroy (&router);
}

static void
drain_answers_when_nothing_runs_any_longer (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    assert_answer (router, "SET", "service/unknown", "queue", "OK");
    zsock_t *client = s_peer (router, "frontend");
    s_request (client, "1.0:1", "api.nobody", "+60000");
    s_request (client, "1.0:2", "butler.router", "+60000");
    s_assert_response (client, "1.0:2", "400:");        //  so the first one is there
    assert_answer (router, "DRAIN", "50", NULL, "1");
    s_assert_response (client, "1.0:1", "503:unavailable:");
    s_request (client, "1.0:3", "api.nobody", "+60000");
    s_assert_response (client, "1.0:3", "503:unavailable:");
    assert_answer (router, "DRAIN", "60000", NULL, "0");
    zsock_destroy (&client);
    zactor_destroy (&router);
}

static void
two_routers_in_one_process_do_not_meet (void **state)
{
    (void) state;
    zactor_t *one = zactor_new (butler_router, NULL);
    zactor_t *two = zactor_new (butler_router, NULL);
    zsock_t *worker = s_worker (one, "api.echo");
    zsock_t *client = s_peer (two, "frontend");
    s_request (client, "1.0:1", "mmi.api.echo", "+5000");
    char *api_id, *service, *code;
    assert_int_equal (zsock_recv (client, "zsss", &api_id, &service, &code), 0);
    assert_string_equal (code, "400");
    zstr_free (&api_id);
    zstr_free (&service);
    zstr_free (&code);
    zsock_destroy (&client);
    zsock_destroy (&worker);
    zactor_destroy (&two);
    zactor_destroy (&one);
}

static void
a_router_is_destroyed_under_traffic (void **state)
{
    (void) state;
    zactor_t *router = zactor_new (butler_router, NULL);
    zsock_t *worker = s_worker (router, "api.echo");
    zsock_t *client = s_peer (router, "frontend");
    for (int count = 0; count < 2000; count++) {
        char *api_id = zsys_sprintf ("1.0:%d", count);
        s_request (client, api_id, count % 3? "api.echo": "api.nobody", "+60000");
        zstr_free (&api_id);
    }
    zactor_destroy (&router);
    zsock_destroy (&client);
    zsock_destroy (&worker);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (bind_answers_the_endpoint_that_was_bound),
        cmocka_unit_test (a_wrong_command_is_answered_with_an_error),
        cmocka_unit_test (a_file_with_one_wrong_endpoint_binds_nothing),
        cmocka_unit_test (reload_goes_over_to_what_the_file_says_now),
        cmocka_unit_test (reload_of_a_wrong_file_changes_nothing),
        cmocka_unit_test (loaded_to_listen_a_side_left_out_has_its_default),
        cmocka_unit_test (reload_leaves_what_waits_alone),
        cmocka_unit_test (reload_that_fails_leaves_what_an_earlier_one_bound),
        cmocka_unit_test (an_endpoint_has_one_socket),
        cmocka_unit_test (reload_under_traffic_loses_nothing),
        cmocka_unit_test (many_commands_are_answered_in_their_order),
        cmocka_unit_test (a_request_goes_to_a_worker_and_its_reply_back),
        cmocka_unit_test (a_waiting_request_expires_when_due),
        cmocka_unit_test (drain_answers_when_nothing_runs_any_longer),
        cmocka_unit_test (two_routers_in_one_process_do_not_meet),
        cmocka_unit_test (a_router_is_destroyed_under_traffic),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
