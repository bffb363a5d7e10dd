/*  outside.c - somebody else's program, built with pkg-config against what is installed
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

static json_t *
s_twice (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_integer (2 * butler_request_integer (request, "number"));
}

static char *
s_bind (zactor_t *router, const char *side)
{
    zstr_sendx (router, "BIND", side, "tcp://127.0.0.1:*", NULL);
    return zstr_recv (router);
}

int
main (void)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    char *frontend = s_bind (router, "frontend");
    char *backend = s_bind (router, "backend");

    butler_service_t *service = butler_service_new ("api.numbers");
    butler_service_register (service, "twice (number: integer)", s_twice, NULL);
    zactor_t *worker = zactor_new (butler_worker, service);
    zstr_sendx (worker, "CONNECT", backend, NULL);
    char *answer = zstr_recv (worker);

    //  The worker's registration may come after the first call: that is a 404 then
    butler_client_t *client = butler_client_new (frontend);
    const int64_t deadline = zclock_mono () + 10000;
    while (butler_client_find (client, "api.numbers") != 200 && zclock_mono () < deadline)
        zclock_sleep (10);
    json_t *result = butler_client_call (client, "api.numbers", "twice", "i", 21);
    const char *error = butler_client_error (client);
    const bool right = json_integer_value (result) == 42;
    printf ("%s\n", right? "42": error? error: "another result");

    json_decref (result);
    butler_client_destroy (&client);
    zstr_free (&answer);
    zactor_destroy (&worker);
    butler_service_destroy (&service);
    zstr_free (&backend);
    zstr_free (&frontend);
    zactor_destroy (&router);
    return right? 0: 1;
}
