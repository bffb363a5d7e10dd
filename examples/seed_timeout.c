/*  seed_timeout.c - how long a call waits, and how often it tries
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_timeout [FRONTEND [MILLISECONDS]]
//
//      client.timeout = 500
//      client.retries = 3
//      client.persistent = False
//
//  Where nothing is set a call waits 2500 ms, once. This one waits three times, and connects
//  and sends anew each time, so the method may run twice: resizing to the same size may.

#include <butler.h>

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 1;
    butler_client_set_timeout (client, argc > 2? atoi (argv [2]): 500);
    butler_client_set_retries (client, 3);
    butler_client_set_persistent (client, false);

    json_t *result = butler_client_call (client, "api.images", "resize_image", "ss",
                                         "test.jpeg", "150x180");
    if (result)
        printf ("%s\n", json_string_value (result));
    else
        fprintf (stderr, "%d %s\n", butler_client_status (client), butler_client_error (client));
    const int rc = result? 0: 1;
    json_decref (result);
    butler_client_destroy (&client);
    return rc;
}
