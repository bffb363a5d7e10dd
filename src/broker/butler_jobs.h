/*  butler_jobs.h - the table of requests: by token in O(1), by client and api:id while open
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_JOBS_H
#define BUTLER_JOBS_H

#include "broker/butler_entries.h"
#include "broker/butler_memory.h"
#include "broker/butler_table.h"

//  PROTOCOL.md: kind, table index, generation
#define BUTLER_TOKEN_SIZE 9

typedef struct {
    butler_pool_t pool;             //  a job's index is its number
    butler_table_t open;
    int64_t id_bytes;               //  of api:ids that have blocks of their own
    uint64_t seed;
} butler_jobs_t;

void
butler_jobs_init (butler_jobs_t *self, uint64_t seed);

void
butler_jobs_fini (butler_jobs_t *self);

//  What the following take of a client's api:id, so that it is hashed but once. The client's own
//  hash is in it: clients may choose the same api:id.
uint32_t
butler_jobs_hash (const butler_jobs_t *self, uint32_t client_hash, butler_span_t api_id);

//  A fresh job for a client's request, open under its api:id, in no list, with no body, never given to
//  a worker. What else it has is for the caller to set: state, service, order, expiration, dialect,
//  envelope.
butler_job_t *
butler_jobs_take (butler_jobs_t *self, butler_client_entry_t *client, butler_span_t api_id, uint32_t hash);

//  Its client has been answered, and may use the api:id again
void
butler_jobs_close (butler_jobs_t *self, butler_job_t *job);

//  Back into the table; its token is void from now on. Frees its block; no list may hold it.
void
butler_jobs_put (butler_jobs_t *self, butler_job_t *job);

//  The one that this client has open under its api:id, or NULL
butler_job_t *
butler_jobs_find_open (const butler_jobs_t *self, const butler_client_entry_t *client, butler_span_t api_id,
                       uint32_t hash);

//  What it costs to keep a request with so many bytes of trace and body, and such an api:id
int64_t
butler_jobs_weight (size_t block_size, size_t api_id_size);

static inline int64_t
butler_job_weight (const butler_job_t *job)
{
    return butler_jobs_weight (job->trace_size + job->body_size, job->api_id_size);
}

//  By its index, whatever state it is in
static inline butler_job_t *
butler_jobs_at (const butler_jobs_t *self, uint32_t index)
{
    return butler_pool_at (&self->pool, sizeof (butler_job_t), index);
}

//  Another token from now on. Tokens begin at random: those of an earlier router mean nothing.
static inline void
butler_jobs_renew (butler_job_t *job)
{
    job->generation++;
}

void
butler_jobs_token (const butler_job_t *job, uint8_t token [BUTLER_TOKEN_SIZE]);

//  The job that a token names, or NULL
butler_job_t *
butler_jobs_find (const butler_jobs_t *self, butler_span_t token);

#endif
