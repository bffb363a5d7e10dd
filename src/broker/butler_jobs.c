/*  butler_jobs.c - the table of requests: by token in O(1), by client and api:id while open
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_jobs.h"
#include <assert.h>
#include <stdlib.h>

#define TOKEN_KIND 0x10

#define KEY_MAX (sizeof (void *) + 255)

static size_t
s_make_key (uint8_t *key, const butler_client_entry_t *client, butler_span_t api_id)
{
    memcpy (key, &client, sizeof client);
    memcpy (key + sizeof client, api_id.data, api_id.size);
    return sizeof client + api_id.size;
}

static void
s_add_slab (butler_jobs_t *self)
{
    self->slab = realloc (self->slab, (self->slabs + 1) * sizeof *self->slab);
    assert (self->slab);
    butler_job_t *slab = calloc (BUTLER_JOBS_SLAB, sizeof *slab);
    assert (slab);
    for (size_t index = BUTLER_JOBS_SLAB; index-- > 0;) {
        slab [index].index = (uint32_t) (self->slabs * BUTLER_JOBS_SLAB + index);
        slab [index].generation = butler_hash (
            self->seed, &slab [index].index, sizeof slab [index].index);
        slab [index].next = self->free;
        self->free = &slab [index];
    }
    self->slab [self->slabs++] = slab;
}

void
butler_jobs_init (butler_jobs_t *self, uint64_t seed)
{
    *self = (butler_jobs_t) { .seed = seed };
    self->sentinel = butler_jobs_take (self, NULL, butler_span_string (""));
    self->count = 0;
}

void
butler_jobs_fini (butler_jobs_t *self)
{
    HASH_CLEAR (hh, self->open);
    for (size_t index = 0; index < self->slabs * BUTLER_JOBS_SLAB; index++) {
        butler_job_t *job = &self->slab [index / BUTLER_JOBS_SLAB][index % BUTLER_JOBS_SLAB];
        free (job->body);
        free (job->lost);
        if (job->key != job->key_inline)
            free (job->key);
    }
    for (size_t index = 0; index < self->slabs; index++)
        free (self->slab [index]);
    free (self->slab);
}

butler_job_t *
butler_jobs_take (butler_jobs_t *self, butler_client_entry_t *client, butler_span_t api_id)
{
    assert (api_id.size <= 255);
    if (!self->free)
        s_add_slab (self);
    butler_job_t *job = self->free;
    self->free = job->next;
    const uint32_t index = job->index;
    const uint32_t generation = job->generation;
    memset (job, 0, offsetof (butler_job_t, key_inline));
    job->index = index;
    job->generation = generation;
    job->timed.kind = BUTLER_TIMED_JOB;
    job->client = client;
    job->api_id_size = (uint8_t) api_id.size;
    job->key = api_id.size <= BUTLER_API_ID_INLINE? job->key_inline: malloc (KEY_MAX);
    assert (job->key);
    const size_t size = s_make_key (job->key, client, api_id);
    const unsigned hash = butler_hash (self->seed, job->key, size);
    HASH_ADD_KEYPTR_BYHASHVALUE (hh, self->open, job->key, (unsigned) size, hash, job);
    self->count++;
    return job;
}

void
butler_jobs_close (butler_jobs_t *self, butler_job_t *job)
{
    if (!job->hh.tbl)
        return;
    HASH_DELETE (hh, self->open, job);
    job->hh.tbl = NULL;
    job->client = NULL;
}

void
butler_jobs_renew (butler_job_t *job)
{
    job->generation++;
}

void
butler_jobs_put (butler_jobs_t *self, butler_job_t *job)
{
    butler_jobs_close (self, job);
    free (job->body);
    job->body = NULL;
    free (job->lost);
    job->lost = NULL;
    if (job->key != job->key_inline)
        free (job->key);
    job->key = job->key_inline;
    job->state = BUTLER_JOB_FREE;
    butler_jobs_renew (job);
    job->next = self->free;
    self->free = job;
    self->count--;
}

bool
butler_jobs_is_open (const butler_jobs_t *self, const butler_client_entry_t *client, butler_span_t api_id)
{
    uint8_t key [KEY_MAX];
    const size_t size = s_make_key (key, client, api_id);
    const unsigned hash = butler_hash (self->seed, key, size);
    butler_job_t *found = NULL;
    HASH_FIND_BYHASHVALUE (hh, self->open, key, (unsigned) size, hash, found);
    return found != NULL;
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
    const size_t index = s_read_u32 (token.data + 1);
    if (index >= self->slabs * BUTLER_JOBS_SLAB)
        return NULL;
    butler_job_t *job = &self->slab [index / BUTLER_JOBS_SLAB][index % BUTLER_JOBS_SLAB];
    return job->state != BUTLER_JOB_FREE && job->generation == s_read_u32 (token.data + 5)? job: NULL;
}
