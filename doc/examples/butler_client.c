/*  butler_client.c - calls that are waited for, and many at a time
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

#define FRONTEND "inproc://frontend"
#define BACKEND  "inproc://backend"

//  One call, and what is known of one that failed
static bool
s_wait_for_one (butler_client_t *client)
{
    json_t *result = butler_client_call (client, "api.math", "square",
                                         "i", 12);
    if (!result) {
        fprintf (stderr, "%d %s\n", butler_client_status (client),
                 butler_client_error (client));
        return false;
    }
    printf ("12 * 12 = %lld\n", (long long) json_integer_value (result));
    json_decref (result);

    //  The signature wants a number: status 500, a TypeError
    result = butler_client_call (client, "api.math", "square",
                                 "s", "twelve");
    printf ("%d %s\n", butler_client_status (client),
            butler_client_error (client));
    json_decref (result);
    return butler_client_status (client) == 500;
}

//  A hundred under way, and their answers in the order of their coming
static bool
s_have_many (butler_client_t *client)
{
    for (int number = 1; number <= 100; number++)
        if (!butler_client_submit (client, "api.math", "square",
                                   "i", number))
            fprintf (stderr, "%s\n", butler_client_error (client));

    int64_t sum = 0;
    while (butler_client_recv (client, -1))
        if (butler_client_status (client) == 200)
            sum += json_integer_value (butler_client_result (client));
        else
            fprintf (stderr, "%s\n", butler_client_error (client));
    printf ("1 + 4 + ... + 10000 = %lld\n", (long long) sum);
    return sum == 338350;
}

//  ---- a router and a worker to try it on

static json_t *
s_square (butler_request_t *request, void *arg)
{
    (void) arg;
    const int64_t number = butler_request_integer (request, "number");
    return json_integer (number * number);
}

static bool
s_tell (zactor_t *actor, const char *command, const char *first,
        const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    char *answer = zstr_recv (actor);
    const bool done = answer && strncmp (answer, "ERROR ", 6) != 0;
    if (!done)
        fprintf (stderr, "%s: %s\n", command, answer? answer: "ended");
    zstr_free (&answer);
    return done;
}

int
main (void)
{
    butler_service_t *service = butler_service_new ("api.math");
    butler_service_register (service, "square (number: integer)",
                             s_square, NULL);
    zactor_t *router = zactor_new (butler_router, NULL);
    zactor_t *worker = zactor_new (butler_worker, service);
    bool right = s_tell (router, "SET", "service/unknown", "queue")
        && s_tell (router, "BIND", "frontend", FRONTEND)
        && s_tell (router, "BIND", "backend", BACKEND)
        && s_tell (worker, "CONNECT", BACKEND, NULL);

    butler_client_t *client = butler_client_new (FRONTEND);
    right = right && client
        && s_wait_for_one (client) && s_have_many (client);
    butler_client_destroy (&client);

    zactor_destroy (&worker);
    zactor_destroy (&router);
    butler_service_destroy (&service);
    return right? 0: 1;
}
