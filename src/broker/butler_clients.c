/*  butler_clients.c - the clients that have requests open, by routing id
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_clients.h"
#include <assert.h>
#include <stdlib.h>

#define SMALL 24                    //  bytes of id; those that ROUTER gives have 5

static butler_client_entry_t *
s_new (butler_clients_t *self, butler_span_t id)
{
    assert (id.size <= 255);
    butler_client_entry_t *client = id.size <= SMALL? self->free: NULL;
    if (client)
        self->free = client->next_free;
    else
        client = malloc (sizeof *client + (id.size <= SMALL? SMALL: id.size));
    assert (client);
    memset (client, 0, sizeof *client);
    client->size = (uint8_t) id.size;
    if (id.size)
        memcpy (client->id, id.data, id.size);
    return client;
}

static butler_client_entry_t *
s_find (const butler_clients_t *self, butler_span_t id, unsigned hash)
{
    butler_client_entry_t *client = NULL;
    HASH_FIND_BYHASHVALUE (hh, self->table, id.data, (unsigned) id.size, hash, client);
    return client;
}

static butler_client_entry_t *
s_add (butler_clients_t *self, butler_span_t id, unsigned hash)
{
    butler_client_entry_t *client = s_new (self, id);
    HASH_ADD_KEYPTR_BYHASHVALUE (hh, self->table, client->id, (unsigned) client->size, hash, client);
    return client;
}

void
butler_clients_init (butler_clients_t *self, uint64_t seed)
{
    *self = (butler_clients_t) { .seed = seed };
    self->sentinel = s_add (self, butler_span_string (""), 0);  //  no routing id is empty
}

void
butler_clients_fini (butler_clients_t *self)
{
    butler_client_entry_t *client, *next;
    HASH_ITER (hh, self->table, client, next) {
        HASH_DELETE (hh, self->table, client);
        free (client);
    }
    while ((client = self->free)) {
        self->free = client->next_free;
        free (client);
    }
}

butler_client_entry_t *
butler_clients_find (const butler_clients_t *self, butler_span_t id)
{
    return s_find (self, id, butler_hash (self->seed, id.data, id.size));
}

butler_client_entry_t *
butler_clients_require (butler_clients_t *self, butler_span_t id)
{
    const unsigned hash = butler_hash (self->seed, id.data, id.size);
    butler_client_entry_t *client = s_find (self, id, hash);
    return client? client: s_add (self, id, hash);
}

void
butler_clients_release (butler_clients_t *self, butler_client_entry_t *client)
{
    if (client->open)
        return;
    HASH_DELETE (hh, self->table, client);
    if (client->size > SMALL) {
        free (client);
        return;
    }
    client->next_free = self->free;
    self->free = client;
}
