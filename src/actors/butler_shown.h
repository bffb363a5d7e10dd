/*  butler_shown.h - what an actor's pipe is told to show to routers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SHOWN_H
#define BUTLER_SHOWN_H

#include <czmq.h>
#include "auth/butler_credentials.h"

//  From the arguments of CURVE: KEYFILE [ROUTERKEY]. NULL, and *answer is the command's, an error.
butler_credentials_t *
butler_shown_curve (zmsg_t *arguments, char **answer);

//  From those of PLAIN: USER PASSWORD, which is zeroed. NULL as above.
butler_credentials_t *
butler_shown_plain (zmsg_t *arguments, char **answer);

#endif
