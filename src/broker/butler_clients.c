/*  butler_clients.c - the clients that have requests open, by routing id
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_clients.h"
#include "broker/butler_memory.h"
#include <assert.h>
#include <stdlib.h>

static butler_client_entry_t *
s_at (const butler_clients_t *self, uint32_t index)
{
    return butler_pool_at (&self->pool, sizeof (butler_client_entry_t), index);
}

void
butler_clients_init (butler_clients_t *self, uint64_t seed)
{
    *self = (butler_clients_t) { .seed = seed };
    butler_pool_init (&self->pool, sizeof (butler_client_entry_t));
    butler_table_init (&self->table);
}

static void
s_free_id (butler_clients_t *self, butler_client_entry_t *client)
{
    if (client->size <= BUTLER_CLIENT_ID_INLINE)
        return;
    self->id_bytes -= butler_memory_block (client->size);
    free (client->id.block);
    client->size = 0;
}

void
butler_clients_fini (butler_clients_t *self)
{
    for (uint32_t index = 0; index < self->pool.used; index++)
        s_free_id (self, s_at (self, index));
    butler_pool_fini (&self->pool);
    butler_table_fini (&self->table);
}

uint32_t
butler_clients_hash (const butler_clients_t *self, butler_span_t id)
{
    return butler_hash (self->seed, id.data, id.size);
}

butler_client_entry_t *
butler_clients_find (const butler_clients_t *self, butler_span_t id, uint32_t hash)
{
    uint32_t at = hash, index;
    while ((index = butler_table_find (&self->table, hash, &at)) != BUTLER_TABLE_NONE) {
        butler_client_entry_t *client = s_at (self, index);
        if (butler_span_equal (butler_client_entry_id (client), id))
            return client;
    }
    return NULL;
}

butler_client_entry_t *
butler_clients_add (butler_clients_t *self, butler_span_t id, uint32_t hash)
{
    assert (id.size <= 255);
    const uint32_t index = self->pool.used;
    butler_client_entry_t *client = butler_pool_take (&self->pool);
    if (self->pool.used != index)
        client->index = index;
    client->open = 0;
    client->hash = hash;
    client->size = (uint8_t) id.size;
    if (id.size > BUTLER_CLIENT_ID_INLINE) {
        client->id.block = malloc (id.size);
        assert (client->id.block);
        self->id_bytes += butler_memory_block (id.size);
    }
    memcpy (id.size > BUTLER_CLIENT_ID_INLINE? client->id.block: client->id.bytes, id.data, id.size);
    butler_table_add (&self->table, hash, client->index);
    return client;
}

void
butler_clients_release (butler_clients_t *self, butler_client_entry_t *client)
{
    if (client->open)
        return;
    butler_table_remove (&self->table, client->hash, client->index);
    s_free_id (self, client);
    butler_pool_put (&self->pool, client);
}
