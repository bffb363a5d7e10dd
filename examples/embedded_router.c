/*  embedded_router.c - router, worker and client in one process
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  A router is an actor, so any program can have one. This one has two, one after the other:
//  on TCP ports that the system chooses, where other processes could join in, and on inproc,
//  where all stays in the process and is quicker.
//
//  With inproc the router binds first, and stays: an inproc peer connects once, and does not
//  find a later router as a TCP peer does.

#include <butler.h>
#include <errno.h>

//  One command to an actor, and its answer: fresh, or NULL where it failed
static char *
s_ask (zactor_t *actor, const char *command, const char *first, const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    char *answer = zstr_recv (actor);
    if (answer && strncmp (answer, "ERROR", 5) != 0)
        return answer;
    fprintf (stderr, "embedded_router: %s %s: %s\n", command, first, answer? answer: "interrupted");
    zstr_free (&answer);
    return NULL;
}

//  The service: one method, whose signature checks what callers send
static json_t *
s_add (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_integer (butler_request_integer (request, "a") + butler_request_integer (request, "b"));
}

static zactor_t *
s_start_router (const char *front, const char *back, char **frontend, char **backend)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    if (!router)
        return NULL;
    //  Requests may come before the worker has registered: let them wait for it
    char *waiting = s_ask (router, "SET", "service/unknown", "queue");
    *frontend = s_ask (router, "BIND", "frontend", front);
    *backend = s_ask (router, "BIND", "backend", back);
    if (!waiting || !*frontend || !*backend)
        zactor_destroy (&router);
    zstr_free (&waiting);
    return router;
}

static zactor_t *
s_start_worker (butler_service_t *service, const char *backend)
{
    zactor_t *worker = zactor_new (butler_worker, service);
    char *connected = worker? s_ask (worker, "CONNECT", backend, NULL): NULL;
    if (!connected)
        zactor_destroy (&worker);
    zstr_free (&connected);
    return worker;
}

//  A call, as it is made anywhere: nothing shows that the router is in the same process
static int
s_call (const char *frontend)
{
    butler_client_t *client = butler_client_new (frontend);
    if (!client) {
        fprintf (stderr, "embedded_router: %s: %s\n", frontend, strerror (errno));
        return -1;
    }
    json_t *result = butler_client_call (client, "api.math", "add", "ii", 19, 23);
    if (result)
        printf ("%s: 19 + 23 = %lld\n", frontend, (long long) json_integer_value (result));
    else
        fprintf (stderr, "embedded_router: %s: %s\n", frontend, butler_client_error (client));
    const int rc = result? 0: -1;
    json_decref (result);
    butler_client_destroy (&client);
    return rc;
}

//  Everything once, between these two endpoints
static int
s_round (butler_service_t *service, const char *front, const char *back)
{
    char *frontend = NULL, *backend = NULL;
    int rc = -1;
    zactor_t *router = s_start_router (front, back, &frontend, &backend);
    if (router) {
        zactor_t *worker = s_start_worker (service, backend);
        if (worker)
            rc = s_call (frontend);
        zactor_destroy (&worker);
    }
    zactor_destroy (&router);
    zstr_free (&frontend);
    zstr_free (&backend);
    return rc;
}

int
main (void)
{
    butler_service_t *service = butler_service_new ("api.math");
    if (!service || butler_service_register (service, "add (a: integer, b: integer)", s_add, NULL) == -1) {
        fprintf (stderr, "embedded_router: %s\n", service? butler_service_error (service): strerror (errno));
        butler_service_destroy (&service);
        return 1;
    }
    int rc = s_round (service, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
    if (rc == 0)
        rc = s_round (service, "inproc://frontend", "inproc://backend");
    butler_service_destroy (&service);
    return rc == 0? 0: 1;
}
