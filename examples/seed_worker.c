/*  seed_worker.c - a function as a service's method, under two names
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_worker [BACKEND [SINK]]
//
//      worker = butler.Service('tcp://127.0.0.1:5556', 'api.images')
//
//      def resize_image(name, size):
//          return 'resized image'
//
//      worker.register_function(resize_image)
//      worker.register_function(resize_image, 'resize')
//      worker.run()
//
//  A signature gives the name and says what the function takes; it may be registered as often
//  as it is to have names. Where a sink is named, it is told of each picture.

#include <butler.h>

static json_t *
s_resize_image (butler_request_t *request, void *arg)
{
    (void) arg;
    const char *name = butler_request_string (request, "name");
    butler_request_emit (request, name, strlen (name));
    return json_string ("resized image");
}

//  A command to the worker; it is answered by "OK", or by what is wrong
static bool
s_tell (zactor_t *worker, const char *command, const char *endpoint)
{
    zstr_sendx (worker, command, endpoint, NULL);
    char *answer = zstr_recv (worker);
    const bool done = answer && streq (answer, "OK");
    if (!done)
        fprintf (stderr, "%s: %s\n", command, answer? answer: "interrupted");
    zstr_free (&answer);
    return done;
}

int
main (int argc, char *argv [])
{
    butler_service_t *images = butler_service_new ("api.images");
    butler_service_register (images, "resize_image (name: string, size: string)", s_resize_image, NULL);
    butler_service_register (images, "resize (name: string, size: string)", s_resize_image, NULL);

    zactor_t *worker = zactor_new (butler_worker, images);
    const bool works = worker
        && (argc <= 2 || s_tell (worker, "SINK", argv [2]))
        && s_tell (worker, "CONNECT", argc > 1? argv [1]: BUTLER_BACKEND);
    while (works && !zsys_interrupted)
        zclock_sleep (1000);                //  a signal ends it early
    zactor_destroy (&worker);
    butler_service_destroy (&images);
    return works? 0: 1;
}
