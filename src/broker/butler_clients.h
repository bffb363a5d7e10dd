/*  butler_clients.h - the clients that have requests open, by routing id
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CLIENTS_H
#define BUTLER_CLIENTS_H

#include "broker/butler_entries.h"

typedef struct {
    butler_client_entry_t *table;
    butler_client_entry_t *sentinel;    //  uthash frees its table with the last item: so one stays
    butler_client_entry_t *free;        //  small ones, to be used again
    uint64_t seed;
} butler_clients_t;

void
butler_clients_init (butler_clients_t *self, uint64_t seed);

void
butler_clients_fini (butler_clients_t *self);

butler_client_entry_t *
butler_clients_find (const butler_clients_t *self, butler_span_t id);

//  Creates it if absent
butler_client_entry_t *
butler_clients_require (butler_clients_t *self, butler_span_t id);

//  Forgets it where it has no request open
void
butler_clients_release (butler_clients_t *self, butler_client_entry_t *client);

#endif
