/*  seed_rpc.c - a remote procedure call
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_rpc [FRONTEND]
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
        return 1;
    json_t *result = butler_client_call (client, "api.images", "resize_image", "ss",
                                         "test.jpeg", "150x180");
    if (result)
        printf ("%s\n", json_string_value (result));
    else
        fprintf (stderr, "%s\n", butler_client_error (client));
    const int rc = result? 0: 1;
    json_decref (result);
    //  ..other calls
    butler_client_destroy (&client);
    return rc;
}
