/*  butler_entries.h - what the router remembers of requests, clients, services and workers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ENTRIES_H
#define BUTLER_ENTRIES_H

#include <stdbool.h>
#include "broker/butler_hash.h"
#include "broker/butler_identities.h"
#include "broker/butler_pace.h"
#include "broker/butler_pool.h"
#include "broker/butler_pulse.h"
#include "broker/butler_settings.h"
#include "broker/butler_table.h"
#include "broker/butler_wheel.h"
#include "base/butler_span.h"

typedef struct butler_job butler_job_t;
typedef struct butler_lane butler_lane_t;
typedef struct butler_client_entry butler_client_entry_t;
typedef struct butler_service_entry butler_service_entry_t;
typedef struct butler_worker_entry butler_worker_entry_t;

//  What a timed entry is
enum { BUTLER_TIMED_JOB, BUTLER_TIMED_WORKER, BUTLER_TIMED_SERVICE };

typedef enum {
    BUTLER_JOB_FREE,
    BUTLER_JOB_WAITING,             //  in its lane of its service's queue
    BUTLER_JOB_RUNNING,             //  among what its worker holds
    BUTLER_JOB_ENDED,               //  held by its worker still; its client has had its answer
    BUTLER_JOB_LEAVING              //  its client is about to be told why it ends
} butler_job_state_t;

//  Why a job ends without a worker's answer
typedef enum {
    BUTLER_END_EXPIRED, BUTLER_END_LOST, BUTLER_END_CROWDED, BUTLER_END_FORGOTTEN,
    BUTLER_END_ABANDONED,
    BUTLER_END_UNBEGUN              //  abandoned before any worker was given it
} butler_end_t;

//  Ids up to so long stand in their entry, longer ones in a block of their own
#define BUTLER_API_ID_INLINE 48
#define BUTLER_CLIENT_ID_INLINE 24

//  One request, from its arrival until its worker's place is free again. There may be 100,000 of
//  them that wait: members stand so that none leaves a gap.
struct butler_job {
    butler_timed_t timed;           //  when it expires
    butler_job_t *next, *prev;      //  lane, worker's list, list of the leaving
    butler_client_entry_t *client;  //  NULL once ended
    butler_service_entry_t *service;
    union {
        butler_lane_t *lane;        //  while it waits
        butler_worker_entry_t *worker;  //  who has it: see butler_job_worker
    } at;
    uint8_t *block;                 //  trace and body, where they are kept; of one that is leaving,
                                    //  the name of the worker that was lost with it, or NULL
    size_t body_size;
    uint64_t order;                 //  of arrival
    int64_t expiration;             //  by the wall clock, for workers that want it so
    uint32_t index, generation;     //  its token
    uint32_t hash;                  //  of client and api:id
    uint32_t older, younger;        //  of its client's, by index + 1; 0: none. Where users are known alone.
    uint16_t attempts;              //  workers that were given it
    uint8_t state;                  //  butler_job_state_t
    uint8_t end;                    //  butler_end_t, where it is leaving
    uint8_t dialect, envelope;
    uint8_t trace_size;             //  in front of the body
    uint8_t api_id_size;
    bool kept;                      //  for what waits, or may be given again
    union {
        uint8_t bytes [BUTLER_API_ID_INLINE];
        uint8_t *block;
    } api_id;
};

//  The requests of one client that wait for one service, oldest first
struct butler_lane {
    butler_lane_t *next, *prev;     //  whose turn comes when
    butler_client_entry_t *client;
    butler_service_entry_t *service;
    butler_job_t *head, *tail;
    size_t load;                    //  of all of them: see butler_queue_load
    uint32_t depth;
    uint32_t heap_index;
    uint32_t index, hash;           //  in the table of lanes
};

//  The lanes of all queues
typedef struct {
    butler_pool_t pool;
    butler_table_t table;           //  by client and service
    int64_t heap_bytes;             //  that the queues' heaps take
} butler_lanes_t;

//  The requests that wait for one service
typedef struct {
    butler_lanes_t *pool;
    butler_lane_t *turn;            //  whose turn it is; a ring
    butler_lane_t *served;          //  whose turn it was last, and who waits still, or NULL
    butler_lane_t **heap;           //  the client that has most waiting is on top
    uint32_t lanes, heap_size;
    size_t depth;
    size_t bytes;
} butler_queue_t;

//  A client with requests open
struct butler_client_entry {
    uint32_t open;                  //  waiting or running
    uint32_t hash, index;           //  in the table of clients
    uint32_t youngest;              //  of its requests, by index + 1; 0: none, or users are not known
    butler_identity_t *identity;    //  whose they are; NULL: users are not known
    uint8_t size;
    union {
        uint8_t bytes [BUTLER_CLIENT_ID_INLINE];
        uint8_t *block;
    } id;
};

//  Workers with a free place, least recently used first
typedef struct {
    butler_worker_entry_t *head, *tail;
} butler_ring_t;

struct butler_service_entry {
    UT_hash_handle hh;
    butler_timed_t timed;           //  when its name is forgotten
    butler_service_settings_t settings;
    butler_ring_t idle;             //  hold fewer requests than they have threads
    butler_ring_t busy;             //  have a place left all the same
    butler_queue_t queue;
    butler_service_entry_t *next_ready;
    bool ready;                     //  in the list of those to look at
    bool registered;                //  a worker has it, or had it within ttl
    uint32_t workers;               //  live ones, not leaving
    uint32_t members;               //  leaving ones too
    uint32_t running;
    uint32_t leaving;               //  requests whose clients are about to be told
    uint64_t serial;                //  that no other entry ever has
    uint8_t size;
    char name [];
};

struct butler_worker_entry {
    UT_hash_handle hh;
    butler_timed_t timed;           //  heartbeat or death
    butler_pulse_t pulse;
    butler_service_entry_t *service;        //  NULL: refused, and ignored
    butler_identity_t *identity;    //  who registered it; NULL: users are not known
    butler_ring_t *ring;            //  where it stands, NULL in none
    butler_worker_entry_t *next, *prev;     //  in the ring, or among the refused
    butler_job_t *held;             //  newest first
    uint32_t holds;
    uint32_t capacity, threads;
    butler_pace_t pace;             //  how much of its capacity it is given
    int32_t retry;
    bool modern;                    //  sent properties: beats while it works
    bool relative;                  //  wants "+N" for a deadline
    bool either;                    //  or takes whatever came
    bool extra;                     //  gets a seventh frame with each request
    uint8_t envelope;               //  in which it takes requests, for the wire to know
    bool untold;                    //  of the router's interval, which it wants to know
    bool leaving;
    bool barred;                    //  refused since its user may not serve
    bool unaware;                   //  and has to be told that
    bool doomed;                    //  gone, as soon as all that it sent has been read
    bool clogged;                   //  did not take a message: out of the rings until it speaks
    uint64_t serial;                //  how lists name it: routing ids are never disclosed
    uint64_t answered;
    int64_t since;                  //  monotonic ms
    char *properties;               //  as it sent them, or NULL
    uint8_t size;
    uint8_t id [];
};

static inline butler_span_t
butler_job_api_id (const butler_job_t *self)
{
    const bool here = self->api_id_size <= BUTLER_API_ID_INLINE;
    return butler_span (here? self->api_id.bytes: self->api_id.block, self->api_id_size);
}

static inline butler_span_t
butler_job_trace (const butler_job_t *self)
{
    return butler_span (self->block, self->trace_size);
}

static inline butler_span_t
butler_job_body (const butler_job_t *self)
{
    return butler_span (self->block? self->block + self->trace_size: NULL, self->body_size);
}

//  Who has it, or NULL
static inline butler_worker_entry_t *
butler_job_worker (const butler_job_t *self)
{
    const bool held = self->state == BUTLER_JOB_RUNNING || self->state == BUTLER_JOB_ENDED;
    return held? self->at.worker: NULL;
}

static inline butler_span_t
butler_client_entry_id (const butler_client_entry_t *self)
{
    const bool here = self->size <= BUTLER_CLIENT_ID_INLINE;
    return butler_span (here? self->id.bytes: self->id.block, self->size);
}

static inline butler_span_t
butler_worker_entry_id (const butler_worker_entry_t *self)
{
    return butler_span (self->id, self->size);
}

static inline butler_span_t
butler_service_entry_name (const butler_service_entry_t *self)
{
    return butler_span (self->name, self->size);
}

#endif
