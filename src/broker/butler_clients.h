/*  butler_clients.h - the clients that have requests open, by routing id
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CLIENTS_H
#define BUTLER_CLIENTS_H

#include "broker/butler_entries.h"
#include "broker/butler_pool.h"
#include "broker/butler_table.h"

typedef struct {
    butler_pool_t pool;
    butler_table_t table;
    int64_t id_bytes;               //  of ids that have blocks of their own
    uint64_t seed;
} butler_clients_t;

void
butler_clients_init (butler_clients_t *self, uint64_t seed);

void
butler_clients_fini (butler_clients_t *self);

//  What the following take, so that an id is hashed but once
uint32_t
butler_clients_hash (const butler_clients_t *self, butler_span_t id);

butler_client_entry_t *
butler_clients_find (const butler_clients_t *self, butler_span_t id, uint32_t hash);

//  One that is not there yet
butler_client_entry_t *
butler_clients_add (butler_clients_t *self, butler_span_t id, uint32_t hash);

//  Forgets it where it has no request open. Its id stays readable until one is added, where it has
//  at most BUTLER_CLIENT_ID_INLINE bytes.
void
butler_clients_release (butler_clients_t *self, butler_client_entry_t *client);

#endif
