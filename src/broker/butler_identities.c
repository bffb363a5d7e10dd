/*  butler_identities.c - who is there: the users behind User-Ids, and what they may
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_identities.h"
#include "broker/butler_hash.h"
#include "broker/butler_memory.h"
#include <assert.h>
#include <stdlib.h>

#define IDLE_MAX 4096               //  that are known, whether anybody holds them or not, before some are forgotten
#define LOOKS 4                     //  that are looked at for one to forget; two go for one that comes, mostly

static butler_identity_t *
s_at (const butler_identities_t *self, uint32_t index)
{
    return butler_pool_at (&self->pool, sizeof (butler_identity_t), index);
}

void
butler_identities_init (butler_identities_t *self, uint64_t seed)
{
    *self = (butler_identities_t) {
        .seed = seed, .generation = 1, .trusted = { .admitted = true, .admin = true }
    };
    butler_pool_init (&self->pool, sizeof (butler_identity_t));
    butler_table_init (&self->table);
}

static void
s_free_text (butler_identities_t *self, butler_identity_t *identity)
{
    if (identity->text)
        self->text_bytes -= butler_memory_block ((size_t) identity->vouched_size + identity->name_size);
    free (identity->text);
    identity->text = NULL;
}

void
butler_identities_fini (butler_identities_t *self)
{
    for (uint32_t index = 0; index < self->pool.used; index++)
        s_free_text (self, s_at (self, index));
    butler_pool_fini (&self->pool);
    butler_table_fini (&self->table);
}

void
butler_identities_renew (butler_identities_t *self)
{
    self->generation++;
}

int64_t
butler_identities_bytes (const butler_identities_t *self)
{
    return butler_pool_bytes (&self->pool) + butler_table_bytes (&self->table) + self->text_bytes;
}

//  ---- who it is

static butler_span_t
s_vouched (const butler_identity_t *self)
{
    return butler_span (self->text, self->vouched_size);
}

butler_span_t
butler_identity_name (const butler_identity_t *self)
{
    return self->text? butler_span (self->text + self->vouched_size, self->name_size): butler_span (NULL, 0);
}

//  Both in one block, as they come and go together. One who may come in no longer keeps the name that he had.
static void
s_set_text (butler_identities_t *self, butler_identity_t *identity, butler_span_t vouched, butler_span_t name)
{
    const size_t size = vouched.size + name.size;
    char *text = malloc (size);
    assert (text);
    memcpy (text, vouched.data, vouched.size);
    if (name.size)
        memcpy (text + vouched.size, name.data, name.size);
    s_free_text (self, identity);
    identity->text = text;
    identity->vouched_size = (uint16_t) vouched.size;
    identity->name_size = (uint16_t) name.size;
    self->text_bytes += butler_memory_block (size);
}

//  What a name without end would say is not taken for anybody's
static int
s_ask (butler_admit_fn *admit, void *arg, butler_span_t vouched, char name [BUTLER_USER_SIZE])
{
    if (admit) {
        const int rc = admit (arg, vouched, name);
        name [BUTLER_USER_SIZE - 1] = 0;
        return rc == 0 && *name? 0: -1;
    }
    memcpy (name, vouched.data, vouched.size);
    name [vouched.size] = 0;
    return 0;
}

static void
s_identify (butler_identities_t *self, butler_identity_t *identity, butler_admit_fn *admit, void *arg,
            const butler_permissions_t *permissions)
{
    char name [BUTLER_USER_SIZE] = "";
    identity->generation = self->generation;
    identity->admitted = s_ask (admit, arg, s_vouched (identity), name) == 0;
    if (identity->admitted && !butler_span_equal (butler_identity_name (identity), butler_span_string (name)))
        s_set_text (self, identity, s_vouched (identity), butler_span_string (name));
    const butler_span_t known = butler_identity_name (identity);
    identity->admin = identity->admitted && butler_permissions_admin (permissions, known);
    identity->limited = permissions->grants > 0;
    identity->personal = !butler_span_equal (known, butler_span_string (BUTLER_ANONYMOUS));
    identity->granted = butler_permissions_of (permissions, known);
    memset (identity->remembered, 0, sizeof identity->remembered);
}

void
butler_identities_refresh (butler_identities_t *self, butler_identity_t *identity, butler_admit_fn *admit, void *arg,
                           const butler_permissions_t *permissions)
{
    if (identity->text && identity->generation != self->generation)
        s_identify (self, identity, admit, arg, permissions);
}

//  The table is small enough, or those whom the hand meets are held: then it grows, as they do
static void
s_forget_some (butler_identities_t *self)
{
    if (self->pool.count < IDLE_MAX)
        return;
    for (int look = 0; look < LOOKS; look++) {
        butler_identity_t *identity = s_at (self, self->hand++ % self->pool.used);
        if (!identity->text || identity->holders)
            continue;
        butler_table_remove (&self->table, identity->hash, identity->index);
        s_free_text (self, identity);
        butler_pool_put (&self->pool, identity);
    }
}

static butler_identity_t *
s_add (butler_identities_t *self, butler_span_t vouched, uint32_t hash)
{
    s_forget_some (self);
    const uint32_t fresh = self->pool.used;
    butler_identity_t *identity = butler_pool_take (&self->pool);
    *identity = (butler_identity_t) {
        .index = self->pool.used != fresh? fresh: identity->index, .hash = hash
    };
    s_set_text (self, identity, vouched, butler_span (NULL, 0));
    butler_table_add (&self->table, hash, identity->index);
    return identity;
}

butler_identity_t *
butler_identities_of (butler_identities_t *self, butler_span_t vouched, butler_admit_fn *admit, void *arg,
                      const butler_permissions_t *permissions)
{
    if (vouched.size == 0 || vouched.size >= BUTLER_USER_SIZE)
        return vouched.size? &self->nobody: &self->trusted;
    const uint32_t hash = butler_hash (self->seed, vouched.data, vouched.size);
    uint32_t at = hash, index;
    butler_identity_t *identity = NULL;
    while (!identity && (index = butler_table_find (&self->table, hash, &at)) != BUTLER_TABLE_NONE)
        if (butler_span_equal (s_vouched (s_at (self, index)), vouched))
            identity = s_at (self, index);
    if (!identity)
        identity = s_add (self, vouched, hash);
    butler_identities_refresh (self, identity, admit, arg, permissions);
    return identity;
}

//  ---- what he may

bool
butler_identity_may (const butler_identity_t *self, butler_may_t what, butler_span_t service)
{
    return self->admitted && (!self->limited || butler_granted_allow (&self->granted, what, service));
}

bool
butler_identity_may_call (butler_identity_t *self, butler_span_t service, uint64_t serial)
{
    if (!self->admitted || !self->limited)
        return self->admitted;
    uint64_t *remembered = &self->remembered [serial % BUTLER_REMEMBERED];
    if (*remembered >> 1 != serial)
        *remembered = serial << 1 | (uint64_t) butler_granted_allow (&self->granted, BUTLER_MAY_CALL, service);
    return *remembered & 1;
}
