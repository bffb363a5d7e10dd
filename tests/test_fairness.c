/*  test_fairness.c - a client that floods a service does not hold up one that asks now and then
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    The real thing, on whatever machine: so the bound is generous, and that of test_dispatch_fairness, where time is
    simulated, is not. With BUTLER_LONG=1 it measures longer, and more. */

#include <czmq.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "butler.h"

enum {
    FLOOD = 900,                    //  requests of the client that floods which are open
    TIMES = 6,                      //  that the other one may wait as long as alone,
    SLACK = 10000,                  //  and us; with all that the worker takes it was 20 to 200 times
    TRIES = 5                       //  since the machine may have more to do now than when it was alone
};

typedef struct {
    zactor_t *router;
    butler_service_t *service;
    zactor_t *worker;
    char *frontend, *backend;
    int64_t handler;                //  us that a request takes
} scene_t;

static json_t *
s_work (butler_request_t *request, void *arg)
{
    const scene_t *self = arg;
    const int64_t end = zclock_usecs () + self->handler;
    if (self->handler > 300)
        zclock_sleep ((int) (self->handler / 1000));
    while (zclock_usecs () < end)
        continue;
    return butler_request_answer (request, "", 0);
}

static char *
s_bind (zactor_t *router, const char *socket)
{
    zstr_sendx (router, "BIND", socket, "tcp://127.0.0.1:*", NULL);
    char *endpoint = zstr_recv (router);
    assert_true (endpoint && strncmp (endpoint, "tcp", 3) == 0);
    return endpoint;
}

static void
s_begin (scene_t *self, int threads, int capacity, int64_t handler)
{
    self->handler = handler;
    self->router = zactor_new (butler_router, NULL);
    self->frontend = s_bind (self->router, "frontend");
    self->backend = s_bind (self->router, "backend");
    self->service = butler_service_new ("api.slow");
    butler_service_set_direct (self->service, s_work, self);
    butler_service_set_threads (self->service, threads);
    if (capacity)
        butler_service_set_capacity (self->service, capacity);
    self->worker = zactor_new (butler_worker, self->service);
    zstr_sendx (self->worker, "CONNECT", self->backend, NULL);
    char *answer = zstr_recv (self->worker);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
}

static void
s_end (scene_t *self)
{
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    zactor_destroy (&self->router);
    zstr_free (&self->frontend);
    zstr_free (&self->backend);
}

static void
s_send (zsock_t *client, int number)
{
    char api_id [32];
    snprintf (api_id, sizeof api_id, "1.0:%d", number);
    zstr_sendm (client, "");
    zstr_sendm (client, api_id);
    zstr_sendm (client, "api.slow");
    zstr_sendm (client, "+30000");
    zstr_send (client, "");
}

//  One is sent for each that is answered
static void
s_flood (zsock_t *pipe, void *arg)
{
    zsock_t *client = zsock_new_dealer (((const scene_t *) arg)->frontend);
    zpoller_t *poller = zpoller_new (pipe, client, NULL);
    int number = 0, answered = 0;
    while (number < FLOOD)
        s_send (client, number++);
    zsock_signal (pipe, 0);
    while (zpoller_wait (poller, -1) == client) {
        zmsg_t *message = zmsg_recv (client);
        zmsg_destroy (&message);
        answered++;
        s_send (client, number++);
    }
    zstr_free (&(char *) { zstr_recv (pipe) });
    zsock_send (pipe, "i", answered);
    zpoller_destroy (&poller);
    zsock_destroy (&client);
}

static int
s_compare (const void *a, const void *b)
{
    const int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
    return (left > right) - (left < right);
}

typedef struct {
    int64_t median, p99;
} times_t;

static times_t
s_ask (const scene_t *self, int count)
{
    zsock_t *client = zsock_new_dealer (self->frontend);
    int64_t *took = malloc ((size_t) count * sizeof *took);
    for (int number = -5; number < count; number++) {
        const int64_t start = zclock_usecs ();
        s_send (client, number + 5);
        zmsg_t *message = zmsg_recv (client);
        zmsg_destroy (&message);
        if (number >= 0)
            took [number] = zclock_usecs () - start;
        zclock_sleep (1 + number % 3);
    }
    qsort (took, (size_t) count, sizeof *took, s_compare);
    const times_t times = { took [count / 2], took [count * 99 / 100] };
    free (took);
    zsock_destroy (&client);
    return times;
}

//  True: it was not held up
static bool
s_measure (int threads, int capacity, int64_t handler)
{
    const int count = getenv ("BUTLER_LONG")? 2000: 150;
    scene_t scene;
    s_begin (&scene, threads, capacity, handler);
    const times_t alone = s_ask (&scene, count);
    zactor_t *flood = zactor_new (s_flood, &scene);
    s_ask (&scene, 50);                 //  until what it is given has been found out
    const int64_t start = zclock_usecs ();
    const times_t beside = s_ask (&scene, count);
    zstr_send (flood, "STOP");
    int answered = 0;
    zsock_recv (flood, "i", &answered);
    const double seconds = (double) (zclock_usecs () - start) / 1e6;
    zactor_destroy (&flood);
    print_message ("# %d threads, capacity %d, handler %lld us: alone %lld us (p99 %lld), beside a flood "
                   "%lld us (p99 %lld): %.1f times, p99 %.1f times; the flood had %.0f a second\n",
                   threads, capacity, (long long) handler, (long long) alone.median, (long long) alone.p99,
                   (long long) beside.median, (long long) beside.p99,
                   (double) beside.median / (double) alone.median, (double) beside.p99 / (double) alone.p99,
                   answered / seconds);
    s_end (&scene);
    return beside.median <= TIMES * alone.median + SLACK;
}

static void
s_check (int threads, int capacity, int64_t handler)
{
    int tries = 1;
    while (!s_measure (threads, capacity, handler))
        assert_true (tries++ < TRIES);
}

static void
client_that_asks_now_and_then_is_not_held_up (void **state)
{
    (void) state;
    s_check (0, 0, 1000);
    s_check (1, 0, 1000);
    s_check (4, 0, 1000);
    if (!getenv ("BUTLER_LONG"))
        return;
    s_check (1, 1, 1000);
    s_check (4, 4, 1000);
    s_check (4, 0, 10000);
    s_check (1, 0, 100);
    s_check (1, 0, 0);
    s_check (0, 0, 0);
}

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (client_that_asks_now_and_then_is_not_held_up),
    };
    return cmocka_run_group_tests_name ("fairness", tests, NULL, NULL);
}
