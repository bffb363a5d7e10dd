/*  test_client_actor.c - a client as an actor, against a bare ROUTER
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "ask_actor.h"
#include "raw_router.h"
#include "butler_client_actor.h"

typedef struct {
    zsock_t *router;
    zactor_t *actor;
} self_t;

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    self->router = raw_router_new ();
    self->actor = zactor_new (butler_client_actor, NULL);
    zsock_set_rcvtimeo (self->actor, PATIENCE);
    zstr_sendx (self->actor, "CONNECT", zsock_endpoint (self->router), NULL);
    assert_next_answer (self->actor, "OK");
    zstr_sendx (self->actor, "SET", "timeout", "5000", NULL);
    assert_next_answer (self->actor, "OK");
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    zsock_set_rcvtimeo (self->actor, -1);   //  zactor_destroy waits with it
    zactor_destroy (&self->actor);
    zsock_destroy (&self->router);
    free (self);
    return 0;
}

static void
s_expect (self_t *self, const char *tag, const char *status, const char *text)
{
    zmsg_t *message = zmsg_recv (self->actor);
    assert_non_null (message);
    assert_int_equal (zmsg_size (message), 3);
    assert_frame (message, 0, tag);
    assert_frame (message, 1, status);
    assert_frame (message, 2, text);
    zmsg_destroy (&message);
}

static void
call_is_answered_by_its_result (void **state)
{
    self_t *self = *state;
    zstr_sendx (self->actor, "CALL", "my tag", "api.images", "resize", "[\"a\", 1]", "{\"b\": null}", NULL);
    zmsg_t *request = raw_router_recv (self->router);
    assert_frame (request, 3, "api.images");
    assert_frame (request, 5, "{\"method\":\"resize\",\"args\":[\"a\",1],\"kwargs\":{\"b\":null}}");
    raw_router_answer (self->router, request, "{\"x\": 1}", NULL);
    zmsg_destroy (&request);
    s_expect (self, "my tag", "200", "{\"x\":1}");
}

static void
args_may_be_left_empty (void **state)
{
    self_t *self = *state;
    zstr_sendx (self->actor, "CALL", "", "s", "m", "", NULL);
    zmsg_t *request = raw_router_recv (self->router);
    assert_frame (request, 5, "{\"method\":\"m\"}");
    raw_router_answer (self->router, request, "bare", NULL);
    zmsg_destroy (&request);
    s_expect (self, "", "200", "\"bare\"");
}

static void
send_is_answered_by_raw_bytes (void **state)
{
    self_t *self = *state;
    zstr_sendx (self->actor, "SEND", "t", "s", "body", NULL);
    raw_router_serve (self->router, "{ raw");
    s_expect (self, "t", "200", "{ raw");
}

//  Those under the tag are answered, and the router is told; then the command is
static void
cancel_answers_what_is_open_under_its_tag (void **state)
{
    self_t *self = *state;
    zmsg_t *request [3];
    static const char *tags [] = { "a", "b", "b" };
    for (int count = 0; count < 3; count++) {
        zstr_sendx (self->actor, "SEND", tags [count], "s", "body", NULL);
        request [count] = raw_router_recv (self->router);
    }
    zstr_sendx (self->actor, "CANCEL", "b", NULL);
    s_expect (self, "b", "0", "Cancelled: the request was cancelled");
    s_expect (self, "b", "0", "Cancelled: the request was cancelled");
    assert_next_answer (self->actor, "OK");
    raw_router_expect_cancel (self->router, request [1]);
    raw_router_expect_cancel (self->router, request [2]);
    zstr_sendx (self->actor, "CANCEL", "b", NULL);
    assert_next_error (self->actor);
    raw_router_answer (self->router, request [0], "fine", NULL);
    s_expect (self, "a", "200", "fine");
    zstr_sendx (self->actor, "CANCEL", "a", NULL);
    assert_next_error (self->actor);
    for (int count = 0; count < 3; count++)
        zmsg_destroy (&request [count]);
}

static void
answers_come_as_they_come (void **state)
{
    self_t *self = *state;
    zstr_sendx (self->actor, "SEND", "first", "s", "1", NULL);
    zstr_sendx (self->actor, "SEND", "second", "s", "2", NULL);
    zmsg_t *request = raw_router_recv (self->router);
    raw_router_serve (self->router, "2");
    s_expect (self, "second", "200", "2");
    raw_router_answer (self->router, request, "1", NULL);
    zmsg_destroy (&request);
    s_expect (self, "first", "200", "1");
}

static void
failures_are_answered_too (void **state)
{
    self_t *self = *state;
    zstr_sendx (self->actor, "CALL", "a", "s", "m", "[]", NULL);
    raw_router_serve (self->router, "500:exception:{\"name\":\"KeyError\",\"message\":\"x\",\"traceback\":\"\"}");
    s_expect (self, "a", "500", "KeyError: x");
    zstr_sendx (self->actor, "CALL", "b", "s", "m", "no JSON", NULL);
    s_expect (self, "b", "-1", "ValueError: args and kwargs must be JSON");
    zstr_sendx (self->actor, "CALL", "c", "s", "m", "{}", NULL);
    s_expect (self, "c", "-1", "ValueError: args must be an array");
    zstr_sendx (self->actor, "CALL", "d", "", "m", "[]", NULL);
    s_expect (self, "d", "-1", "ValueError: '' is no name of a service");
    zstr_sendx (self->actor, "SET", "timeout", "30", NULL);
    assert_next_answer (self->actor, "OK");
    zstr_sendx (self->actor, "CALL", "e", "s", "m", "[]", NULL);
    s_expect (self, "e", "0", "TimeoutError: no answer within 30 ms");
}

static void
commands_are_answered_once (void **state)
{
    self_t *self = *state;
    const char *const wrong [] [4] = {
        { "CONNECT", NULL },
        { "CONNECT", "nowhere", NULL },
        { "SET", "timeout", NULL },
        { "SET", "timeout", "0", NULL },
        { "SET", "retries", "x", NULL },
        { "SET", "persistent", "2", NULL },
        { "SET", "colour", "1", NULL },
        { "CALL", "tag", NULL },
        { "SEND", "tag", "service", NULL },
        { "DANCE", NULL },
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        const char *const *words = wrong [index];
        zstr_sendx (self->actor, words [0], words [1], words [1]? words [2]: NULL, NULL);
        assert_next_error (self->actor);
    }
    zstr_sendx (self->actor, "SET", "retries", "2", NULL);
    assert_next_answer (self->actor, "OK");
    zstr_sendx (self->actor, "SET", "persistent", "0", NULL);
    assert_next_answer (self->actor, "OK");
    zstr_send (self->actor, "STATS");
    assert_next_answer (self->actor, "{\"open\":0,\"sent\":0,\"answered\":0,\"failed\":0,\"refused\":0,"
                                "\"dropped\":0,\"unknown\":0,\"malformed\":0}");
    zsock_set_rcvtimeo (self->actor, 20);
    assert_null (zstr_recv (self->actor));
}

static void
without_an_endpoint_nothing_is_sent (void **state)
{
    (void) state;
    zactor_t *actor = zactor_new (butler_client_actor, NULL);
    self_t self = { .actor = actor };
    zstr_sendx (actor, "SEND", "t", "s", "x", NULL);
    s_expect (&self, "t", "-1", "ConnectionError: there is no endpoint");
    zactor_destroy (&actor);
}

static void
new_attempts_are_heard_on_their_socket (void **state)
{
    self_t *self = *state;
    zstr_sendx (self->actor, "SET", "timeout", "60", NULL);
    assert_next_answer (self->actor, "OK");
    zstr_sendx (self->actor, "SET", "retries", "1000", NULL);
    assert_next_answer (self->actor, "OK");
    zstr_sendx (self->actor, "SET", "persistent", "0", NULL);
    assert_next_answer (self->actor, "OK");
    zstr_sendx (self->actor, "SEND", "t", "s", "x", NULL);
    for (int count = 0; count < 3; count++) {
        zmsg_t *attempt = raw_router_recv (self->router);
        zmsg_destroy (&attempt);
    }
    //  Where an answer is late its attempt's socket may be closed by now, so each attempt is answered
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!raw_router_hears (zactor_sock (self->actor), 1)) {
        if (raw_router_hears (self->router, 0))
            raw_router_serve (self->router, "late");
        assert_true (zclock_mono () < limit);
    }
    s_expect (self, "t", "200", "late");
}

static void
more_than_a_thousand_are_refused (void **state)
{
    self_t *self = *state;
    enum { COUNT = 1000 };
    zstr_sendx (self->actor, "SET", "timeout", "60000", NULL);
    assert_next_answer (self->actor, "OK");
    for (int count = 0; count < COUNT; count++)
        zstr_sendx (self->actor, "SEND", "t", "s", "x", NULL);
    zstr_sendx (self->actor, "SEND", "too many", "s", "x", NULL);
    s_expect (self, "too many", "503", "Unavailable: too many requests are open");
    for (int count = 0; count < COUNT; count++)
        raw_router_serve (self->router, "1");
    for (int count = 0; count < COUNT; count++)
        s_expect (self, "t", "200", "1");
    zstr_sendx (self->actor, "SEND", "again", "s", "x", NULL);
    raw_router_serve (self->router, "1");
    s_expect (self, "again", "200", "1");
}

static void
caller_that_reads_late_gets_all (void **state)
{
    self_t *self = *state;
    enum { COUNT = 1500, ROUNDS = 3 };      //  more than the pipe takes
    zsock_set_sndhwm (self->actor, 0);
    for (int count = 0; count < COUNT * ROUNDS; count++)
        zstr_sendx (self->actor, "CALL", "t", "s", "m", "no JSON", NULL);
    for (int count = 0; count < COUNT * ROUNDS; count++)
        s_expect (self, "t", "-1", "ValueError: args and kwargs must be JSON");
}

static void
ends_with_requests_open (void **state)
{
    self_t *self = *state;
    for (int count = 0; count < 100; count++)
        zstr_sendx (self->actor, "SEND", "t", "s", "x", NULL);
    for (int count = 0; count < 50; count++)
        raw_router_serve (self->router, "1");
    s_expect (self, "t", "200", "1");
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (call_is_answered_by_its_result),
        S_TEST (args_may_be_left_empty),
        S_TEST (send_is_answered_by_raw_bytes),
        S_TEST (cancel_answers_what_is_open_under_its_tag),
        S_TEST (answers_come_as_they_come),
        S_TEST (failures_are_answered_too),
        S_TEST (commands_are_answered_once),
        cmocka_unit_test (without_an_endpoint_nothing_is_sent),
        S_TEST (new_attempts_are_heard_on_their_socket),
        S_TEST (more_than_a_thousand_are_refused),
        S_TEST (caller_that_reads_late_gets_all),
        S_TEST (ends_with_requests_open),
    };
    return cmocka_run_group_tests_name ("client_actor", tests, NULL, NULL);
}
