/*  test_out_of_memory.c - where memory ends, whatever is being made is not made, or an assertion ends the process
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    Each allocation that a constructor's thread makes fails once, alone and, where it makes no socket, with
    all that follow, in a process of its own. Right are: it succeeds all the same; NULL, and nothing is left behind; an
    assertion, of ours or of a library. Wrong are: a signal for any other reason, a broken heap, a hang. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "butler.h"
#include "butler_msg.h"
#include "fail_malloc.h"
#include "broker/butler_dispatch.h"
#include "broker/butler_introspect.h"
#include "config/butler_config.h"
#include "rpc/butler_signature.h"

#define PATIENCE 20                 //  seconds that one may take
#define STRIDE 5                    //  of what libzmq allocates beyond the first: each so-many-th
#define FIRST 40

//  Makes one and destroys it; false: it was not made
typedef bool (make_fn) (void);

typedef struct {
    const char *name;
    make_fn *make;
    bool plain;                     //  no socket, no thread: what is left behind can be counted
} maker_t;

static json_t *
s_method (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_integer (butler_request_integer (request, "x"));
}

static butler_service_t *
s_service (void)
{
    butler_service_t *service = butler_service_new ("api.images");
    if (service && butler_service_register (service, "double (x: integer = 7, y: any = [1])", s_method, NULL)) {
        butler_service_destroy (&service);
        return NULL;
    }
    return service;
}

static bool
s_make_service (void)
{
    butler_service_t *service = s_service ();
    const bool made = service;
    butler_service_destroy (&service);
    return made;
}

static bool
s_make_signature (void)
{
    char *error = NULL;
    butler_signature_t *signature = butler_signature_new ("f (a: integer, b: object = {\"x\": [1, \"y\"]}, ...)", &error);
    const bool made = signature;
    free (error);
    butler_signature_destroy (&signature);
    return made;
}

static bool
s_make_msg (void)
{
    butler_msg_t *msg = butler_msg_new (BUTLER_SIDE_FRONTEND);
    if (!msg)
        return false;
    butler_msg_set_id (msg, BUTLER_MSG_REQUEST);
    butler_msg_set_api_id (msg, "1.0:1");
    butler_msg_set_body (msg, "a body that has a block of its own, as it is long", 49);
    butler_msg_t *copy = butler_msg_dup (msg);
    butler_msg_destroy (&copy);
    butler_msg_destroy (&msg);
    return true;
}

static bool
s_make_config (void)
{
    butler_config_t *config = butler_config_new ();
    if (!config)
        return false;
    butler_config_set (config, "service/api.images/retry", "3");
    butler_config_set (config, "service/api.images/retry", "none");
    butler_config_listen (config);
    butler_config_destroy (&config);
    return true;
}

//  The broker, with its own service
static bool
s_make_dispatch (void)
{
    butler_settings_t settings;
    butler_dispatch_t *dispatch = calloc (1, sizeof *dispatch);
    if (!dispatch)
        return false;
    butler_settings_init (&settings);
    butler_dispatch_init (dispatch, &settings, 1, &(butler_now_t) { .mono = 1, .wall = 1 });
    butler_dispatch_fini (dispatch);
    free (dispatch);
    return true;
}

static bool
s_make_client (void)
{
    butler_client_t *client = butler_client_new ("inproc://router");
    const bool made = client;
    butler_client_destroy (&client);
    return made;
}

static bool
s_make_worker (void)
{
    butler_worker_t *worker = butler_worker_new ("inproc://router", "api.images");
    const bool made = worker;
    butler_worker_destroy (&worker);
    return made;
}

static bool
s_make_sink (void)
{
    butler_sink_t *sink = butler_sink_new ("inproc://sink");
    const bool made = sink;
    butler_sink_destroy (&sink);
    return made;
}

//  ---- actors: it is their own thread that has no memory

static unsigned long s_failing;
static bool s_failing_on;
static zactor_fn *s_actor;

static void
s_starve (zsock_t *pipe, void *args)
{
    fail_malloc_on = s_failing_on;
    fail_malloc = s_failing;
    s_actor (pipe, args);
    s_failing = fail_malloc;        //  0: it came so far
    fail_malloc = 0;
}

static bool
s_make_actor (zactor_fn *actor, void *args)
{
    s_actor = actor;
    s_failing = fail_malloc;
    s_failing_on = fail_malloc_on;
    fail_malloc = 0;
    zactor_t *made = zactor_new (s_starve, args);
    zactor_destroy (&made);
    fail_malloc = s_failing;
    return true;
}

static bool
s_make_router (void)
{
    return s_make_actor (butler_router, NULL);
}

static bool
s_make_client_actor (void)
{
    return s_make_actor (butler_client_actor, NULL);
}

static bool
s_make_sink_actor (void)
{
    return s_make_actor (butler_sink, NULL);
}

static bool
s_make_worker_actor (void)
{
    const unsigned long failing = fail_malloc;
    fail_malloc = 0;
    butler_service_t *service = s_service ();
    fail_malloc = failing;
    const bool made = s_make_actor (butler_worker, service);
    butler_service_destroy (&service);
    return made;
}

//  ---- a process that has no memory

enum { MADE_ALL_THE_SAME = 10, NOT_MADE, LEFT_SOMETHING, NOTHING_FAILED };

static void
s_child (const maker_t *maker, unsigned long at, bool on, int said)
{
    dup2 (said, STDERR_FILENO);
    dup2 (said, STDOUT_FILENO);
    signal (SIGABRT, SIG_DFL);
    alarm (PATIENCE);
    maker->make ();                 //  what libraries keep is there by now
    const long blocks = fail_malloc_blocks;
    fail_malloc_on = on;
    fail_malloc = at;
    const bool made = maker->make ();
    const bool failed = fail_malloc == 0 || (on && fail_malloc == 1);
    fail_malloc = 0;
    if (!failed)
        _exit (NOTHING_FAILED);
    if (maker->plain && fail_malloc_blocks != blocks)
        _exit (LEFT_SOMETHING);
    _exit (made? MADE_ALL_THE_SAME: NOT_MADE);
}

//  Whether a library or we said why the process ended
static bool
s_is_assertion (const char *text)
{
    //  glibc's assert () has "Unexpected error." to say where it has no memory for more
    return strstr (text, "ssertion") || strstr (text, "OUT OF MEMORY") || strstr (text, "bad_alloc")
        || strcmp (text, "Unexpected error.\n") == 0;
}

//  False: it needs no so many allocations
static bool
s_try (const maker_t *maker, unsigned long at, bool on)
{
    FILE *said = tmpfile ();
    assert_non_null (said);
    fflush (NULL);
    const pid_t child = fork ();
    assert_true (child >= 0);
    if (child == 0)
        s_child (maker, at, on, fileno (said));
    int status;
    assert_int_equal (waitpid (child, &status, 0), child);
    char text [1000] = "";
    rewind (said);
    text [fread (text, 1, sizeof text - 1, said)] = 0;
    fclose (said);
    if (WIFSIGNALED (status) && (WTERMSIG (status) != SIGABRT || !s_is_assertion (text)))
        fail_msg ("%s: allocation %lu%s fails: signal %d; %s", maker->name, at, on? " and all after it": "",
                  WTERMSIG (status), text);
    if (WIFEXITED (status) && WEXITSTATUS (status) == LEFT_SOMETHING)
        fail_msg ("%s: allocation %lu%s fails: something is left behind", maker->name, at,
                  on? " and all after it": "");
    return !WIFEXITED (status) || WEXITSTATUS (status) != NOTHING_FAILED;
}

static void
s_starve_each (const maker_t *maker)
{
    //  Where it is gone for good, CZMQ seeks a name for a pipe for ever
    for (int on = 0; on < 1 + maker->plain; on++) {
        unsigned long at = 1;
        while (s_try (maker, at, on))
            at += maker->plain || at < FIRST || getenv ("BUTLER_LONG")? 1: STRIDE;
        print_message ("# %s: about %lu allocations\n", maker->name, at - 1);
        assert_true (at > 1);
    }
}

static void
constructors_return_nothing_or_assert_where_memory_ends (void **state)
{
    (void) state;
    static const maker_t makers [] = {
        { "butler_service_new", s_make_service, true },
        { "butler_signature_new", s_make_signature, true },
        { "butler_msg_new", s_make_msg, true },
        { "butler_config_new", s_make_config, true },
        { "butler_dispatch_init", s_make_dispatch, true },
        { "butler_client_new", s_make_client, false },
        { "butler_worker_new", s_make_worker, false },
        { "butler_sink_new", s_make_sink, false },
        { "butler_router", s_make_router, false },
        { "butler_worker", s_make_worker_actor, false },
        { "butler_client_actor", s_make_client_actor, false },
        { "butler_sink", s_make_sink_actor, false },
    };
    for (size_t index = 0; index < sizeof makers / sizeof *makers; index++)
        s_starve_each (&makers [index]);
}

int
main (void)
{
    if (!fail_malloc_works ()) {
        puts ("1..0 # SKIP allocations can't be made to fail here");
        return 0;
    }
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (constructors_return_nothing_or_assert_where_memory_ends),
    };
    return cmocka_run_group_tests_name ("out of memory", tests, NULL, NULL);
}
