/*  async_client.c - many calls under way, beside a socket of the program's own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  async_client [FRONTEND [INBOX]]
//
//  Names of pictures come in at a PULL socket, INBOX (tcp://127.0.0.1:5559). Each is a call of
//  api.images, which is not waited for; results are printed in the order in which they come. So
//  a slow one holds up neither the others nor the inbox. An empty message ends it, once all that
//  is under way has been answered.

#include <butler.h>
#include <errno.h>

//  Takes one name, and makes it a call. False where it was the last.
static bool
s_submit (butler_client_t *client, zsock_t *inbox)
{
    char *name = zstr_recv (inbox);
    const bool more = name && *name;
    if (more && !butler_client_submit (client, "api.images", "resize_image", "ss", name, "150x180"))
        fprintf (stderr, "async_client: %s: %s\n", name, butler_client_error (client));
    zstr_free (&name);
    return more;
}

//  All that have been answered by now, or have timed out
static void
s_show_ended (butler_client_t *client)
{
    uint64_t number;
    while ((number = butler_client_recv (client, 0))) {
        char *result = json_dumps (butler_client_result (client), JSON_ENCODE_ANY);
        printf ("%llu: %s\n", (unsigned long long) number, result? result: butler_client_error (client));
        fflush (stdout);
        free (result);
    }
}

static void
s_loop (butler_client_t *client, zsock_t *inbox)
{
    //  The client's socket stays the same as long as it is persistent and has one router
    zpoller_t *poller = zpoller_new (inbox, butler_client_socket (client), NULL);
    bool more = true;
    while (more || butler_client_pending (client)) {
        void *which = zpoller_wait (poller, butler_client_wait (client));
        if (zpoller_terminated (poller))
            break;
        if (which == inbox)
            more = s_submit (client, inbox);
        if (!more)
            zpoller_remove (poller, inbox);
        s_show_ended (client);
    }
    zpoller_destroy (&poller);
}

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    zsock_t *inbox = client? zsock_new (ZMQ_PULL): NULL;
    const bool ready = inbox
        && zsock_bind (inbox, "%s", argc > 2? argv [2]: "tcp://127.0.0.1:5559") != -1;
    if (ready) {
        printf ("inbox %s\n", zsock_endpoint (inbox));
        fflush (stdout);
        s_loop (client, inbox);
    }
    else
        fprintf (stderr, "async_client: %s\n", strerror (errno));
    zsock_destroy (&inbox);
    butler_client_destroy (&client);
    return ready? 0: 1;
}
