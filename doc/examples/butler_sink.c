/*  butler_sink.c - what workers emit, in one place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

int
main (void)
{
    butler_sink_t *sink = butler_sink_new ("tcp://127.0.0.1:*");
    if (!sink)
        return 1;
    butler_sink_set_timeout (sink, 5000);
    printf ("bound to %s\n", butler_sink_endpoint (sink));

    //  A worker may emit whenever it likes; this one has no router yet
    butler_worker_t *worker = butler_worker_new (BUTLER_BACKEND,
                                                 "api.images");
    if (worker
    &&  butler_worker_sink (worker, butler_sink_endpoint (sink)) == 0)
        butler_worker_emit (worker, "resized test.jpeg", 17);

    zframe_t *event = butler_sink_recv (sink);
    if (event)
        printf ("%.*s\n", (int) zframe_size (event),
                (const char *) zframe_data (event));
    const bool right = event
        && zframe_streq (event, "resized test.jpeg");

    zframe_destroy (&event);
    butler_worker_destroy (&worker);
    butler_sink_destroy (&sink);
    return right? 0: 1;
}
