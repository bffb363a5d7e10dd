/*  seed_discovery.c - asks whether anybody serves a name
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_discovery [FRONTEND]
//
//      client = butler.Client('tcp://127.0.0.1:5555')
//      response = client.send( 'mmi.api.images' )
//      if response[1] == '200':
//          print 'someone is around to handle %s' % response[0]

#include <butler.h>

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 2;
    const int code = butler_client_find (client, "api.images");
    if (code == 200)
        puts ("someone is around to handle api.images");
    else
        fprintf (stderr, "seed_discovery: %d %s\n", code, code == 400? "nobody": butler_client_error (client));
    butler_client_destroy (&client);
    return code == 200? 0: 1;
}
