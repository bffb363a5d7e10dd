/*  butler_order.c - a command to an actor, and its answer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_order.h"
#include "programs/butler_output.h"

#define ERROR "ERROR "

char *
butler_order_ask (zactor_t *actor, const char *program, const char *command, const char *first, const char *second)
{
    char *answer = zstr_sendx (actor, command, first, second, NULL) == 0? zstr_recv (actor): NULL;
    if (answer && strncmp (answer, ERROR, strlen (ERROR)))
        return answer;
    butler_complain (program, "%s", answer? answer + strlen (ERROR): "no answer from within");
    zstr_free (&answer);
    return NULL;
}

bool
butler_order (zactor_t *actor, const char *program, const char *command, const char *first, const char *second)
{
    char *answer = butler_order_ask (actor, program, command, first, second);
    const bool done = answer != NULL;
    zstr_free (&answer);
    return done;
}
