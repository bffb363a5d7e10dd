/*  seed_sink.c - prints what workers emit
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_sink [ENDPOINT]
//
//      sink = butler.Sink('tcp://*:5558')
//      while True:
//          msg = sink.get_message()
//          log.info('MSG received: %s' % msg)

#include <butler.h>

int
main (int argc, char *argv [])
{
    butler_sink_t *sink = butler_sink_new (argc > 1? argv [1]: BUTLER_SINK);
    if (!sink) {
        perror ("seed_sink");
        return 1;
    }
    butler_sink_set_timeout (sink, 1000);   //  a signal may come just before it waits
    printf ("bound to %s\n", butler_sink_endpoint (sink));
    fflush (stdout);
    while (!zsys_interrupted) {
        zframe_t *message = butler_sink_recv (sink);
        if (!message)
            continue;
        printf ("MSG received: %.*s\n", (int) zframe_size (message), (char *) zframe_data (message));
        fflush (stdout);
        zframe_destroy (&message);
    }
    butler_sink_destroy (&sink);
    return 0;
}
