/*  seed_service.c - a function as a service's method, under two names
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_service [BACKEND]
//
//      worker = butler.Service('tcp://127.0.0.1:5556', 'api.images')
//      worker.register_function(resize_image)
//      worker.register_function(resize_image, 'resize')
//      worker.run()

#include <butler.h>

static json_t *
s_resize_image (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_sprintf ("resized image %s to %s", butler_request_string (request, "name"),
                         butler_request_string (request, "size"));
}

int
main (int argc, char *argv [])
{
    butler_service_t *images = butler_service_new ("api.images");
    butler_service_register (images, "resize_image (name: string, size: string)", s_resize_image, NULL);
    butler_service_register (images, "resize (name: string, size: string)", s_resize_image, NULL);

    zactor_t *worker = zactor_new (butler_worker, images);
    zstr_sendx (worker, "CONNECT", argc > 1? argv [1]: BUTLER_BACKEND, NULL);
    char *answer = zstr_recv (worker);
    const bool connected = answer && streq (answer, "OK");
    if (!connected)
        fprintf (stderr, "seed_service: %s\n", answer? answer: "interrupted");
    while (connected && !zsys_interrupted)
        zclock_sleep (1000);            //  a signal ends it early

    zstr_free (&answer);
    zactor_destroy (&worker);
    butler_service_destroy (&images);
    return connected? 0: 1;
}
