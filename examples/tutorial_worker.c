/*  tutorial_worker.c - the worker of doc/tutorial.md: a service of two methods
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

//  The mean of some numbers
static json_t *
s_mean (butler_request_t *request, void *arg)
{
    (void) arg;
    json_t *numbers = butler_request_json (request, "numbers");
    json_t *number;
    size_t index;
    double sum = 0;
    json_array_foreach (numbers, index, number) {
        if (!json_is_number (number))
            return butler_request_fail (request, "TypeError", "item %zu is no number", index);
        sum += json_number_value (number);
    }
    if (json_array_size (numbers) == 0)
        return butler_request_fail (request, "ValueError", "no numbers have no mean");
    return json_real (sum / (double) json_array_size (numbers));
}

//  A number, made larger
static json_t *
s_scale (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_real (butler_request_real (request, "number") * butler_request_real (request, "factor"));
}

static const butler_method_t s_methods [] = {
    { "mean (numbers: array)", s_mean, "The mean of some numbers" },
    { "scale (number: real, factor: real = 2)", s_scale, "A number, made larger" },
    { NULL, NULL, NULL }
};

int
main (void)
{
    butler_service_t *service = butler_service_new ("api.numbers");
    butler_service_register_table (service, s_methods, NULL);
    butler_service_set_threads (service, 4);

    const char *backend = getenv ("BUTLER_BACKEND");
    zactor_t *worker = zactor_new (butler_worker, service);
    zstr_sendx (worker, "CONNECT", backend? backend: BUTLER_BACKEND, NULL);
    char *answer = zstr_recv (worker);
    const bool works = answer && streq (answer, "OK");
    if (!works)
        fprintf (stderr, "%s\n", answer? answer: "interrupted");
    while (works && !zsys_interrupted)
        zclock_sleep (1000);                //  until a signal comes

    zstr_free (&answer);
    zactor_destroy (&worker);
    butler_service_destroy (&service);
    return works? 0: 1;
}
