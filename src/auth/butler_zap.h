/*  butler_zap.h - the process's one ZAP handler, which asks whoever keeps a domain
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ZAP_H
#define BUTLER_ZAP_H

#include "base/butler_user_name.h"
#include "butler_zap_message.h"

//  Both functions are called from the handler's thread, none of them after butler_zap_stop ()
typedef struct butler_zap_keeper {
    const char *domain;             //  the keeper's, as long as it is there
    void *arg;
    //  The size of the User-Id of who may come in, and that; 0: he may not. The request is of any content.
    size_t (*judge) (void *arg, const butler_zap_request_t *request, char user_id [BUTLER_USER_SIZE]);
    //  Called four times a second, less often where it takes long: every 750 ms at least
    void (*look) (void *arg);
    struct butler_zap_keeper *next; //  the handler's own
} butler_zap_keeper_t;

//  The first keeper of a process starts the handler, the last one ends it. 0, or -1, and *fault is a fresh text:
//  somebody else's handler is there, or the system gives no socket.
int
butler_zap_start (butler_zap_keeper_t *keeper, char **fault);

//  Waits for a call that is under way. Requests for the domain are refused from now on.
void
butler_zap_stop (butler_zap_keeper_t *keeper);

#endif
