/*  butler_owners.h - whose the requests and workers are, and whether they may do what they do
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_OWNERS_H
#define BUTLER_OWNERS_H

#include "broker/butler_lifecycle.h"

#define BUTLER_OWNERS_TEXT 640      //  bytes that any of the texts here has at most, and its end

//  All of this is for routers that know users: `admit` is set

//  Whose message it is: the dispatch's sender. Requests that another user has open under the same routing id are
//  those of a connection that is gone: they are cancelled, and nobody is told. Returns the client, or NULL where
//  it has nothing open then.
butler_client_entry_t *
butler_owners_identify (butler_dispatch_t *self, const butler_view_t *view, butler_client_entry_t *client);

//  A request that was taken in, and one that has ended for its client
void
butler_owners_claim (butler_client_entry_t *client, butler_job_t *job, butler_identity_t *identity,
                     const butler_jobs_t *jobs);

void
butler_owners_disclaim (butler_client_entry_t *client, butler_job_t *job, const butler_jobs_t *jobs);

//  True: a request or a discovery that its sender may not make; it is counted, and the verdict says it. False:
//  `service` is set where that had to be looked for.
bool
butler_owners_forbid (butler_dispatch_t *self, const butler_view_t *view, butler_service_entry_t **service,
                      butler_verdict_t *verdict);

//  Whose message on the backend it is: the dispatch's sender. False: it is to be dropped. READY of another user
//  says that the worker's connection is gone: it is buried, and *worker_p is NULL then.
bool
butler_owners_vouch (butler_dispatch_t *self, const butler_view_t *view, butler_worker_entry_t **worker_p);

//  Whether a backend peer may speak for the router to a worker of this service
bool
butler_owners_may_relay (butler_dispatch_t *self, const butler_view_t *view, const butler_service_entry_t *service);

//  Why he may not serve this, in the text; or NULL. Nothing is asked where users are not known.
const char *
butler_owners_fault (const butler_identity_t *identity, butler_span_t service, char text [BUTLER_OWNERS_TEXT]);

//  The verdict tells a worker that was barred while it was registered
void
butler_owners_tell (butler_worker_entry_t *worker, butler_verdict_t *verdict);

#endif
