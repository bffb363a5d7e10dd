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

static void
s_tell (zactor_t *actor, const char *command, const char *first, const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    free (zstr_recv (actor));
}

int
main (void)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    s_tell (router, "SET", "service/unknown", "queue");     //  until the worker has registered
    s_tell (router, "BIND", "frontend", "inproc://frontend");
    s_tell (router, "BIND", "backend", "inproc://backend");

    butler_service_t *service = butler_service_new ("api.numbers");
    butler_service_register (service, "twice (number: integer)", s_twice, NULL);
    zactor_t *worker = zactor_new (butler_worker, service);
    s_tell (worker, "CONNECT", "inproc://backend", NULL);

    butler_client_t *client = butler_client_new ("inproc://frontend");
    butler_client_set_timeout (client, 10000);
    json_t *result = butler_client_call (client, "api.numbers", "twice", "i", 21);
    const bool right = json_integer_value (result) == 42;
    printf ("%s\n", result? right? "42": "another result": butler_client_error (client));

    json_decref (result);
    butler_client_destroy (&client);
    zactor_destroy (&worker);
    butler_service_destroy (&service);
    zactor_destroy (&router);
    return right? 0: 1;
}
