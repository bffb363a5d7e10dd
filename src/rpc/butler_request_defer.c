/*  butler_request_defer.c - a request that is answered after its handler has returned
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "rpc/butler_request_internal.h"
#include <errno.h>

json_t *
butler_request_defer (butler_request_t *self)
{
    __atomic_store_n (&self->away, true, __ATOMIC_RELEASE);
    return NULL;
}

bool
butler_request_is_away (const butler_request_t *self)
{
    return __atomic_load_n (&self->away, __ATOMIC_ACQUIRE);
}

//  The response is made here, in the program's thread, which has the time
int
butler_request_reply (butler_request_t **self_p)
{
    butler_request_t *self = *self_p;
    const butler_keeper_t *keeper = self->keeper;
    if (!keeper || !keeper->reply) {
        errno = ESHUTDOWN;
        return -1;
    }
    butler_request_defer (self);
    butler_request_finish (self);
    if (keeper->reply (keeper->arg, self))
        return -1;
    *self_p = NULL;
    return 0;
}

void
butler_request_give_up (butler_request_t *self)
{
    butler_request_defer (self);
    if (self->answer == BUTLER_ANSWER_NONE)
        butler_request_fail (self, "RuntimeError", "the worker gave the request up");
    butler_request_finish (self);
}
