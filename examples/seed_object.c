/*  seed_object.c - an object and all its methods as a service, which tells a sink what it does
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_object [BACKEND [SINK]]
//
//      class RPCService(object):
//          def resize_image(self, name, size):
//              return 'resized image'
//
//      worker.register(RPCService())
//      worker.run()

#include <butler.h>

typedef struct {
    int resized;                        //  pictures, so far
} images_t;

static json_t *
s_resize_image (butler_request_t *request, void *arg)
{
    images_t *self = arg;
    const char *name = butler_request_string (request, "name");
    self->resized++;                    //  one handler thread, so no lock
    butler_request_emit (request, name, strlen (name));
    return json_sprintf ("resized image %s", name);
}

static json_t *
s_count (butler_request_t *request, void *arg)
{
    (void) request;
    return json_integer (((images_t *) arg)->resized);
}

static const butler_method_t s_methods [] = {
    { "resize_image (name: string, size: string)", s_resize_image, "Resizes one picture" },
    { "count ()", s_count, "How many were resized so far" },
    { NULL, NULL, NULL }
};

static bool
s_command (zactor_t *worker, const char *command, const char *endpoint)
{
    zstr_sendx (worker, command, endpoint, NULL);
    char *answer = zstr_recv (worker);
    const bool done = answer && streq (answer, "OK");
    if (!done)
        fprintf (stderr, "seed_object: %s: %s\n", command, answer? answer: "interrupted");
    zstr_free (&answer);
    return done;
}

int
main (int argc, char *argv [])
{
    images_t images = { 0 };
    butler_service_t *service = butler_service_new ("api.images");
    butler_service_register_table (service, s_methods, &images);

    zactor_t *worker = zactor_new (butler_worker, service);
    const bool ready = worker
        && s_command (worker, "SINK", argc > 2? argv [2]: BUTLER_SINK)
        && s_command (worker, "CONNECT", argc > 1? argv [1]: BUTLER_BACKEND);
    while (ready && !zsys_interrupted)
        zclock_sleep (1000);            //  a signal ends it early

    zactor_destroy (&worker);
    butler_service_destroy (&service);
    return ready? 0: 1;
}
