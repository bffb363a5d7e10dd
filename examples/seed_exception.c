/*  seed_exception.c - a call that fails, and what its caller is told
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  seed_exception [FRONTEND]
//
//      try:
//          client.resize_image()
//      except Exception, e:
//          # TypeError: resize_image() takes exactly 2 argument (0 given)

#include <butler.h>

int
main (int argc, char *argv [])
{
    butler_client_t *client = butler_client_new (argc > 1? argv [1]: BUTLER_FRONTEND);
    if (!client)
        return 1;
    json_t *result = butler_client_call (client, "api.images", "resize_image", "");
    const bool failed = !result;
    if (failed) {
        printf ("%s\n", butler_client_error (client));
        printf ("status:    %d\n", butler_client_status (client));
        printf ("name:      %s\n", butler_client_error_name (client));
        printf ("message:   %s\n", butler_client_error_message (client));
        printf ("service:   %s\n", butler_client_error_service (client));
        printf ("method:    %s\n", butler_client_error_method (client));
        printf ("worker:    %s\n", butler_client_error_worker (client));
        printf ("request:   %s\n", butler_client_error_request (client));
        printf ("traceback: %s\n", butler_client_error_traceback (client));
    }
    json_decref (result);
    butler_client_destroy (&client);
    return failed? 0: 1;
}
