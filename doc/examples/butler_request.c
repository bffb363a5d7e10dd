/*  butler_request.c - what a handler does with a request
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

#define FRONTEND "inproc://frontend"
#define BACKEND  "inproc://backend"

//  A result, or an exception: the client sees "ZeroDivisionError: ..."
static json_t *
s_divide (butler_request_t *request, void *arg)
{
    (void) arg;
    const int64_t a = butler_request_integer (request, "a");
    const int64_t b = butler_request_integer (request, "b");
    if (b == 0)
        return butler_request_fail (request, "ZeroDivisionError",
                                    "can't divide %lld", (long long) a);
    return json_pack ("{s:I, s:I}", "quotient", (json_int_t) (a / b),
                      "remainder", (json_int_t) (a % b));
}

//  Any bytes in, any bytes out. Long work stops when told to, but half
//  a result is none: the client of a worker that ends still waits for it
static json_t *
s_reverse (butler_request_t *request, void *arg)
{
    (void) arg;
    const char *body = butler_request_body (request);
    const size_t size = butler_request_size (request);
    char *answer = malloc (size + 1);
    if (!answer)
        return butler_request_fail (request, "MemoryError",
                                    "no room for %zu bytes", size);
    for (size_t done = 0; done < size; done++) {
        if (done % 65536 == 0 && butler_request_cancelled (request)) {
            free (answer);
            return butler_request_fail (request, "CancelledError",
                                        "stopped after %zu bytes", done);
        }
        answer [done] = body [size - 1 - done];
    }
    butler_request_answer (request, answer, size);
    free (answer);
    return NULL;
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

static int
s_call (void)
{
    butler_client_t *client = butler_client_new (FRONTEND);
    if (!client)
        return 1;
    json_t *result = butler_client_call (client, "api.math", "divide",
                                         "ii", 7, 2);
    json_t *quotient = json_object_get (result, "quotient");
    printf ("7 / 2 = %lld\n", (long long) json_integer_value (quotient));
    json_t *nothing = butler_client_call (client, "api.math", "divide",
                                          "ii", 1, 0);
    printf ("1 / 0: %s\n", butler_client_error (client));
    zframe_t *answer = butler_client_send (client, "api.math",
                                           "desserts", 8);
    const bool reversed = answer && zframe_streq (answer, "stressed");
    printf ("reversed: %s\n", reversed? "yes": "no");

    const bool right = json_integer_value (quotient) == 3
                    && !nothing && reversed;
    zframe_destroy (&answer);
    json_decref (nothing);
    json_decref (result);
    butler_client_destroy (&client);
    return right? 0: 1;
}

int
main (void)
{
    butler_service_t *service = butler_service_new ("api.math");
    butler_service_register (service, "divide (a: integer, b: integer)",
                             s_divide, NULL);
    butler_service_set_direct (service, s_reverse, NULL);

    int rc = 1;
    zactor_t *router = zactor_new (butler_router, NULL);
    zactor_t *worker = zactor_new (butler_worker, service);
    //  What comes before the worker has registered waits for it
    if (s_tell (router, "SET", "service/unknown", "queue")
    &&  s_tell (router, "BIND", "frontend", FRONTEND)
    &&  s_tell (router, "BIND", "backend", BACKEND)
    &&  s_tell (worker, "CONNECT", BACKEND, NULL))
        rc = s_call ();
    zactor_destroy (&worker);
    zactor_destroy (&router);
    butler_service_destroy (&service);
    return rc;
}
