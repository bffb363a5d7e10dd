/*  butler_jobs.h - the table of requests: by token in O(1), by client and api:id while open
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_JOBS_H
#define BUTLER_JOBS_H

#include "broker/butler_entries.h"

//  PROTOCOL.md: kind, table index, generation
#define BUTLER_TOKEN_SIZE 9

//  Jobs are allocated so many at a time
#define BUTLER_JOBS_SLAB 256

typedef struct {
    butler_job_t **slab;            //  never moved, so that entries can point at each other
    size_t slabs;
    butler_job_t *free;
    butler_job_t *open;             //  hash table
    butler_job_t *sentinel;         //  uthash frees its table with the last item: so one stays
    uint64_t seed;
    size_t count;
} butler_jobs_t;

void
butler_jobs_init (butler_jobs_t *self, uint64_t seed);

void
butler_jobs_fini (butler_jobs_t *self);

//  A fresh job for a client's request, open under its api:id
butler_job_t *
butler_jobs_take (butler_jobs_t *self, butler_client_entry_t *client, butler_span_t api_id);

//  Its client has been answered, and may use the api:id again
void
butler_jobs_close (butler_jobs_t *self, butler_job_t *job);

//  Back into the table; its token is void from now on. Frees the body; no list may hold it.
void
butler_jobs_put (butler_jobs_t *self, butler_job_t *job);

bool
butler_jobs_is_open (const butler_jobs_t *self, const butler_client_entry_t *client, butler_span_t api_id);

//  Another token from now on. Tokens begin at random: those of an earlier router mean nothing.
void
butler_jobs_renew (butler_job_t *job);

void
butler_jobs_token (const butler_job_t *job, uint8_t token [BUTLER_TOKEN_SIZE]);

//  The job that a token names, or NULL
butler_job_t *
butler_jobs_find (const butler_jobs_t *self, butler_span_t token);

#endif
