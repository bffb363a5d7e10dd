/*  butler.c - a program that keeps its signals to itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>
#include <signal.h>

static char *
s_ask (zactor_t *router, const char *command, const char *first,
       const char *second)
{
    zstr_sendx (router, command, first, second, NULL);
    return zstr_recv (router);
}

//  Not a single handler has been installed
static bool
s_is_untouched (int number)
{
    struct sigaction action;
    return sigaction (number, NULL, &action) == 0
        && action.sa_handler == SIG_DFL;
}

int
main (void)
{
    //  Before the first thread, so that all threads block these
    sigset_t signals;
    sigemptyset (&signals);
    sigaddset (&signals, SIGINT);
    sigaddset (&signals, SIGTERM);
    pthread_sigmask (SIG_BLOCK, &signals, NULL);

    //  Before the first socket or actor, so that CZMQ never touches them
    zsys_handler_set (NULL);

    zactor_t *router = zactor_new (butler_router, NULL);
    char *frontend = s_ask (router, "BIND", "frontend",
                            "tcp://127.0.0.1:*");
    printf ("bound to %s\n", frontend);

    //  Somebody tells the program to end: here it does so itself
    kill (getpid (), SIGTERM);
    int number = 0;
    sigwait (&signals, &number);

    char *abandoned = s_ask (router, "DRAIN", "5000", NULL);
    printf ("signal %d: %s requests given up\n", number, abandoned);
    zactor_destroy (&router);
    zstr_free (&abandoned);
    zstr_free (&frontend);
    const bool right = number == SIGTERM
        && s_is_untouched (SIGINT) && s_is_untouched (SIGTERM);
    return right? 0: 1;
}
