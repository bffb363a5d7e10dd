/*  butler_registry.h - services and their workers: who has a free place, least recently used first
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_REGISTRY_H
#define BUTLER_REGISTRY_H

#include "broker/butler_entries.h"

typedef struct {
    butler_service_entry_t *services;   //  hash tables, in the order of arrival
    butler_worker_entry_t *workers;
    butler_ring_t refused;              //  workers that are ignored, oldest first
    size_t refused_count;
    butler_lanes_t lanes;           //  of all services' queues
    int64_t service_bytes, worker_bytes;    //  of the entries alone
    uint64_t serial;                //  of workers
    uint64_t service_serial;
    uint64_t seed;
} butler_registry_t;

void
butler_registry_init (butler_registry_t *self, uint64_t seed);

//  Jobs are the table's; whoever holds them forgets them
void
butler_registry_fini (butler_registry_t *self);

butler_service_entry_t *
butler_registry_service (const butler_registry_t *self, butler_span_t name);

//  Creates it if absent, with these settings
butler_service_entry_t *
butler_registry_require_service (butler_registry_t *self, butler_span_t name,
                                 const butler_service_settings_t *settings);

//  It has no workers, and nothing waits
void
butler_registry_remove_service (butler_registry_t *self, butler_service_entry_t *service);

butler_worker_entry_t *
butler_registry_worker (const butler_registry_t *self, butler_span_t id);

//  A worker that is in no service yet: ignored until it joins one
butler_worker_entry_t *
butler_registry_add_worker (butler_registry_t *self, butler_span_t id);

//  Keep what it says of itself, as it came; nothing where that is empty
void
butler_registry_set_properties (butler_registry_t *self, butler_worker_entry_t *worker, butler_span_t text);

//  It has left its service, and holds nothing
void
butler_registry_remove_worker (butler_registry_t *self, butler_worker_entry_t *worker);

void
butler_registry_join (butler_worker_entry_t *worker, butler_service_entry_t *service);

//  It is given no more
void
butler_registry_leave (butler_worker_entry_t *worker);

//  It belongs to the service no longer, and holds nothing
void
butler_registry_part (butler_worker_entry_t *worker);

//  The worker whose turn it is, or NULL where none has a free place
static inline butler_worker_entry_t *
butler_registry_next (const butler_service_entry_t *service)
{
    return service->idle.head? service->idle.head: service->busy.head;
}

//  A worker takes a job, or is rid of it; the rings follow
void
butler_registry_hold (butler_worker_entry_t *worker, butler_job_t *job);

void
butler_registry_release (butler_worker_entry_t *worker, butler_job_t *job);

//  Put it in the ring where it belongs by now: after clogged or leaving changed
void
butler_registry_place (butler_worker_entry_t *worker);

//  Ignore it from now on
void
butler_registry_refuse (butler_registry_t *self, butler_worker_entry_t *worker);

//  One more than may be ignored, to be removed; or NULL
butler_worker_entry_t *
butler_registry_surplus (const butler_registry_t *self);

//  What services and workers take by our own accounting, in bytes: see butler_memory_block. What
//  waits for a service is not in it.
int64_t
butler_registry_service_bytes (const butler_registry_t *self);

int64_t
butler_registry_worker_bytes (const butler_registry_t *self);

#endif
