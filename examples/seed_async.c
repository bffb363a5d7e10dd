/*  seed_async.c - many calls at a time, beside the program's own socket
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_async [FRONTEND [ORDERS]]
//
//  What a greenlet for each call was to the seed, a poller is here. This program takes orders,
//  names of pictures, on a PULL socket of its own; each becomes a call, and answers are told
//  in the order in which they come. None waits for another.

#include <butler.h>

static void
s_order (butler_client_t *client, zsock_t *orders)
{
    char *name = zstr_recv (orders);
    const uint64_t number = name? butler_client_submit (client, "api.images", "resize_image", "ss",
                                                        name, "150x180"): 0;
    if (number)
        printf ("%llu: %s\n", (unsigned long long) number, name);
    else
    if (name)
        fprintf (stderr, "%s: %s\n", name, butler_client_error (client));
    zstr_free (&name);
}

static void
s_tell (const butler_client_t *client, uint64_t number)
{
    const char *result = json_string_value (butler_client_result (client));
    printf ("%llu: %s\n", (unsigned long long) number, result? result: butler_client_error (client));
}

//  A client of one router that is persistent, as by default, keeps its socket; with several
//  ask for the socket anew after each butler_client_recv ()
static void
s_run (butler_client_t *client, zsock_t *orders)
{
    zpoller_t *poller = zpoller_new (orders, butler_client_socket (client), NULL);
    while (!zsys_interrupted) {
        //  Till the client has a timeout to look after, and a second at most: a signal may come
        //  just before
        const int wait = butler_client_wait (client);
        if (zpoller_wait (poller, wait == -1 || wait > 1000? 1000: wait) == orders)
            s_order (client, orders);
        uint64_t number;
        while ((number = butler_client_recv (client, 0)))
            s_tell (client, number);
        fflush (stdout);
    }
    zpoller_destroy (&poller);
}

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    zsock_t *orders = zsock_new_pull (argc > 2? argv [2]: "@tcp://127.0.0.1:5559");
    const bool works = client && orders;
    if (works) {
        printf ("orders at %s\n", zsock_endpoint (orders));
        fflush (stdout);
        s_run (client, orders);
    }
    else
        perror ("seed_async");
    zsock_destroy (&orders);
    butler_client_destroy (&client);
    return works? 0: 1;
}
