/*  butler_router.c - a router inside a program
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

//  One command and its answer, fresh; NULL where it failed
static char *
s_ask (zactor_t *router, const char *command, const char *first,
       const char *second)
{
    zstr_sendx (router, command, first, second, NULL);
    char *answer = zstr_recv (router);
    if (answer && strncmp (answer, "ERROR ", 6) != 0)
        return answer;
    fprintf (stderr, "%s: %s\n", command, answer? answer: "interrupted");
    zstr_free (&answer);
    return NULL;
}

//  The router answers for itself, as the service butler.router
static bool
s_ping (const char *frontend)
{
    butler_client_t *client = butler_client_new (frontend);
    if (!client)
        return false;
    json_t *pong = butler_client_call (client, "butler.router", "ping",
                                       NULL);
    const bool answered = pong != NULL;
    if (answered)
        printf ("%s says %s\n", frontend, json_string_value (pong));
    json_decref (pong);
    butler_client_destroy (&client);
    return answered;
}

int
main (void)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    if (!router)
        return 1;
    char *set = s_ask (router, "SET", "client/limit", "100");
    char *frontend = s_ask (router, "BIND", "frontend",
                            "tcp://127.0.0.1:*");
    char *backend = s_ask (router, "BIND", "backend",
                           "tcp://127.0.0.1:*");
    const bool works = set && frontend && backend && s_ping (frontend);

    //  What runs has a second to end; then the router says how many had
    //  to be given up
    char *abandoned = s_ask (router, "DRAIN", "1000", NULL);
    const bool drained = abandoned && streq (abandoned, "0");

    zactor_destroy (&router);
    zstr_free (&set);
    zstr_free (&frontend);
    zstr_free (&backend);
    zstr_free (&abandoned);
    return works && drained? 0: 1;
}
