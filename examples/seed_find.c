/*  seed_find.c - is somebody there?
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_find [FRONTEND [SERVICE]]
//
//      client = butler.Client('tcp://127.0.0.1:5555')
//      response = client.send( 'mmi.api.images' )
//      if response[1] == '200':
//          print 'someone is around to handle %s' % response[0]

#include <butler.h>

int
main (int argc, char *argv [])
{
    const char *service = argc > 2? argv [2]: "api.images";
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 1;
    const int response = butler_client_find (client, service);
    if (response == 200)
        printf ("someone is around to handle %s\n", service);
    else
    if (response == 400)
        printf ("nobody is around to handle %s\n", service);
    else
        fprintf (stderr, "%s\n", butler_client_error (client));
    butler_client_destroy (&client);
    return response == 200? 0: 1;
}
