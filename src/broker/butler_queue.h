/*  butler_queue.h - the requests that wait for a service; clients take turns
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_QUEUE_H
#define BUTLER_QUEUE_H

#include "broker/butler_entries.h"

void
butler_lanes_init (butler_lanes_t *self);

void
butler_lanes_fini (butler_lanes_t *self);

//  An empty queue; it has its lanes from there. Limits are the caller's: see butler_queue_crowd.
void
butler_queue_init (butler_queue_t *self, butler_lanes_t *lanes);

//  Put a job in its client's lane, in its place by `order`
void
butler_queue_put (butler_queue_t *self, butler_job_t *job);

//  The job that butler_queue_next () would take, or NULL
static inline butler_job_t *
butler_queue_first (const butler_queue_t *self)
{
    return self->turn? self->turn->head: NULL;
}

//  The next job, of the client whose turn it is; NULL where none waits
butler_job_t *
butler_queue_next (butler_queue_t *self);

//  Take one out, wherever it stands
void
butler_queue_take (butler_queue_t *self, butler_job_t *job);

//  What a request adds to the load of its client, so that who has most is told by number and bytes
//  alike: its body's bytes, and 8 KiB, which is more than a place's share of a queue's bytes
size_t
butler_queue_load (size_t body_size);

//  The newest request of the client that has most waiting, or NULL where nobody's load is above this
butler_job_t *
butler_queue_crowd (const butler_queue_t *self, size_t load);

//  The load of a client's requests that wait here
size_t
butler_queue_load_of (const butler_queue_t *self, const butler_client_entry_t *client,
                      const butler_service_entry_t *service);

void
butler_queue_fini (butler_queue_t *self);

#endif
