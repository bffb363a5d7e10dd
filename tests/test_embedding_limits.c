/*  test_embedding_limits.c - too few descriptors: what is made refuses, and nothing ends the process
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <cmocka.h>

#define ENOUGH 48                   //  descriptors with which all must work
#define INHERITED 1024              //  descriptors that the tests' runner may have left open

//  What became of it, in a child process; 'd' where a signal ended that
enum { WORKS = 'w', REFUSED = 'r', ODD = 'o', DIED = 'd' };

typedef char (s_try_fn) (void);

static char
s_verdict (bool made)
{
    return made? WORKS: errno == EMFILE? REFUSED: ODD;
}

//  ---- what is tried

static char
s_client (void)
{
    return s_verdict (butler_client_new ("tcp://127.0.0.1:1") != NULL);
}

static char
s_sink (void)
{
    return s_verdict (butler_sink_new ("tcp://127.0.0.1:*") != NULL);
}

static char
s_worker (void)
{
    return s_verdict (butler_worker_new ("tcp://127.0.0.1:1", "api.test") != NULL);
}

//  An actor that could not start says so to every command
static char
s_actor (zactor_fn *function, void *args, const char *command, const char *first, const char *second)
{
    zactor_t *actor = zactor_new (function, args);
    zstr_sendx (actor, command, first, second, NULL);
    char *answer = zstr_recv (actor);
    const bool made = answer && !strstr (answer, "ERROR");
    zstr_free (&answer);
    zactor_destroy (&actor);
    return made? WORKS: REFUSED;
}

static char
s_router (void)
{
    return s_actor (butler_router, NULL, "BIND", "frontend", "tcp://127.0.0.1:*");
}

static char
s_worker_actor (void)
{
    butler_service_t *service = butler_service_new ("api.test");
    const char verdict = s_actor (butler_worker, service, "CONNECT", "tcp://127.0.0.1:1", NULL);
    butler_service_destroy (&service);
    return verdict;
}

static char
s_client_actor (void)
{
    return s_actor (butler_client_actor, NULL, "CONNECT", "tcp://127.0.0.1:1", NULL);
}

static char
s_sink_actor (void)
{
    return s_actor (butler_sink, NULL, "BIND", "tcp://127.0.0.1:*", NULL);
}

//  ---- with so many descriptors

static void
s_limit (rlim_t limit)
{
    struct rlimit all;
    getrlimit (RLIMIT_NOFILE, &all);
    all.rlim_cur = limit;
    setrlimit (RLIMIT_NOFILE, &all);
}

//  In a child: standard streams and the way back, and then `left`. Where CZMQ's context is to be there
//  already it does not count. What stays there goes with the process.
static void
s_child (s_try_fn *try, int left, bool warm, bool asks, int report)
{
    dup2 (report, 3);
    for (int descriptor = 4; descriptor < INHERITED; descriptor++)
        close (descriptor);
    dup2 (open ("/dev/null", O_WRONLY), STDERR_FILENO);
    close (4);
    zsys_handler_set (NULL);
    if (warm)
        zsock_new (ZMQ_PAIR);
    const int lowest = dup (0);
    close (lowest);
    s_limit ((rlim_t) (lowest + left));
    const char verdict = asks && butler_room ()? REFUSED: try ();
    if (write (3, &verdict, 1) != 1)
        abort ();
    _exit (0);
}

static char
s_with (s_try_fn *try, int left, bool warm, bool asks)
{
    int report [2];
    assert_int_equal (pipe (report), 0);
    const pid_t child = fork ();
    assert_true (child >= 0);
    if (child == 0)
        s_child (try, left, warm, asks, report [1]);
    close (report [1]);
    char verdict = DIED;
    if (read (report [0], &verdict, 1) != 1)
        verdict = DIED;
    close (report [0]);
    int status;
    waitpid (child, &status, 0);
    return WIFSIGNALED (status)? DIED: verdict;
}

//  From `least` on it refuses, then works, and never anything else
static void
s_walk (s_try_fn *try, int least, bool warm, bool asks)
{
    int refused = 0;
    for (int left = least; left <= ENOUGH; left++) {
        const char verdict = s_with (try, left, warm, asks);
        if (verdict == WORKS) {
            assert_true (refused > 0);
            return;
        }
        if (verdict != REFUSED)
            fail_msg ("with %d left, where the context %s: %s", left, warm? "is there": "is to be made",
                      verdict == DIED? "the process died": "errno is not EMFILE");
        refused++;
    }
    fail_msg ("refused with %d left", ENOUGH);
}

static void
objects_refuse_where_descriptors_are_few (void **state)
{
    (void) state;
    s_try_fn *const objects [] = { s_client, s_sink, s_worker };
    for (size_t index = 0; index < sizeof objects / sizeof *objects; index++) {
        s_walk (objects [index], 0, false, false);
        s_walk (objects [index], 0, true, false);
    }
}

static s_try_fn *const s_actors [] = { s_router, s_worker_actor, s_client_actor, s_sink_actor };

static void
actors_start_or_are_refused_by_whoever_asks_first (void **state)
{
    (void) state;
    for (size_t index = 0; index < sizeof s_actors / sizeof *s_actors; index++) {
        s_walk (s_actors [index], 0, false, true);
        s_walk (s_actors [index], 0, true, true);
    }
}

//  zactor_new () takes two for the pipe before the actor runs, and has nothing to do with us so far
static void
actors_refuse_whatever_the_pipe_has_left (void **state)
{
    (void) state;
    for (size_t index = 0; index < sizeof s_actors / sizeof *s_actors; index++)
        s_walk (s_actors [index], 2, true, false);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (objects_refuse_where_descriptors_are_few),
        cmocka_unit_test (actors_start_or_are_refused_by_whoever_asks_first),
        cmocka_unit_test (actors_refuse_whatever_the_pipe_has_left),
    };
    return cmocka_run_group_tests_name ("embedding_limits", tests, NULL, NULL);
}
