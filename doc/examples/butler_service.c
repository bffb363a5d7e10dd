/*  butler_service.c - a service: its methods, and what it says of itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

//  An object whose methods are offered
typedef struct {
    int64_t total;
} counter_t;

static json_t *
s_add (butler_request_t *request, void *arg)
{
    counter_t *self = arg;
    self->total += butler_request_integer (request, "number");
    return json_integer (self->total);
}

static json_t *
s_reset (butler_request_t *request, void *arg)
{
    (void) request;
    counter_t *self = arg;
    self->total = 0;
    return json_null ();
}

static const butler_method_t s_methods [] = {
    { "add (number: integer = 1)", s_add, "Add, and return the total" },
    { "reset ()", s_reset, "Begin at 0 again" },
    { NULL, NULL, NULL }
};

int
main (void)
{
    counter_t counter = { 0 };
    butler_service_t *service = butler_service_new ("api.counter");
    if (!service)
        return 1;
    int rc = butler_service_register_table (service, s_methods,
                                            &counter);
    if (rc)
        fprintf (stderr, "%s\n", butler_service_error (service));

    //  What is wrong with a signature is said with its place
    if (!butler_service_register (service, "sum (list: aray)",
                                  s_add, NULL))
        rc = -1;
    printf ("%s\n", butler_service_error (service));

    //  One thread runs all handlers: the counter needs no lock. Sixteen
    //  requests may be with the worker, others wait in the router
    butler_service_set_threads (service, 1);
    butler_service_set_capacity (service, 16);

    //  What butler.describe answers
    json_t *description = butler_service_describe (service);
    char *text = json_dumps (description, JSON_INDENT (2));
    puts (text);
    free (text);
    json_decref (description);

    //  From here on: zactor_new (butler_worker, service)
    butler_service_destroy (&service);
    return rc? 1: 0;
}
