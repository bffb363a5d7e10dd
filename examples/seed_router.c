/*  seed_router.c - the router that clients and workers connect to
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_router [FRONTEND [BACKEND]]
//
//      router = butler.Router()
//      router.frontend.bind("tcp://*:5555")
//      router.backend.bind("tcp://*:5556")
//      router.run()
//
//  Each socket may be bound again, to bridge further networks.

#include <butler.h>

//  Binds, and says where: the port of tcp://127.0.0.1:* is chosen by the system
static bool
s_bind (zactor_t *router, const char *socket, const char *endpoint)
{
    zstr_sendx (router, "BIND", socket, endpoint, NULL);
    char *answer = zstr_recv (router);
    const bool bound = answer && strncmp (answer, "ERROR", 5) != 0;
    fprintf (bound? stdout: stderr, "%s %s\n", socket, answer? answer: "interrupted");
    fflush (stdout);
    zstr_free (&answer);
    return bound;
}

int
main (int argc, char *argv [])
{
    zactor_t *router = zactor_new (butler_router, NULL);
    const bool bound = router
        && s_bind (router, "frontend", argc > 1? argv [1]: BUTLER_FRONTEND)
        && s_bind (router, "backend", argc > 2? argv [2]: BUTLER_BACKEND);
    while (bound && !zsys_interrupted)
        zclock_sleep (1000);            //  a signal ends it early
    zactor_destroy (&router);
    return bound? 0: 1;
}
