/*  butler_worker.c - requests served by an actor, and one by one
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

#define FRONTEND "inproc://frontend"
#define BACKEND  "inproc://backend"

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

//  ---- an actor, which runs a service's methods in threads of its own

static json_t *
s_greet (butler_request_t *request, void *arg)
{
    (void) arg;
    const char *name = butler_request_string (request, "name");
    return json_sprintf ("hello %s", name);
}

static bool
s_serve_methods (butler_client_t *client)
{
    butler_service_t *service = butler_service_new ("api.greeting");
    butler_service_register (service, "greet (name: string)",
                             s_greet, NULL);
    butler_service_set_threads (service, 4);
    zactor_t *worker = zactor_new (butler_worker, service);
    json_t *result = NULL;
    if (s_tell (worker, "CONNECT", BACKEND, NULL))
        result = butler_client_call (client, "api.greeting", "greet",
                                     "s", "you");
    const char *text = json_string_value (result);
    printf ("%s\n", text? text: butler_client_error (client));

    //  Take no more, finish what was taken, then end
    const bool drained = s_tell (worker, "DRAIN", NULL, NULL);
    zactor_destroy (&worker);
    butler_service_destroy (&service);
    const bool right = text && streq (text, "hello you");
    json_decref (result);
    return right && drained;
}

//  ---- a loop of one's own; here it ends after three

static bool
s_serve_loop (butler_client_t *client)
{
    butler_worker_t *worker = butler_worker_new (BACKEND, "api.echo");
    if (!worker)
        return false;
    for (int count = 0; count < 3; count++)
        butler_client_submit_direct (client, "api.echo", "hello", 5);

    butler_request_t *reply = NULL;
    int served = 0;
    while (served < 3 && !zsys_interrupted) {
        //  Sends the reply, where there is one, and takes the next
        butler_request_t *request = butler_worker_recv (worker, &reply);
        if (!request)
            continue;               //  nothing came within 2.5 seconds
        butler_request_answer (request, butler_request_body (request),
                               butler_request_size (request));
        reply = request;
        served++;
    }
    if (reply)
        butler_worker_reply (worker, &reply);

    int echoes = 0;
    while (butler_client_recv (client, -1))
        if (butler_client_status (client) == 200)
            echoes++;
    printf ("%d echoes\n", echoes);
    butler_worker_destroy (&worker);
    return echoes == 3;
}

int
main (void)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    butler_client_t *client = butler_client_new (FRONTEND);
    const bool right = s_tell (router, "SET", "service/unknown", "queue")
        && s_tell (router, "BIND", "frontend", FRONTEND)
        && s_tell (router, "BIND", "backend", BACKEND)
        && s_serve_methods (client) && s_serve_loop (client);
    butler_client_destroy (&client);
    zactor_destroy (&router);
    return right? 0: 1;
}
