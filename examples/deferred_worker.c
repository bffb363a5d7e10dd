/*  deferred_worker.c - a worker that answers later, out of order, from another thread
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  deferred_worker [ENDPOINT], then:
//
//      butler call api.alarm wake 2000 &
//      butler call api.alarm wake 500
//
//  The second call is answered first. The handler keeps no thread waiting: it hands the request
//  to an actor, which looks every 10 ms who is to be woken. So hundreds may sleep at a time.

#include <butler.h>

typedef struct {
    butler_request_t *request;
    int64_t due;                    //  ms, by zclock_mono ()
} sleeper_t;

//  Runs in the worker's handler thread, the one that uses the actor's pipe
static json_t *
s_wake (butler_request_t *request, void *arg)
{
    const int64_t after = butler_request_integer (request, "after");
    if (after > butler_request_time_left (request))
        return butler_request_fail (request, "ValueError", "you don't wait for %lld ms", (long long) after);
    sleeper_t *sleeper = malloc (sizeof *sleeper);
    if (!sleeper)
        return butler_request_fail (request, "MemoryError", "no memory for one more");
    *sleeper = (sleeper_t) { .request = request, .due = zclock_mono () + after };
    zsock_send (arg, "sp", "SLEEP", sleeper);
    return butler_request_defer (request);
}

//  ---- in the actor's thread

//  Where the worker is gone the request is ours to destroy
static void
s_answer (sleeper_t *sleeper)
{
    butler_request_t *request = sleeper->request;
    butler_request_answer_json (request, json_string ("wake up"));
    if (butler_request_reply (&request))
        butler_request_destroy (&request);
    free (sleeper);
}

//  Takes from the list who is due by then
static void
s_wake_until (zlist_t *asleep, int64_t now)
{
    for (size_t left = zlist_size (asleep); left; left--) {
        sleeper_t *sleeper = zlist_pop (asleep);
        if (sleeper->due <= now)
            s_answer (sleeper);
        else
            zlist_append (asleep, sleeper);
    }
}

static void
s_alarm (zsock_t *pipe, void *args)
{
    (void) args;
    zlist_t *asleep = zlist_new ();
    zpoller_t *poller = zpoller_new (pipe, NULL);
    zpoller_set_nonstop (poller, true);     //  until it is told, also after a signal
    zsock_signal (pipe, 0);
    bool ended = false;
    while (!ended) {
        if (zpoller_wait (poller, zlist_size (asleep)? 10: -1) == pipe) {
            char *command = NULL;
            sleeper_t *sleeper = NULL;
            zsock_recv (pipe, "sp", &command, &sleeper);
            if (sleeper)
                zlist_append (asleep, sleeper);
            ended = command && streq (command, "$TERM");
            zstr_free (&command);
        }
        s_wake_until (asleep, ended? INT64_MAX: zclock_mono ());
    }
    zpoller_destroy (&poller);
    zlist_destroy (&asleep);
}

//  ---- the program

static const butler_method_t s_methods [] = {
    { "wake (after: integer = 1000)", s_wake, "Answers after so many milliseconds" },
    { NULL, NULL, NULL }
};

//  0, or 1 where there is no such endpoint
static int
s_serve (butler_service_t *service, const char *endpoint)
{
    zactor_t *worker = zactor_new (butler_worker, service);
    zstr_sendx (worker, "CONNECT", endpoint, NULL);
    char *answer = zstr_recv (worker);
    const bool connected = answer && streq (answer, "OK");
    if (!connected)
        fprintf (stderr, "deferred_worker: %s\n", answer? answer: "interrupted");
    while (connected && !zsys_interrupted)
        zclock_sleep (1000);        //  a signal ends it early
    zstr_free (&answer);
    zactor_destroy (&worker);
    return connected? 0: 1;
}

int
main (int argc, char *argv [])
{
    if (argc > 2 || (argc == 2 && argv [1][0] == '-')) {
        fprintf (stderr, "Usage: deferred_worker [ENDPOINT]\n");
        return 2;
    }
    zactor_t *alarm = zactor_new (s_alarm, NULL);
    butler_service_t *service = butler_service_new ("api.alarm");
    butler_service_set_capacity (service, 500);
    butler_service_register_table (service, s_methods, alarm);
    const int rc = s_serve (service, argc == 2? argv [1]: BUTLER_BACKEND);
    zactor_destroy (&alarm);        //  the worker is gone: what still sleeps is destroyed
    butler_service_destroy (&service);
    return rc;
}
