/*  butler_shown.c - what an actor's pipe is told to show to routers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_shown.h"
#include "base/butler_actor.h"

static butler_credentials_t *
s_made (butler_credentials_t *credentials, char *fault, char **answer)
{
    if (!credentials)
        *answer = butler_actor_error ("%s", fault);
    zstr_free (&fault);
    return credentials;
}

butler_credentials_t *
butler_shown_curve (zmsg_t *arguments, char **answer)
{
    char *fault = NULL, *file = zmsg_popstr (arguments), *router = zmsg_popstr (arguments);
    butler_credentials_t *credentials = butler_credentials_curve (file, router, &fault);
    zstr_free (&file);
    zstr_free (&router);
    return s_made (credentials, fault, answer);
}

butler_credentials_t *
butler_shown_plain (zmsg_t *arguments, char **answer)
{
    char *fault = NULL, *user = zmsg_popstr (arguments);
    zframe_t *frame = zmsg_pop (arguments);
    char *password = zframe_strdup (frame);
    butler_credentials_t *credentials = butler_credentials_plain (user, password, &fault);
    explicit_bzero (password, strlen (password));
    explicit_bzero (zframe_data (frame), zframe_size (frame));
    zframe_destroy (&frame);
    zstr_free (&password);
    zstr_free (&user);
    return s_made (credentials, fault, answer);
}
