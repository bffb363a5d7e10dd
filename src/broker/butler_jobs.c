/*  butler_jobs.c - the table of requests: by token in O(1), by client and api:id while open
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_jobs.h"
#include <assert.h>
#include <stdlib.h>

#define TOKEN_KIND 0x10

//  Slots of the table for each: between 1.3 and 2.7
#define SLOTS_EACH 2

void
butler_jobs_init (butler_jobs_t *self, uint64_t seed)
{
    *self = (butler_jobs_t) { .seed = seed };
    butler_pool_init (&self->pool, sizeof (butler_job_t));
    butler_table_init (&self->open);
}

static void
s_free_blocks (butler_jobs_t *self, butler_job_t *job)
{
    free (job->block);
    job->block = NULL;
    if (job->api_id_size <= BUTLER_API_ID_INLINE)
        return;
    free (job->api_id.block);
    self->id_bytes -= butler_memory_block (job->api_id_size);
    job->api_id_size = 0;
}

void
butler_jobs_fini (butler_jobs_t *self)
{
    for (uint32_t index = 0; index < self->pool.used; index++)
        s_free_blocks (self, butler_jobs_at (self, index));
    butler_pool_fini (&self->pool);
    butler_table_fini (&self->open);
}

int64_t
butler_jobs_weight (size_t block_size, size_t api_id_size)
{
    return (int64_t) (sizeof (butler_job_t) + SLOTS_EACH * sizeof (butler_slot_t))
         + butler_memory_block (block_size)
         + (api_id_size > BUTLER_API_ID_INLINE? butler_memory_block (api_id_size): 0);
}

uint32_t
butler_jobs_hash (const butler_jobs_t *self, uint32_t client_hash, butler_span_t api_id)
{
    return butler_hash (self->seed + client_hash, api_id.data, api_id.size);
}

static void
s_set_api_id (butler_jobs_t *self, butler_job_t *job, butler_span_t api_id)
{
    assert (api_id.size <= 255);
    job->api_id_size = (uint8_t) api_id.size;
    if (api_id.size <= BUTLER_API_ID_INLINE) {
        memcpy (job->api_id.bytes, api_id.data, api_id.size);
        return;
    }
    job->api_id.block = malloc (api_id.size);
    assert (job->api_id.block);
    memcpy (job->api_id.block, api_id.data, api_id.size);
    self->id_bytes += butler_memory_block (api_id.size);
}

butler_job_t *
butler_jobs_take (butler_jobs_t *self, butler_client_entry_t *client, butler_span_t api_id, uint32_t hash)
{
    const uint32_t fresh = self->pool.used;
    butler_job_t *job = butler_pool_take (&self->pool);
    if (self->pool.used != fresh) {
        job->index = fresh;
        job->generation = butler_hash (self->seed, &fresh, sizeof fresh);
    }
    job->timed = (butler_timed_t) { .kind = BUTLER_TIMED_JOB };
    job->next = job->prev = NULL;
    job->client = client;
    job->at.worker = NULL;
    job->body_size = 0;
    job->trace_size = 0;
    job->kept = false;
    job->hash = hash;
    job->attempts = 0;
    s_set_api_id (self, job, api_id);
    butler_table_add (&self->open, hash, job->index);
    return job;
}

void
butler_jobs_close (butler_jobs_t *self, butler_job_t *job)
{
    if (!job->client)
        return;
    butler_table_remove (&self->open, job->hash, job->index);
    job->client = NULL;
}

void
butler_jobs_put (butler_jobs_t *self, butler_job_t *job)
{
    butler_jobs_close (self, job);
    s_free_blocks (self, job);
    job->state = BUTLER_JOB_FREE;
    butler_jobs_renew (job);
    butler_pool_put (&self->pool, job);
}

butler_job_t *
butler_jobs_find_open (const butler_jobs_t *self, const butler_client_entry_t *client, butler_span_t api_id,
                       uint32_t hash)
{
    uint32_t at = hash, index;
    while ((index = butler_table_find (&self->open, hash, &at)) != BUTLER_TABLE_NONE) {
        butler_job_t *job = butler_jobs_at (self, index);
        if (job->client == client && butler_span_equal (butler_job_api_id (job), api_id))
            return job;
    }
    return NULL;
}

static void
s_write_u32 (uint8_t *where, uint32_t value)
{
    for (int byte = 3; byte >= 0; byte--, value >>= 8)
        where [byte] = (uint8_t) value;
}

static uint32_t
s_read_u32 (const uint8_t *where)
{
    return (uint32_t) where [0] << 24 | (uint32_t) where [1] << 16
         | (uint32_t) where [2] << 8 | where [3];
}

void
butler_jobs_token (const butler_job_t *job, uint8_t token [BUTLER_TOKEN_SIZE])
{
    token [0] = TOKEN_KIND;
    s_write_u32 (token + 1, job->index);
    s_write_u32 (token + 5, job->generation);
}

butler_job_t *
butler_jobs_find (const butler_jobs_t *self, butler_span_t token)
{
    if (token.size != BUTLER_TOKEN_SIZE || token.data [0] != TOKEN_KIND)
        return NULL;
    const uint32_t index = s_read_u32 (token.data + 1);
    if (index >= self->pool.used)
        return NULL;
    butler_job_t *job = butler_jobs_at (self, index);
    return job->state != BUTLER_JOB_FREE && job->generation == s_read_u32 (token.data + 5)? job: NULL;
}
