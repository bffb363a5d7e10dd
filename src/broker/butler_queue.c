/*  butler_queue.c - the requests that wait for a service; clients take turns
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_queue.h"
#include "broker/butler_jobs.h"
#include <assert.h>
#include <stdlib.h>

#define PLACE 8192                  //  what a request weighs beside its body
#define HEAP_MIN 8

void
butler_lanes_init (butler_lanes_t *self)
{
    *self = (butler_lanes_t) { .heap_bytes = 0 };
    butler_pool_init (&self->pool, sizeof (butler_lane_t));
    butler_table_init (&self->table);
}

void
butler_lanes_fini (butler_lanes_t *self)
{
    butler_pool_fini (&self->pool);
    butler_table_fini (&self->table);
}

void
butler_queue_init (butler_queue_t *self, butler_lanes_t *lanes)
{
    *self = (butler_queue_t) { .pool = lanes };
}

//  ---- the heap: the client that has most waiting is on top

static void
s_heap_set (butler_queue_t *self, uint32_t index, butler_lane_t *lane)
{
    self->heap [index] = lane;
    lane->heap_index = index;
}

static void
s_heap_rise (butler_queue_t *self, butler_lane_t *lane)
{
    uint32_t index = lane->heap_index;
    while (index && self->heap [(index - 1) / 2]->load < lane->load) {
        s_heap_set (self, index, self->heap [(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    s_heap_set (self, index, lane);
}

static void
s_heap_sink (butler_queue_t *self, butler_lane_t *lane)
{
    uint32_t index = lane->heap_index;
    for (;;) {
        uint32_t child = 2 * index + 1;
        if (child + 1 < self->lanes && self->heap [child + 1]->load > self->heap [child]->load)
            child++;
        if (child >= self->lanes || self->heap [child]->load <= lane->load)
            break;
        s_heap_set (self, index, self->heap [child]);
        index = child;
    }
    s_heap_set (self, index, lane);
}

static void
s_heap_resize (butler_queue_t *self, uint32_t size)
{
    self->pool->heap_bytes += butler_memory_block (size * sizeof *self->heap)
                            - butler_memory_block (self->heap_size * sizeof *self->heap);
    self->heap = realloc (self->heap, size * sizeof *self->heap);
    assert (self->heap);
    self->heap_size = size;
}

static void
s_heap_add (butler_queue_t *self, butler_lane_t *lane)
{
    if (self->lanes == self->heap_size)
        s_heap_resize (self, self->heap_size? self->heap_size * 2: HEAP_MIN);
    s_heap_set (self, self->lanes++, lane);
}

static void
s_heap_remove (butler_queue_t *self, butler_lane_t *lane)
{
    butler_lane_t *last = self->heap [--self->lanes];
    if (last != lane) {
        s_heap_set (self, lane->heap_index, last);
        s_heap_rise (self, last);
        s_heap_sink (self, last);
    }
    if (self->lanes < self->heap_size / 4 && self->heap_size > HEAP_MIN)
        s_heap_resize (self, self->heap_size / 2);
}

//  ---- lanes

//  Both are random already, and nobody knows them
static uint32_t
s_lane_hash (const butler_client_entry_t *client, const butler_service_entry_t *service)
{
    return client->hash ^ service->hh.hashv;
}

static butler_lane_t *
s_lane_find (const butler_lanes_t *self, const butler_client_entry_t *client,
             const butler_service_entry_t *service)
{
    const uint32_t hash = s_lane_hash (client, service);
    uint32_t at = hash, index;
    while ((index = butler_table_find (&self->table, hash, &at)) != BUTLER_TABLE_NONE) {
        butler_lane_t *lane = butler_pool_at (&self->pool, sizeof *lane, index);
        if (lane->client == client && lane->service == service)
            return lane;
    }
    return NULL;
}

//  Its turn comes last, but for who was served last: one that floods a service is not served twice before
//  one that comes now
static void
s_lane_link (butler_queue_t *self, butler_lane_t *lane)
{
    butler_lane_t *next = self->served? self->served: self->turn;
    if (!next) {
        self->turn = lane->next = lane->prev = lane;
        return;
    }
    lane->next = next;
    lane->prev = next->prev;
    lane->prev->next = next->prev = lane;
    if (self->served == self->turn)
        self->turn = lane;
}

static butler_lane_t *
s_lane_new (butler_queue_t *self, butler_job_t *job)
{
    butler_lanes_t *lanes = self->pool;
    const uint32_t fresh = lanes->pool.used;
    butler_lane_t *lane = butler_pool_take (&lanes->pool);
    *lane = (butler_lane_t) {
        .client = job->client, .service = job->service,
        .index = lanes->pool.used != fresh? fresh: lane->index,
        .hash = s_lane_hash (job->client, job->service),
    };
    butler_table_add (&lanes->table, lane->hash, lane->index);
    s_lane_link (self, lane);
    s_heap_add (self, lane);
    return lane;
}

static void
s_lane_destroy (butler_queue_t *self, butler_lane_t *lane)
{
    s_heap_remove (self, lane);
    if (self->turn == lane)
        self->turn = lane->next == lane? NULL: lane->next;
    if (self->served == lane)
        self->served = NULL;
    lane->prev->next = lane->next;
    lane->next->prev = lane->prev;
    butler_table_remove (&self->pool->table, lane->hash, lane->index);
    butler_pool_put (&self->pool->pool, lane);
}

//  New ones go last; one that comes back finds its place from the front
static void
s_lane_insert (butler_lane_t *lane, butler_job_t *job)
{
    butler_job_t *before = lane->tail;
    if (before && before->order > job->order)
        for (before = NULL; ; ) {
            butler_job_t *next = before? before->next: lane->head;
            if (next->order > job->order)
                break;
            before = next;
        }
    job->prev = before;
    job->next = before? before->next: lane->head;
    *(job->next? &job->next->prev: &lane->tail) = job;
    *(before? &before->next: &lane->head) = job;
}

size_t
butler_queue_load (size_t body_size)
{
    return PLACE + body_size;
}

void
butler_queue_put (butler_queue_t *self, butler_job_t *job)
{
    butler_lane_t *lane = self->depth? s_lane_find (self->pool, job->client, job->service): NULL;
    if (!lane)
        lane = s_lane_new (self, job);
    s_lane_insert (lane, job);
    lane->depth++;
    lane->load += butler_queue_load (job->body_size);
    s_heap_rise (self, lane);
    self->depth++;
    self->bytes += (size_t) butler_job_weight (job);
    job->state = BUTLER_JOB_WAITING;
    job->at.lane = lane;
}

void
butler_queue_take (butler_queue_t *self, butler_job_t *job)
{
    butler_lane_t *lane = job->at.lane;
    *(job->prev? &job->prev->next: &lane->head) = job->next;
    *(job->next? &job->next->prev: &lane->tail) = job->prev;
    job->next = job->prev = NULL;
    self->depth--;
    self->bytes -= (size_t) butler_job_weight (job);
    lane->load -= butler_queue_load (job->body_size);
    if (--lane->depth)
        s_heap_sink (self, lane);
    else
        s_lane_destroy (self, lane);
}

butler_job_t *
butler_queue_next (butler_queue_t *self)
{
    butler_lane_t *lane = self->turn;
    if (!lane)
        return NULL;
    butler_job_t *job = lane->head;
    self->turn = lane->next;
    self->served = lane;
    butler_queue_take (self, job);
    return job;
}

butler_job_t *
butler_queue_crowd (const butler_queue_t *self, size_t load)
{
    return self->lanes && self->heap [0]->load > load? self->heap [0]->tail: NULL;
}

size_t
butler_queue_load_of (const butler_queue_t *self, const butler_client_entry_t *client,
                      const butler_service_entry_t *service)
{
    const butler_lane_t *lane = self->depth? s_lane_find (self->pool, client, service): NULL;
    return lane? lane->load: 0;
}

void
butler_queue_fini (butler_queue_t *self)
{
    while (self->turn)
        s_lane_destroy (self, self->turn);
    self->pool->heap_bytes -= butler_memory_block (self->heap_size * sizeof *self->heap);
    free (self->heap);
}
