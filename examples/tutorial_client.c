/*  tutorial_client.c - the client of doc/tutorial.md: two calls
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

static void
s_show (const butler_client_t *client, json_t *result)
{
    if (result)
        printf ("%g\n", json_number_value (result));
    else
        printf ("%d %s\n", butler_client_status (client), butler_client_error (client));
    json_decref (result);
}

int
main (void)
{
    const char *frontend = getenv ("BUTLER_ENDPOINT");
    butler_client_t *client = butler_client_new (frontend? frontend: BUTLER_FRONTEND);
    if (!client)
        return 1;
    butler_client_set_timeout (client, 5000);

    //  An array of three integers
    s_show (client, butler_client_call (client, "api.numbers", "mean", "[iii]", 1, 2, 6));
    //  No argument at all
    s_show (client, butler_client_call (client, "api.numbers", "scale", ""));

    butler_client_destroy (&client);
    return 0;
}
