/*  seed_client.c - calls a service's method
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_client [FRONTEND]
//
//      client = butler.Client('tcp://127.0.0.1:5555').rpc('api.images')
//      client.resize_image('test.jpeg', '150x180')
//      # ..other calls
//      client.close()

#include <butler.h>

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 2;
    //  These are as by default: one attempt of 2.5 seconds. One that is not persistent connects
    //  and sends anew for each attempt.
    butler_client_set_timeout (client, 2500);
    butler_client_set_retries (client, 1);
    butler_client_set_persistent (client, true);

    json_t *result = butler_client_call (client, "api.images", "resize_image", "ss", "test.jpeg", "150x180");
    if (result)
        puts (json_string_value (result));
    else
        fprintf (stderr, "seed_client: %s\n", butler_client_error (client));

    const int rc = result? 0: 1;
    json_decref (result);
    butler_client_destroy (&client);
    return rc;
}
