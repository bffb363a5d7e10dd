/*  test_embedding.c - butler as a guest: what it takes of its host, and what it gives back
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "ask_actor.h"
#include "butler.h"
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <malloc.h>
#include <signal.h>
#include <sys/wait.h>
#include "checked_build.h"

#define PATIENCE 20000              //  ms that a test waits for what must come

static void
s_tell (zactor_t *actor, const char *command, const char *first)
{
    char *answer = actor_ask (actor, command, first, NULL);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
}

static json_t *
s_double (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_integer (2 * butler_request_integer (request, "x"));
}

static butler_service_t *
s_service (const char *name)
{
    butler_service_t *service = butler_service_new (name);
    assert_int_equal (butler_service_register (service, "double (x: integer)", s_double, NULL), 0);
    return service;
}

//  A router, a worker, and a client for both
typedef struct {
    zactor_t *router, *worker;
    butler_service_t *service;
    butler_client_t *client;
} house_t;

static void
s_build (house_t *self, const char *service)
{
    self->router = zactor_new (butler_router, NULL);
    char *frontend = actor_ask (self->router, "BIND", "frontend", "tcp://127.0.0.1:*");
    char *backend = actor_ask (self->router, "BIND", "backend", "tcp://127.0.0.1:*");
    self->service = s_service (service);
    self->worker = zactor_new (butler_worker, self->service);
    s_tell (self->worker, "CONNECT", backend);
    self->client = butler_client_new (frontend);
    assert_non_null (self->client);
    butler_client_set_timeout (self->client, PATIENCE);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (self->client, service) != 200)
        assert_true (zclock_mono () < limit);
    zstr_free (&frontend);
    zstr_free (&backend);
}

static void
s_use (house_t *self, const char *service, int x)
{
    json_t *result = butler_client_call (self->client, service, "double", "i", x);
    if (!result)
        fail_msg ("%s", butler_client_error (self->client));
    assert_int_equal (json_integer_value (result), 2 * x);
    json_decref (result);
}

static void
s_tear_down (house_t *self)
{
    butler_client_destroy (&self->client);
    zactor_destroy (&self->worker);
    butler_service_destroy (&self->service);
    zactor_destroy (&self->router);
}

//  ---- what is taken is given back

static int
s_count (const char *folder)
{
    DIR *entries = opendir (folder);
    assert_non_null (entries);
    int count = -1;                 //  its own, and . and ..
    while (readdir (entries))
        count++;
    closedir (entries);
    return count;
}

static long
s_resident (void)
{
    long total = 0, resident = 0;
    FILE *file = fopen ("/proc/self/statm", "r");
    assert_non_null (file);
    assert_int_equal (fscanf (file, "%ld %ld", &total, &resident), 2);
    fclose (file);
    return resident * sysconf (_SC_PAGESIZE) / 1024;
}

typedef struct {
    int descriptors, threads;
} taken_t;

static taken_t
s_taken (void)
{
    return (taken_t) { s_count ("/proc/self/fd"), s_count ("/proc/self/task") };
}

//  libzmq closes sockets in a thread of its own, some time later
static void
assert_settled (taken_t before)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    taken_t now = s_taken ();
    while ((now.descriptors > before.descriptors || now.threads > before.threads) && zclock_mono () < limit) {
        zclock_sleep (1);
        now = s_taken ();
    }
    assert_true (now.descriptors <= before.descriptors);
    assert_true (now.threads <= before.threads);
}

//  What the context takes alone: the first of these tests makes it
static taken_t s_idle;

static int
s_make_context (void **state)
{
    (void) state;
    zsock_t *socket = zsock_new (ZMQ_PAIR);
    s_idle = s_taken ();
    zsock_destroy (&socket);
    s_idle.descriptors--;
    assert_settled (s_idle);
    return 0;
}

static void
s_cycle_actor (zactor_fn *function, void *args)
{
    zactor_t *actor = zactor_new (function, args);
    assert_non_null (actor);
    zactor_destroy (&actor);
}

static void
s_cycle_router (void *arg)
{
    (void) arg;
    s_cycle_actor (butler_router, NULL);
}

static void
s_cycle_worker (void *service)
{
    s_cycle_actor (butler_worker, service);
}

static void
s_cycle_client (void *arg)
{
    (void) arg;
    s_cycle_actor (butler_client_actor, NULL);
}

static void
s_cycle_sink (void *arg)
{
    (void) arg;
    s_cycle_actor (butler_sink, NULL);
}

static void
s_cycle_house (void *arg)
{
    (void) arg;
    house_t house;
    s_build (&house, "api.double");
    s_use (&house, "api.double", 21);
    s_tear_down (&house);
}

//  libzmq may hold what was closed for a moment: what waits for that is neither to meet the limit on sockets nor to
//  take the memory of many rounds
static void
s_cycle (void (*cycle) (void *arg), void *arg, int count)
{
    long warm = 0;
    for (int round = 0; round < count; round++) {
        cycle (arg);
        if (round % (count / 400 + 1) == 0)
            assert_settled (s_idle);
        if (round == count / 4)
            warm = s_resident ();
    }
    assert_settled (s_idle);
    if (!CHECKED_BUILD)             //  those keep what is freed for a while
        assert_true (s_resident () - warm < 4096);
}

static void
cycles_of_a_router_leave_nothing (void **state)
{
    (void) state;
    s_cycle (s_cycle_router, NULL, CHECKED_BUILD? 100: 10000);
}

static void
cycles_of_a_worker_leave_nothing (void **state)
{
    (void) state;
    butler_service_t *service = s_service ("api.double");
    s_cycle (s_cycle_worker, service, CHECKED_BUILD? 100: 10000);
    butler_service_destroy (&service);
}

static void
cycles_of_a_client_actor_leave_nothing (void **state)
{
    (void) state;
    s_cycle (s_cycle_client, NULL, CHECKED_BUILD? 100: 10000);
}

static void
cycles_of_a_sink_leave_nothing (void **state)
{
    (void) state;
    s_cycle (s_cycle_sink, NULL, CHECKED_BUILD? 100: 10000);
}

static void
cycles_of_all_with_a_call_leave_nothing (void **state)
{
    (void) state;
    s_cycle (s_cycle_house, NULL, CHECKED_BUILD? 20: 500);
}

//  ---- side by side

static void
two_routers_in_one_process_do_not_meet (void **state)
{
    (void) state;
    house_t one, two;
    s_build (&one, "api.one");
    s_build (&two, "api.two");
    for (int count = 0; count < 100; count++) {
        s_use (&one, "api.one", count);
        s_use (&two, "api.two", count);
    }
    assert_int_equal (butler_client_find (one.client, "api.two"), 400);
    s_tear_down (&one);
    s_use (&two, "api.two", 4);
    s_tear_down (&two);
}

//  Each in turn ends while requests fly
static void
destruction_under_traffic_ends (void **state)
{
    (void) state;
    for (int first = 0; first < 3; first++) {
        house_t house;
        s_build (&house, "api.double");
        for (int count = 0; count < 500; count++)
            assert_int_not_equal (butler_client_submit (house.client, "api.double", "double", "i", count), 0);
        assert_int_not_equal (butler_client_recv (house.client, PATIENCE), 0);
        if (first == 0)
            zactor_destroy (&house.router);
        if (first == 1)
            zactor_destroy (&house.worker);
        if (first == 2)
            butler_client_destroy (&house.client);
        s_tear_down (&house);
    }
}

//  More answers than the pipe holds, and nobody reads one
static void
s_fill (zactor_fn *function, void *args)
{
    zactor_t *actor = zactor_new (function, args);
    zsock_set_sndtimeo (actor, 100);
    for (int count = 0; count < 5000; count++)
        if (zstr_send (actor, "STATS") == -1)
            break;
    zactor_destroy (&actor);
    assert_settled (s_idle);
}

static void
actors_with_a_full_pipe_end (void **state)
{
    (void) state;
    butler_service_t *service = s_service ("api.double");
    s_fill (butler_router, NULL);
    s_fill (butler_worker, service);
    s_fill (butler_client_actor, NULL);
    s_fill (butler_sink, NULL);
    butler_service_destroy (&service);
}

//  ---- manners; each in a process of its own

//  It gets to its end, and nothing is wrong there. What the child has of our memory, and does not free, is
//  nobody's leak: hence the report, whatever a checker makes of its end
static void
assert_right_in_a_child (const char *(*work) (void))
{
    int report [2];
    assert_int_equal (pipe (report), 0);
    fflush (NULL);
    const pid_t child = fork ();
    assert_int_not_equal (child, -1);
    if (child == 0) {
        const char *wrong = work ();
        zsys_shutdown ();
        _exit (write (report [1], wrong, strlen (wrong) + 1) < 0);
    }
    close (report [1]);
    char wrong [64] = "died";
    (void) !read (report [0], wrong, sizeof wrong - 1);
    close (report [0]);
    waitpid (child, NULL, 0);
    assert_string_equal (wrong, "");
}

static const char *
s_serve_once (void)
{
    s_cycle_house (NULL);
    return "";
}

static void
fork_before_first_use_leaves_both_whole (void **state)
{
    (void) state;
    assert_right_in_a_child (s_serve_once);
}

static const char *
s_serve_quietly (void)
{
    zsys_handler_set (NULL);
    int out [2];
    if (pipe (out) || dup2 (out [1], STDOUT_FILENO) == -1 || close (out [1]))
        return "no pipe";
    struct sigaction before [32], after;
    for (int number = 1; number < 32; number++)
        sigaction (number, NULL, &before [number]);
    s_serve_once ();
    for (int number = 1; number < 32; number++)
        if (sigaction (number, NULL, &after) == 0 && after.sa_handler != before [number].sa_handler)
            return "a handler was installed";
    fflush (stdout);
    close (STDOUT_FILENO);
    char byte;
    return read (out [0], &byte, 1) == 0? "": "stdout was written to";
}

static void
signals_and_stdout_are_left_alone (void **state)
{
    (void) state;
    assert_right_in_a_child (s_serve_quietly);
}

int
main (void)
{
    mallopt (M_ARENA_MAX, 1);       //  else each thread may begin one of its own, and RSS says little
    const struct CMUnitTest tests [] = {
        //  These first, as there is no context yet
        cmocka_unit_test (fork_before_first_use_leaves_both_whole),
        cmocka_unit_test (signals_and_stdout_are_left_alone),
        cmocka_unit_test_setup (two_routers_in_one_process_do_not_meet, s_make_context),
        cmocka_unit_test (destruction_under_traffic_ends),
        cmocka_unit_test (actors_with_a_full_pipe_end),
        cmocka_unit_test (cycles_of_all_with_a_call_leave_nothing),
        cmocka_unit_test (cycles_of_a_client_actor_leave_nothing),
        cmocka_unit_test (cycles_of_a_sink_leave_nothing),
        cmocka_unit_test (cycles_of_a_worker_leave_nothing),
        cmocka_unit_test (cycles_of_a_router_leave_nothing),
    };
    return cmocka_run_group_tests_name ("embedding", tests, NULL, NULL);
}
