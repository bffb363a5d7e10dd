/*  butler_shown.c - what an actor's pipe is told to show to routers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_shown.h"
#include "base/butler_actor.h"

static char *
s_end (butler_credentials_t *credentials, char *fault, butler_show_fn *show, void *arg)
{
    char *answer = credentials? NULL: butler_actor_error ("%s", fault);
    if (credentials)
        show (arg, credentials);
    zstr_free (&fault);
    return answer;
}

char *
butler_shown_curve (zmsg_t *arguments, butler_show_fn *show, void *arg)
{
    char *fault = NULL, *file = zmsg_popstr (arguments), *router = zmsg_popstr (arguments);
    butler_credentials_t *credentials = butler_credentials_curve (file, router, &fault);
    zstr_free (&file);
    zstr_free (&router);
    return s_end (credentials, fault, show, arg);
}

char *
butler_shown_plain (zmsg_t *arguments, butler_show_fn *show, void *arg)
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
    return s_end (credentials, fault, show, arg);
}
