/*  butler_shelf.h - requests that their handlers put aside, to be answered later
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SHELF_H
#define BUTLER_SHELF_H

#include "actors/butler_worker_core.h"

//  Any thread may answer, destroy or emit for a request on the shelf; so the shelf outlives its
//  worker until the last of them is gone.
typedef struct butler_shelf butler_shelf_t;

//  For the worker with this core
butler_shelf_t *
butler_shelf_new (butler_core_t *core);

//  The worker is about to go: from now on nothing on the shelf can be answered, and each request
//  is the program's to destroy. The shelf is gone with the last of them.
void
butler_shelf_close (butler_shelf_t **self_p);

//  Of each request that this worker gives to a handler
const butler_keeper_t *
butler_shelf_keeper (const butler_shelf_t *self);

//  Its handler has returned, and put it aside: only now can its response go out
void
butler_shelf_put (butler_shelf_t *self, butler_request_t *request);

//  How many are there; and whether any of their clients still waits
size_t
butler_shelf_count (butler_shelf_t *self, bool *awaited);

#endif
