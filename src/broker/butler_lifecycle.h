/*  butler_lifecycle.h - how a request lives in the router: begun, assigned, waiting, ended, forgotten
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LIFECYCLE_H
#define BUTLER_LIFECYCLE_H

#include "broker/butler_dispatch.h"
#include "wire/butler_dialect.h"

//  Who asks, and under which api:id, looked for once for all that follows
typedef struct {
    butler_client_entry_t *client;  //  NULL: it has no request open
    uint32_t client_hash, hash;     //  see butler_clients_hash, butler_jobs_hash
} butler_origin_t;

butler_origin_t
butler_lifecycle_origin (const butler_dispatch_t *self, const butler_view_t *view);

//  The request whose answer its client awaits under this api:id, and would take any other for; or NULL
butler_job_t *
butler_lifecycle_find (const butler_dispatch_t *self, const butler_origin_t *origin, const butler_view_t *view);

//  A request is taken in, to be dead at `due`
butler_job_t *
butler_lifecycle_begin (butler_dispatch_t *self, const butler_view_t *view, const butler_origin_t *origin,
                        butler_service_entry_t *service, int64_t due);

//  Keep a copy of what a worker will need of it
void
butler_lifecycle_keep (butler_dispatch_t *self, butler_job_t *job, const butler_view_t *view);

//  How many further workers may have it if this one dies
int64_t
butler_lifecycle_retries (const butler_worker_entry_t *worker);

//  Give it to a worker; the verdict says so. The view is that of the message in hand, or NULL.
void
butler_lifecycle_assign (butler_dispatch_t *self, butler_job_t *job, butler_worker_entry_t *worker,
                         const butler_view_t *view, butler_verdict_t *verdict);

//  Take it from its worker
void
butler_lifecycle_recall (butler_dispatch_t *self, butler_job_t *job);

//  Let it wait in its service's queue; its body is kept
void
butler_lifecycle_wait (butler_dispatch_t *self, butler_job_t *job);

//  Take the next out of a service's queue, or NULL
butler_job_t *
butler_lifecycle_next (butler_dispatch_t *self, butler_service_entry_t *service);

//  Take it out of the queue; with the last one a name that no worker has had is forgotten
void
butler_lifecycle_unqueue (butler_dispatch_t *self, butler_job_t *job);

//  It ends without a worker's answer: its client will be told by butler_dispatch_next. Until then
//  its service is not forgotten.
void
butler_lifecycle_end (butler_dispatch_t *self, butler_job_t *job, butler_end_t end);

//  It ends, since its client no longer wants an answer: the verdict tells the worker that has it, unless it
//  is one of 0.3.0, and which keeps its place until REPLY or death. One that is leaving anyway stays as it is.
void
butler_lifecycle_cancel (butler_dispatch_t *self, butler_job_t *job, butler_verdict_t *verdict);

//  The same, and no worker is told; one that is leaving is none of these
void
butler_lifecycle_drop (butler_dispatch_t *self, butler_job_t *job);

//  It has ended for its client, and its worker holds it still
void
butler_lifecycle_outlive (butler_dispatch_t *self, butler_job_t *job);

//  Its client has been told: it is forgotten, and its service may be
void
butler_lifecycle_told (butler_dispatch_t *self, butler_job_t *job);

//  Its client has its answer; the job lives on where a worker holds it
void
butler_lifecycle_close (butler_dispatch_t *self, butler_job_t *job);

//  Nobody has it any longer
void
butler_lifecycle_forget (butler_dispatch_t *self, butler_job_t *job);

//  A place is free or something waits: the service is to be looked at
void
butler_lifecycle_wake (butler_dispatch_t *self, butler_service_entry_t *service);

//  A worker is gone: what it held goes to others, or ends; the worker is removed
void
butler_lifecycle_bury (butler_dispatch_t *self, butler_worker_entry_t *worker);

//  The verdict is a heartbeat to this worker that tells at which interval it may expect them
void
butler_lifecycle_tell_pulse (butler_worker_entry_t *worker, butler_verdict_t *verdict);

//  The verdict tells a worker why it is refused
void
butler_lifecycle_tell_refused (butler_verdict_t *verdict, const char *reason);

//  Tell the observer
void
butler_lifecycle_observe (butler_dispatch_t *self, const char *event,
                          const butler_worker_entry_t *worker, const char *reason);

//  What a worker held goes to others, or ends; it leaves its service
void
butler_lifecycle_unload (butler_dispatch_t *self, butler_worker_entry_t *worker);

//  An answer to a client: text as PROTOCOL.md has errors. Nothing where its dialect has none.
void
butler_lifecycle_refuse (butler_verdict_t *verdict, uint8_t dialect, const butler_where_t *where,
                         int code, const char *kind, const char *name, const char *message);

#endif
