/*  butler_shown.h - what an actor's pipe is told to show to routers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SHOWN_H
#define BUTLER_SHOWN_H

#include <czmq.h>
#include "auth/butler_credentials.h"

//  Takes the credentials, and shows them from now on
typedef void (butler_show_fn) (void *arg, butler_credentials_t *credentials);

//  The command CURVE: KEYFILE [ROUTERKEY]. Its answer: NULL, or an error, and nothing else is shown than before.
char *
butler_shown_curve (zmsg_t *arguments, butler_show_fn *show, void *arg);

//  The command PLAIN: USER PASSWORD, which is zeroed. As above.
char *
butler_shown_plain (zmsg_t *arguments, butler_show_fn *show, void *arg);

#endif
