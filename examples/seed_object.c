/*  seed_object.c - an object and all its methods as a service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_object [BACKEND]
//
//      class RPCService(object):
//          def resize_image(self, name, size):
//              return 'resized image'
//
//      worker.register(RPCService())
//      worker.run()
//
//  The table is the class, and what is registered with it is the object: every method gets it.
//  The first argument is called uri here, as the seed's direct call (seed_direct.c) names it.

#include <butler.h>

typedef struct {
    int resized;                            //  pictures, so far
} images_t;

static json_t *
s_resize_image (butler_request_t *request, void *arg)
{
    images_t *self = arg;
    (void) request;
    self->resized++;                        //  one handler thread, so no lock
    return json_string ("resized image");
}

static json_t *
s_count (butler_request_t *request, void *arg)
{
    (void) request;
    return json_integer (((images_t *) arg)->resized);
}

static const butler_method_t s_methods [] = {
    { "resize_image (uri: string, size: string)", s_resize_image, "Resizes one picture" },
    { "count ()", s_count, "How many were resized so far" },
    { NULL, NULL, NULL }
};

int
main (int argc, char *argv [])
{
    images_t images = { 0 };
    butler_service_t *service = butler_service_new ("api.images");
    butler_service_register_table (service, s_methods, &images);

    zactor_t *worker = zactor_new (butler_worker, service);
    zstr_sendx (worker, "CONNECT", argc > 1? argv [1]: BUTLER_BACKEND, NULL);
    char *answer = zstr_recv (worker);
    const bool works = answer && streq (answer, "OK");
    if (!works)
        fprintf (stderr, "%s\n", answer? answer: "interrupted");
    while (works && !zsys_interrupted)
        zclock_sleep (1000);                //  a signal ends it early
    zstr_free (&answer);
    zactor_destroy (&worker);
    butler_service_destroy (&service);
    return works? 0: 1;
}
