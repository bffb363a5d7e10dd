/*  butler_order.h - a command to an actor, and its answer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ORDER_H
#define BUTLER_ORDER_H

#include <czmq.h>

//  The answer, fresh; or NULL after a complaint under that program's name. Arguments may be NULL, the
//  second first.
char *
butler_order_ask (zactor_t *actor, const char *program, const char *command, const char *first, const char *second);

//  The same, where the answer says no more than that it is done
bool
butler_order (zactor_t *actor, const char *program, const char *command, const char *first, const char *second);

#endif
