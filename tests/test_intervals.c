/*  test_intervals.c - a router and a worker whose heartbeat intervals differ tenfold
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "ask_actor.h"
#include "butler.h"
#include <setjmp.h>
#include <cmocka.h>

#define PATIENCE 20000              //  ms that a test waits for what must come
#define QUICK "50"                  //  ms; as many as LIVENESS are less than one of the others
#define SLOW "500"
#define LIVENESS "8"                //  a slow machine is not to be taken for a dead peer
#define WHILE 2600                  //  ms: some of the slow ones, by which somebody would be dead

typedef struct {
    zactor_t *router, *worker;
    butler_service_t *service;
    butler_client_t *client;
    char *frontend, *backend;
} self_t;

static void
s_tell (zactor_t *actor, const char *command, const char *first, const char *second)
{
    char *answer = actor_ask (actor, command, first, second);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
}

static json_t *
s_nap (butler_request_t *request, void *arg)
{
    (void) arg;
    zclock_sleep ((int) butler_request_integer (request, "ms"));
    return json_integer (7);
}

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    self->router = zactor_new (butler_router, NULL);
    self->frontend = actor_ask (self->router, "BIND", "frontend", "tcp://127.0.0.1:*");
    self->backend = actor_ask (self->router, "BIND", "backend", "tcp://127.0.0.1:*");
    self->service = butler_service_new ("intervals");
    butler_service_register (self->service, "nap (ms: integer)", s_nap, NULL);
    self->worker = zactor_new (butler_worker, self->service);
    s_tell (self->router, "SET", "router/liveness", LIVENESS);
    s_tell (self->worker, "SET", "liveness", LIVENESS);
    self->client = butler_client_new (self->frontend);
    butler_client_set_timeout (self->client, PATIENCE);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    butler_client_destroy (&self->client);
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    zactor_destroy (&self->router);
    zstr_free (&self->frontend);
    zstr_free (&self->backend);
    free (self);
    return 0;
}

//  A number in what STATS says; "routers" means the connections to the first of them
static json_int_t
s_stat (zactor_t *actor, const char *name)
{
    char *text = actor_ask (actor, "STATS", NULL, NULL);
    json_t *stats = json_loads (text, 0, NULL);
    assert_non_null (stats);
    const json_t *value = json_object_get (stats, name);
    if (json_is_array (value))
        value = json_object_get (json_array_get (value, 0), "connections");
    assert_true (json_is_integer (value));
    const json_int_t number = json_integer_value (value);
    json_decref (stats);
    zstr_free (&text);
    return number;
}

//  One request that takes all the while, and nobody is taken for dead
static void
s_live (self_t *self)
{
    json_t *result = butler_client_call (self->client, "intervals", "nap", "i", WHILE);
    if (!result)
        fail_msg ("%s", butler_client_error (self->client));
    json_decref (result);
    assert_int_equal (s_stat (self->router, "workers_lost"), 0);
    assert_int_equal (s_stat (self->router, "reconnects"), 0);
    assert_int_equal (s_stat (self->router, "registrations"), 1);
    assert_int_equal (s_stat (self->worker, "routers"), 1);
}

static void
s_join (self_t *self)
{
    s_tell (self->worker, "CONNECT", self->backend, NULL);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (self->client, "intervals") != 200)
        assert_true (zclock_mono () < limit);
}

static void
slow_worker_lives_at_a_quick_router (void **state)
{
    self_t *self = *state;
    s_tell (self->router, "SET", "router/heartbeat", QUICK);
    s_tell (self->worker, "SET", "heartbeat", SLOW);
    s_join (self);
    s_live (self);
}

static void
quick_worker_keeps_a_slow_router (void **state)
{
    self_t *self = *state;
    s_tell (self->router, "SET", "router/heartbeat", SLOW);
    s_tell (self->worker, "SET", "heartbeat", QUICK);
    s_join (self);
    s_live (self);
}

static void
router_may_become_slow (void **state)
{
    self_t *self = *state;
    s_tell (self->router, "SET", "router/heartbeat", QUICK);
    s_tell (self->worker, "SET", "heartbeat", QUICK);
    s_join (self);
    s_tell (self->router, "SET", "router/heartbeat", SLOW);
    s_live (self);
}

static void
worker_may_become_slow (void **state)
{
    self_t *self = *state;
    s_tell (self->router, "SET", "router/heartbeat", QUICK);
    s_tell (self->worker, "SET", "heartbeat", QUICK);
    s_join (self);
    s_tell (self->worker, "SET", "heartbeat", SLOW);
    s_live (self);
}

int
main (void)
{
    zsys_handler_set (NULL);
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (slow_worker_lives_at_a_quick_router),
        S_TEST (quick_worker_keeps_a_slow_router),
        S_TEST (router_may_become_slow),
        S_TEST (worker_may_become_slow),
    };
    return cmocka_run_group_tests_name ("intervals", tests, NULL, NULL);
}
