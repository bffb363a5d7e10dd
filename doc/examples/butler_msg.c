/*  butler_msg.c - a client that speaks the protocol by itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>

//  Asks the router's own service for an answer
static bool
s_ping (zsock_t *dealer)
{
    static const char body [] = "{\"method\": \"ping\"}";
    butler_msg_t *message = butler_msg_new (BUTLER_SIDE_CLIENT);
    butler_msg_set_id (message, BUTLER_MSG_REQUEST);
    butler_msg_set_api_id (message, "1.0:42");
    butler_msg_set_service (message, "butler.router");
    butler_msg_set_expiration (message, "+2500");
    butler_msg_set_body (message, body, strlen (body));
    if (butler_msg_send (message, dealer))
        fprintf (stderr, "can't send: %s\n", zmq_strerror (errno));

    const bool answered = butler_msg_recv (message, dealer) == 0
        && butler_msg_id (message) == BUTLER_MSG_RESPONSE
        && streq (butler_msg_api_id (message), "1.0:42");
    butler_msg_fprint (message, stdout);
    butler_msg_destroy (&message);
    return answered;
}

int
main (void)
{
    zactor_t *router = zactor_new (butler_router, NULL);
    zstr_sendx (router, "BIND", "frontend", "tcp://127.0.0.1:*", NULL);
    char *frontend = zstr_recv (router);

    zsock_t *dealer = frontend? zsock_new (ZMQ_DEALER): NULL;
    bool answered = false;
    if (dealer && zsock_connect (dealer, "%s", frontend) == 0) {
        zsock_set_rcvtimeo (dealer, 5000);
        answered = s_ping (dealer);
    }
    zsock_destroy (&dealer);
    zstr_free (&frontend);
    zactor_destroy (&router);
    return answered? 0: 1;
}
