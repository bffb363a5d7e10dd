/*  seed_direct.c - direct requests, and what a service says of itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_direct [FRONTEND]
//
//      client = butler.Client('tcp://127.0.0.1:5555')
//
//      response = client.call( 'api.images', {
//          'method' : 'resize_image',
//          'uri' : 'test.jpeg',
//          'size' : '150x180'
//      })
//      client.close()
//
//  Body and response are any bytes, and whoever serves the name may read in them what he likes.
//  A service of methods reads a call, whose other members are the method's named arguments; and it
//  tells which methods it has.

#include <butler.h>

static bool
s_call (butler_client_t *client)
{
    static const char request [] =
        "{\"method\": \"resize_image\", \"uri\": \"test.jpeg\", \"size\": \"150x180\"}";
    zframe_t *response = butler_client_send (client, "api.images", request, strlen (request));
    const bool answered = butler_client_status (client) == 200;
    if (answered)
        printf ("%.*s\n", (int) zframe_size (response), (char *) zframe_data (response));
    else
        fprintf (stderr, "%s\n", butler_client_error (client));
    zframe_destroy (&response);
    return answered;
}

//  The signature of each method; nothing where the service has none
static void
s_introspect (butler_client_t *client)
{
    json_t *description = butler_client_call (client, "api.images", "butler.describe", "");
    json_t *method;
    size_t index;
    json_array_foreach (json_object_get (description, "methods"), index, method)
        puts (json_string_value (json_object_get (method, "signature")));
    json_decref (description);
}

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 1;
    const bool answered = s_call (client);
    s_introspect (client);
    butler_client_destroy (&client);
    return answered? 0: 1;
}
