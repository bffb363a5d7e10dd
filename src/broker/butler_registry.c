/*  butler_registry.c - services and their workers: who has a free place, least recently used first
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_registry.h"
#include "broker/butler_memory.h"
#include "broker/butler_queue.h"
#include <assert.h>
#include <stdlib.h>

#define REFUSED_MAX 1000

//  ---- rings

static void
s_ring_append (butler_ring_t *ring, butler_worker_entry_t *worker)
{
    worker->ring = ring;
    worker->next = NULL;
    worker->prev = ring->tail;
    *(ring->tail? &ring->tail->next: &ring->head) = worker;
    ring->tail = worker;
}

static void
s_ring_remove (butler_worker_entry_t *worker)
{
    butler_ring_t *ring = worker->ring;
    if (!ring)
        return;
    *(worker->prev? &worker->prev->next: &ring->head) = worker->next;
    *(worker->next? &worker->next->prev: &ring->tail) = worker->prev;
    worker->ring = NULL;
    worker->next = worker->prev = NULL;
}

static butler_ring_t *
s_ring_of (const butler_worker_entry_t *worker)
{
    if (!worker->service || worker->leaving || worker->clogged || worker->holds >= worker->pace.limit)
        return NULL;
    return worker->holds < worker->threads? &worker->service->idle: &worker->service->busy;
}

void
butler_registry_place (butler_worker_entry_t *worker)
{
    butler_ring_t *ring = s_ring_of (worker);
    if (worker->ring == ring)
        return;
    s_ring_remove (worker);
    if (ring)
        s_ring_append (ring, worker);
}

//  ---- what it takes

static int64_t
s_service_bytes (const butler_service_entry_t *service)
{
    return butler_memory_block (sizeof *service + service->size);
}

static int64_t
s_worker_bytes (const butler_worker_entry_t *worker)
{
    return butler_memory_block (sizeof *worker + worker->size)
         + (worker->properties? butler_memory_block (strlen (worker->properties) + 1): 0);
}

static int64_t
s_table_bytes (const UT_hash_table *table)
{
    return butler_memory_block (sizeof *table)
         + butler_memory_block (table->num_buckets * sizeof *table->buckets);
}

int64_t
butler_registry_service_bytes (const butler_registry_t *self)
{
    return self->service_bytes + (self->services? s_table_bytes (self->services->hh.tbl): 0);
}

int64_t
butler_registry_worker_bytes (const butler_registry_t *self)
{
    return self->worker_bytes + (self->workers? s_table_bytes (self->workers->hh.tbl): 0);
}

//  ---- services

void
butler_registry_init (butler_registry_t *self, uint64_t seed)
{
    *self = (butler_registry_t) { .seed = seed };
    butler_lanes_init (&self->lanes);
}

void
butler_registry_fini (butler_registry_t *self)
{
    butler_worker_entry_t *worker, *next_worker;
    HASH_ITER (hh, self->workers, worker, next_worker)
        butler_registry_remove_worker (self, worker);
    butler_service_entry_t *service, *next_service;
    HASH_ITER (hh, self->services, service, next_service)
        butler_registry_remove_service (self, service);
    butler_lanes_fini (&self->lanes);
}

static butler_service_entry_t *
s_find_service (const butler_registry_t *self, butler_span_t name, unsigned hash)
{
    butler_service_entry_t *service = NULL;
    HASH_FIND_BYHASHVALUE (hh, self->services, name.data, (unsigned) name.size, hash, service);
    return service;
}

butler_service_entry_t *
butler_registry_service (const butler_registry_t *self, butler_span_t name)
{
    return s_find_service (self, name, butler_hash (self->seed, name.data, name.size));
}

butler_service_entry_t *
butler_registry_require_service (butler_registry_t *self, butler_span_t name,
                                 const butler_service_settings_t *settings)
{
    const unsigned hash = butler_hash (self->seed, name.data, name.size);
    butler_service_entry_t *service = s_find_service (self, name, hash);
    if (service)
        return service;
    assert (name.size <= 255);
    service = calloc (1, sizeof *service + name.size);
    assert (service);
    service->timed.kind = BUTLER_TIMED_SERVICE;
    service->settings = *settings;
    service->serial = ++self->service_serial;
    butler_queue_init (&service->queue, &self->lanes);
    service->size = (uint8_t) name.size;
    memcpy (service->name, name.data, name.size);
    HASH_ADD_KEYPTR_BYHASHVALUE (
        hh, self->services, service->name, (unsigned) service->size, hash, service);
    self->service_bytes += s_service_bytes (service);
    return service;
}

void
butler_registry_remove_service (butler_registry_t *self, butler_service_entry_t *service)
{
    self->service_bytes -= s_service_bytes (service);
    HASH_DELETE (hh, self->services, service);
    butler_queue_fini (&service->queue);
    free (service);
}

//  ---- workers

butler_worker_entry_t *
butler_registry_worker (const butler_registry_t *self, butler_span_t id)
{
    butler_worker_entry_t *worker = NULL;
    const unsigned hash = butler_hash (self->seed, id.data, id.size);
    HASH_FIND_BYHASHVALUE (hh, self->workers, id.data, (unsigned) id.size, hash, worker);
    return worker;
}

butler_worker_entry_t *
butler_registry_add_worker (butler_registry_t *self, butler_span_t id)
{
    assert (id.size <= 255);
    butler_worker_entry_t *worker = calloc (1, sizeof *worker + id.size);
    assert (worker);
    worker->timed.kind = BUTLER_TIMED_WORKER;
    worker->serial = ++self->serial;
    worker->size = (uint8_t) id.size;
    memcpy (worker->id, id.data, id.size);
    const unsigned hash = butler_hash (self->seed, id.data, id.size);
    HASH_ADD_KEYPTR_BYHASHVALUE (hh, self->workers, worker->id, (unsigned) worker->size, hash, worker);
    self->worker_bytes += s_worker_bytes (worker);
    return worker;
}

void
butler_registry_set_properties (butler_registry_t *self, butler_worker_entry_t *worker, butler_span_t text)
{
    self->worker_bytes -= s_worker_bytes (worker);
    free (worker->properties);
    worker->properties = NULL;
    if (text.size) {
        worker->properties = strndup ((const char *) text.data, text.size);
        assert (worker->properties);
    }
    self->worker_bytes += s_worker_bytes (worker);
}

void
butler_registry_remove_worker (butler_registry_t *self, butler_worker_entry_t *worker)
{
    if (worker->ring == &self->refused)
        self->refused_count--;
    s_ring_remove (worker);
    self->worker_bytes -= s_worker_bytes (worker);
    HASH_DELETE (hh, self->workers, worker);
    free (worker->properties);
    free (worker);
}

void
butler_registry_join (butler_worker_entry_t *worker, butler_service_entry_t *service)
{
    worker->service = service;
    worker->leaving = worker->clogged = false;
    service->registered = true;
    service->workers++;
    service->members++;
    butler_registry_place (worker);
}

void
butler_registry_leave (butler_worker_entry_t *worker)
{
    if (worker->leaving)
        return;
    worker->leaving = true;
    worker->service->workers--;
    s_ring_remove (worker);
}

void
butler_registry_part (butler_worker_entry_t *worker)
{
    butler_registry_leave (worker);
    worker->service->members--;
    worker->service = NULL;
}

//  Who was given something goes last, in whatever ring it belongs to now
void
butler_registry_hold (butler_worker_entry_t *worker, butler_job_t *job)
{
    job->at.worker = worker;
    job->prev = NULL;
    job->next = worker->held;
    if (worker->held)
        worker->held->prev = job;
    worker->held = job;
    worker->holds++;
    butler_ring_t *ring = s_ring_of (worker);
    if (ring && worker->ring == ring && !worker->next)
        return;                     //  it is the last already
    s_ring_remove (worker);
    if (ring)
        s_ring_append (ring, worker);
}

void
butler_registry_release (butler_worker_entry_t *worker, butler_job_t *job)
{
    *(job->prev? &job->prev->next: &worker->held) = job->next;
    if (job->next)
        job->next->prev = job->prev;
    job->next = job->prev = NULL;
    job->at.worker = NULL;
    worker->holds--;
    butler_registry_place (worker);
}

void
butler_registry_refuse (butler_registry_t *self, butler_worker_entry_t *worker)
{
    worker->service = NULL;
    s_ring_remove (worker);
    s_ring_append (&self->refused, worker);
    self->refused_count++;
}

butler_worker_entry_t *
butler_registry_surplus (const butler_registry_t *self)
{
    return self->refused_count > REFUSED_MAX? self->refused.head: NULL;
}
