/*  butler_client_actor.c - calls through an actor's pipe
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

static char *
s_ask (zactor_t *actor, const char *command, const char *first,
       const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    return zstr_recv (actor);
}

//  One answer: the tag, the status, and the result or what went wrong
static int
s_show (zactor_t *client)
{
    char *tag = NULL, *status = NULL, *result = NULL;
    int code = -1;
    if (zstr_recvx (client, &tag, &status, &result, NULL) == 3) {
        printf ("%s: %s %s\n", tag, status, result);
        code = atoi (status);
    }
    zstr_free (&tag);
    zstr_free (&status);
    zstr_free (&result);
    return code;
}

int
main (void)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    char *frontend = s_ask (router, "BIND", "frontend",
                            "tcp://127.0.0.1:*");
    zactor_t *client = zactor_new (butler_client_actor, NULL);
    char *connected = s_ask (client, "CONNECT", frontend, NULL);

    //  Nobody serves the first; the second is the router's own service.
    //  The pipe may stand in a zpoller beside whatever else is awaited.
    zstr_sendx (client, "CALL", "first",
                "api.nothing", "work", "[1, 2]", NULL);
    zstr_sendx (client, "CALL", "second",
                "butler.router", "ping", "[]", NULL);
    const int sum = s_show (client) + s_show (client);

    zactor_destroy (&client);
    zactor_destroy (&router);
    zstr_free (&connected);
    zstr_free (&frontend);
    return sum == 404 + 200? 0: 1;
}
