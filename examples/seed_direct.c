/*  seed_direct.c - a direct request: any bytes to a service, any bytes back
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_direct [FRONTEND]
//
//      client = butler.Client('tcp://127.0.0.1:5555')
//      response = client.call( 'api.images', {
//          'method' : 'resize_image',
//          'uri' : 'test.jpeg',
//          'size' : '150x180'
//      })
//      client.close()

#include <butler.h>

int
main (int argc, char *argv [])
{
    static const char request [] =
        "{\"method\": \"resize_image\", \"uri\": \"test.jpeg\", \"size\": \"150x180\"}";
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 2;
    zframe_t *response = butler_client_send (client, "api.images", request, strlen (request));
    const bool right = butler_client_status (client) == 200;
    if (right)
        printf ("%.*s\n", (int) zframe_size (response), (char *) zframe_data (response));
    else
        fprintf (stderr, "seed_direct: %s\n", butler_client_error (client));
    zframe_destroy (&response);
    butler_client_destroy (&client);
    return right? 0: 1;
}
