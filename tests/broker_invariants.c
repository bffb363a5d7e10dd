/*  broker_invariants.c - what holds in the broker after every step, counted the slow way
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_fixture.h"

//  What the table of requests holds
typedef struct {
    size_t waiting, running, ended, leaving;
    size_t abandoned;               //  of those that are leaving: nobody is left to be told
    int64_t held;
} census_t;

//  One request: what it must have in its state, and must not
static void
s_check_job (butler_job_t *job, census_t *census)
{
    const bool abandoned = job->state == BUTLER_JOB_LEAVING && !job->client;
    const bool open = job->state != BUTLER_JOB_ENDED && !abandoned;
    const bool assigned = job->state == BUTLER_JOB_RUNNING || job->state == BUTLER_JOB_ENDED;
    census->waiting += job->state == BUTLER_JOB_WAITING;
    census->running += job->state == BUTLER_JOB_RUNNING;
    census->ended += job->state == BUTLER_JOB_ENDED;
    census->leaving += job->state == BUTLER_JOB_LEAVING;
    census->abandoned += abandoned;
    if (job->kept)
        census->held += butler_job_weight (job);
    assert_int_equal (job->client != NULL, open);
    assert_int_equal (butler_job_worker (job) != NULL, assigned);
    assert_int_equal (job->timed.next != NULL,
                      job->state == BUTLER_JOB_WAITING || job->state == BUTLER_JOB_RUNNING);
    assert_true (job->kept || !job->body_size);
    assert_true (job->kept || !job->block || job->state == BUTLER_JOB_LEAVING);
    assert_true (job->kept || job->state != BUTLER_JOB_WAITING);
}

static void
s_check_jobs (const butler_dispatch_t *dispatch)
{
    census_t census = { 0 };
    for (uint32_t index = 0; index < dispatch->jobs.pool.used; index++) {
        butler_job_t *job = butler_jobs_at (&dispatch->jobs, index);
        assert_int_equal (job->index, index);
        if (job->state != BUTLER_JOB_FREE)
            s_check_job (job, &census);
    }
    assert_int_equal (census.waiting, dispatch->counters.waiting);
    assert_int_equal (census.running, dispatch->counters.running);
    assert_int_equal (census.held, dispatch->held);
    const size_t open = census.waiting + census.running + census.leaving;
    assert_int_equal (open + census.ended, dispatch->jobs.pool.count);
    assert_int_equal (open - census.abandoned, dispatch->jobs.open.count);
    size_t leaving = 0;
    for (const butler_job_t *job = dispatch->leaving; job; job = job->next)
        leaving++;
    assert_int_equal (leaving, census.leaving);
}

//  All that a client has open is in its chain, and nothing else
static void
s_check_chain (const butler_dispatch_t *dispatch, const butler_client_entry_t *client)
{
    uint32_t count = 0, younger = 0;
    for (uint32_t number = client->youngest; number; count++) {
        const butler_job_t *job = butler_jobs_at (&dispatch->jobs, number - 1);
        assert_ptr_equal (job->client, client);
        assert_int_equal (job->younger, younger);
        younger = number;
        number = job->older;
    }
    assert_int_equal (count, dispatch->secured? client->open: 0);
}

//  What users hold is counted, where any are known
static void
s_check_identities (const butler_dispatch_t *dispatch, size_t client_holders, size_t open)
{
    size_t holders = dispatch->identities.trusted.holders, counted = dispatch->identities.trusted.open;
    for (uint32_t index = 0; index < dispatch->identities.pool.used; index++) {
        const butler_identity_t *identity = butler_pool_at (
            &dispatch->identities.pool, sizeof *identity, index);
        holders += identity->text? identity->holders: 0;
        counted += identity->text? identity->open: 0;
    }
    for (const butler_worker_entry_t *worker = dispatch->registry.workers; worker; worker = worker->hh.next)
        client_holders += worker->identity != NULL;
    assert_int_equal (holders, client_holders);
    assert_int_equal (counted, open);
}

static void
s_check_clients (const butler_dispatch_t *dispatch)
{
    size_t open = 0, owned = 0, owners = 0;
    const butler_table_t *table = &dispatch->clients.table;
    for (uint32_t at = 0; at <= table->mask; at++) {
        if (!table->slot [at].mark)
            continue;
        const butler_client_entry_t *client = butler_pool_at (
            &dispatch->clients.pool, sizeof *client, table->slot [at].mark - 1);
        assert_true (client->open > 0);
        open += client->open;
        owners += client->identity != NULL;
        owned += client->identity? client->open: 0;
        s_check_chain (dispatch, client);
    }
    s_check_identities (dispatch, owners, owned);
    assert_int_equal (open, dispatch->jobs.open.count);
    assert_int_equal (table->count, dispatch->clients.pool.count);
}

//  A lane holds its client's requests in the order of arrival
static void
s_check_lane (const butler_lane_t *lane, size_t *depth, size_t *bytes)
{
    size_t count = 0, load = 0;
    assert_true (lane->depth <= lane->client->open);
    for (const butler_job_t *job = lane->head; job; job = job->next) {
        assert_ptr_equal (job->client, lane->client);
        assert_ptr_equal (job->service, lane->service);
        assert_ptr_equal (job->at.lane, lane);
        assert_true (!job->next || job->order < job->next->order);
        assert_true (job->next || job == lane->tail);
        *bytes += (size_t) butler_job_weight (job);
        load += butler_queue_load (job->body_size);
        count++;
    }
    assert_true (count > 0);
    assert_int_equal (count, lane->depth);
    assert_int_equal (load, lane->load);
    *depth += count;
}

//  Each lane is found, and belongs to a queue
static void
s_check_lanes (const butler_dispatch_t *dispatch)
{
    const butler_lanes_t *lanes = &dispatch->registry.lanes;
    size_t in_queues = 0;
    for (const butler_service_entry_t *service = dispatch->registry.services; service;
         service = service->hh.next)
        in_queues += service->queue.lanes;
    assert_int_equal (in_queues, lanes->pool.count);
    assert_int_equal (in_queues, lanes->table.count);
}

static void
s_check_queue (const butler_queue_t *queue)
{
    size_t depth = 0, bytes = 0;
    for (size_t index = 0; index < queue->lanes; index++) {
        const butler_lane_t *lane = queue->heap [index];
        assert_int_equal (lane->heap_index, index);
        assert_true (index == 0 || queue->heap [(index - 1) / 2]->load >= lane->load);
        s_check_lane (lane, &depth, &bytes);
    }
    assert_int_equal (depth, queue->depth);
    assert_int_equal (bytes, queue->bytes);
    assert_int_equal (queue->turn != NULL, queue->lanes > 0);
    size_t ring = 0;
    for (const butler_lane_t *lane = queue->turn; lane && (ring == 0 || lane != queue->turn); ring++)
        lane = lane->next;
    assert_int_equal (ring, queue->lanes);
}

static size_t
s_ring_size (const butler_ring_t *ring)
{
    size_t size = 0;
    for (const butler_worker_entry_t *worker = ring->head; worker; worker = worker->next) {
        assert_ptr_equal (worker->ring, ring);
        assert_true (worker->next || worker == ring->tail);
        size++;
    }
    return size;
}

//  A worker stands in the ring where it belongs; returns how many requests it holds
static size_t
s_check_worker (const butler_dispatch_t *dispatch, const butler_worker_entry_t *worker)
{
    butler_service_entry_t *service = worker->service;
    const butler_ring_t *ring = &dispatch->registry.refused;
    if (service)
        ring = worker->leaving || worker->clogged || worker->holds >= worker->pace.limit? NULL
             : worker->holds < worker->threads? &service->idle: &service->busy;
    assert_ptr_equal (worker->ring, ring);
    assert_non_null (worker->timed.next);
    size_t holds = 0;
    for (const butler_job_t *job = worker->held; job; job = job->next, holds++)
        assert_ptr_equal (butler_job_worker (job), worker);
    assert_int_equal (holds, worker->holds);
    assert_true (holds <= worker->capacity || !service);
    return holds;
}

static void
s_check_service (const butler_dispatch_t *dispatch, const butler_service_entry_t *service)
{
    size_t workers = 0, members = 0, running = 0, in_rings = 0;
    for (const butler_worker_entry_t *worker = dispatch->registry.workers; worker; worker = worker->hh.next) {
        if (worker->service != service)
            continue;
        members++;
        workers += !worker->leaving;
        in_rings += worker->ring != NULL;
        for (const butler_job_t *job = worker->held; job; job = job->next)
            running += job->state == BUTLER_JOB_RUNNING;
    }
    assert_int_equal (workers, service->workers);
    assert_int_equal (members, service->members);
    assert_int_equal (running, service->running);
    assert_int_equal (in_rings, s_ring_size (&service->idle) + s_ring_size (&service->busy));
    s_check_queue (&service->queue);
    //  Nothing is stuck: a free place and a request that waits are about to meet
    if (service->queue.depth && butler_registry_next (service))
        assert_true (service->ready);
    //  A name goes in its time, or with what refers to it
    assert_true (workers || members || service->timed.next
             || (!service->registered && (service->queue.depth || service->leaving)));
}

void
broker_assert_invariants (const broker_t *self)
{
    const butler_dispatch_t *dispatch = &self->dispatch;
    broker_assert_balance (self);
    s_check_jobs (dispatch);
    s_check_clients (dispatch);
    s_check_lanes (dispatch);
    size_t holds = 0, waiting = 0, left_by = 0;
    for (const butler_worker_entry_t *worker = dispatch->registry.workers; worker; worker = worker->hh.next)
        holds += s_check_worker (dispatch, worker);
    for (const butler_service_entry_t *service = dispatch->registry.services; service;
         service = service->hh.next) {
        s_check_service (dispatch, service);
        waiting += service->queue.depth;
        left_by += service->leaving;
    }
    assert_int_equal (waiting, dispatch->counters.waiting);
    size_t leaving = 0;
    for (const butler_job_t *job = dispatch->leaving; job; job = job->next)
        leaving++;
    assert_int_equal (leaving, left_by);
    assert_int_equal (holds + waiting + leaving, dispatch->jobs.pool.count);
    assert_int_equal (s_ring_size (&dispatch->registry.refused), dispatch->registry.refused_count);
    assert_true (dispatch->registry.refused_count <= 1000);
}
