/*  butler_enlist.h - a worker that wants to serve is registered, or refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENLIST_H
#define BUTLER_ENLIST_H

#include "broker/butler_lifecycle.h"

//  READY, of a worker that is known by its routing id (NULL: of none), whose user is the dispatch's sender. Who may
//  not serve this learns nothing else; who may is told what else is wrong with what he said.
void
butler_enlist (butler_dispatch_t *self, butler_worker_entry_t *worker, const butler_view_t *view,
               butler_verdict_t *verdict);

#endif
