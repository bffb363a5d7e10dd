/*  tsan_race.c - a race for ThreadSanitizer to find, and an order for it to see
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    tsan_race ordered: what two threads do is ordered by messages alone, nothing is to be reported.
    tsan_race planted: the same, but one write comes after the message, which is to be reported. */

#include <czmq.h>

static int s_shared;

//  The actor's write is done. Relaxed: it tells the time and makes no order.
static int s_written;

static void
s_actor (zsock_t *pipe, void *args)
{
    (void) args;
    zsock_signal (pipe, 0);
    char *command = zstr_recv (pipe);
    s_shared++;
    __atomic_store_n (&s_written, 1, __ATOMIC_RELAXED);
    zstr_send (pipe, "DONE");
    zstr_free (&command);
    command = zstr_recv (pipe);             //  $TERM
    zstr_free (&command);
}

int
main (int argc, char *argv [])
{
    const bool planted = argc == 2 && streq (argv [1], "planted");
    if (!planted && !(argc == 2 && streq (argv [1], "ordered"))) {
        fprintf (stderr, "usage: tsan_race ordered|planted\n");
        return 2;
    }
    zactor_t *actor = zactor_new (s_actor, NULL);
    assert (actor);
    if (!planted)
        s_shared++;
    zstr_send (actor, "GO");
    if (planted) {
        //  Not at the very same moment, which ThreadSanitizer may miss
        while (!__atomic_load_n (&s_written, __ATOMIC_RELAXED))
            zclock_sleep (1);
        s_shared++;
    }
    char *answer = zstr_recv (actor);
    zstr_free (&answer);
    printf ("%d\n", s_shared);
    zactor_destroy (&actor);
    return 0;
}
