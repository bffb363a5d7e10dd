/*  secured_router.c - a router in a program of one's own, that lets in whom it knows
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  In a folder of its own:
//
//      butler keygen router
//      butler keygen alice --router router
//      mkdir clients && cp alice clients/
//      secured_router
//
//  The router has the key of router_secret, and takes those whose public keys are in the folder clients. A worker and
//  a client in the same program come in by alice's key, as they would from anywhere: her file says
//  which router it is for. Another client has no key, and is told so.
//
//  Who may call and who may serve what is written into a file, for the command LOAD. Peers over inproc are
//  not asked who they are: they are the router's own process.

#include <butler.h>

#define KEY "alice_secret"

//  One command to an actor, and its answer: fresh, or NULL where it failed
static char *
s_ask (zactor_t *actor, const char *command, const char *first, const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    char *answer = zstr_recv (actor);
    if (answer && strncmp (answer, "ERROR", 5) != 0)
        return answer;
    fprintf (stderr, "secured_router: %s %s: %s\n", command, first, answer? answer: "interrupted");
    zstr_free (&answer);
    return NULL;
}

static bool
s_tell (zactor_t *actor, const char *command, const char *first, const char *second)
{
    char *answer = s_ask (actor, command, first, second);
    const bool done = answer;
    zstr_free (&answer);
    return done;
}

//  What peers have to show is settled before the first BIND
static bool
s_secure (zactor_t *router)
{
    return s_tell (router, "SET", "auth/certificate", "router_secret")
        && s_tell (router, "SET", "auth/certificates", "clients")
        && s_tell (router, "SET", "service/unknown", "queue");
}

static zactor_t *
s_start_router (char **frontend, char **backend)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    if (!router || !s_secure (router)) {
        zactor_destroy (&router);
        return NULL;
    }
    *frontend = s_ask (router, "BIND", "frontend", "tcp://127.0.0.1:*");
    *backend = s_ask (router, "BIND", "backend", "tcp://127.0.0.1:*");
    if (!*frontend || !*backend)
        zactor_destroy (&router);
    return router;
}

static json_t *
s_add (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_integer (butler_request_integer (request, "a") + butler_request_integer (request, "b"));
}

static zactor_t *
s_start_worker (butler_service_t *service, const char *backend)
{
    zactor_t *worker = zactor_new (butler_worker, service);
    if (worker && (!s_tell (worker, "CURVE", KEY, NULL) || !s_tell (worker, "CONNECT", backend, NULL)))
        zactor_destroy (&worker);
    return worker;
}

//  The key comes first, the connection after it; NULL for a client that has none
static bool
s_call (const char *frontend, const char *key)
{
    butler_client_t *client = butler_client_new (NULL);
    if (!client)
        return false;
    json_t *result = NULL;
    if ((!key || butler_client_set_curve (client, key, NULL) == 0) && butler_client_connect (client, frontend) == 0)
        result = butler_client_call (client, "api.math", "add", "ii", 19, 23);
    if (result)
        printf ("19 + 23 = %lld\n", (long long) json_integer_value (result));
    else
        printf ("%s\n", butler_client_error (client));
    json_decref (result);
    butler_client_destroy (&client);
    return result;
}

int
main (void)
{
    char *frontend = NULL, *backend = NULL;
    butler_service_t *service = butler_service_new ("api.math");
    if (!service)
        return 1;
    butler_service_register (service, "add (a: integer, b: integer)", s_add, NULL);
    zactor_t *router = s_start_router (&frontend, &backend);
    zactor_t *worker = router? s_start_worker (service, backend): NULL;
    const bool right = worker && s_call (frontend, KEY) && !s_call (frontend, NULL);
    zactor_destroy (&worker);       //  before the router, so that it can leave
    zactor_destroy (&router);
    butler_service_destroy (&service);
    zstr_free (&frontend);
    zstr_free (&backend);
    return right? 0: 1;
}
