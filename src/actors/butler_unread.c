/*  butler_unread.c - large bodies that libzmq holds for peers of a socket, counted until it lets go of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_unread.h"
#include "broker/butler_hash.h"
#include "broker/butler_pool.h"
#include "broker/butler_table.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define LOOKS 2                     //  at entries that may be of no more use, for each new one

#define SHARE 4                     //  what is free is so many times what one peer has

//  What one peer has not read. It stays at least until that is nothing.
typedef struct {
    int64_t bytes;                  //  also for libzmq's threads
    uint32_t hash, index;
    bool taken;
    uint8_t size;
    uint8_t id [255];
} entry_t;

//  A message on its way; it holds what is sent in its name
typedef struct {
    butler_unread_t *ledger;
    entry_t *entry;
    int64_t bytes;
    zmq_msg_t msg;
} note_t;

struct butler_unread {
    butler_pool_t pool;
    butler_table_t table;           //  of entries, by peer
    uint64_t seed;
    uint32_t look;                  //  the entry to look at next
    note_t *last;
    int64_t bytes;                  //  also for libzmq's threads
    int64_t users;                  //  the owner, and notes; the last one clears up
};

butler_unread_t *
butler_unread_new (uint64_t seed)
{
    butler_unread_t *self = calloc (1, sizeof *self);
    assert (self);
    self->seed = seed;
    self->users = 1;
    butler_pool_init (&self->pool, sizeof (entry_t));
    butler_table_init (&self->table);
    return self;
}

static void
s_release (butler_unread_t *self)
{
    if (__atomic_sub_fetch (&self->users, 1, __ATOMIC_ACQ_REL))
        return;
    butler_pool_fini (&self->pool);
    butler_table_fini (&self->table);
    free (self);
}

void
butler_unread_destroy (butler_unread_t **self_p)
{
    if (*self_p)
        s_release (*self_p);
    *self_p = NULL;
}

const int64_t *
butler_unread_bytes (const butler_unread_t *self)
{
    return &self->bytes;
}

//  ---- peers

static uint32_t
s_hash (const butler_unread_t *self, butler_span_t peer)
{
    return butler_hash (self->seed, peer.data, peer.size);
}

static entry_t *
s_at (const butler_unread_t *self, uint32_t index)
{
    return butler_pool_at (&self->pool, sizeof (entry_t), index);
}

static entry_t *
s_find (const butler_unread_t *self, butler_span_t peer, uint32_t hash)
{
    uint32_t at = hash, index;
    while ((index = butler_table_find (&self->table, hash, &at)) != BUTLER_TABLE_NONE) {
        entry_t *entry = s_at (self, index);
        if (butler_span_equal (butler_span (entry->id, entry->size), peer))
            return entry;
    }
    return NULL;
}

//  Nobody tells when a peer has read all; so each new one pays for a look at some of the others
static void
s_look (butler_unread_t *self)
{
    for (int count = 0; count < LOOKS && self->pool.used; count++) {
        self->look = (self->look + 1) % self->pool.used;
        entry_t *entry = s_at (self, self->look);
        if (!entry->taken || __atomic_load_n (&entry->bytes, __ATOMIC_ACQUIRE))
            continue;
        butler_table_remove (&self->table, entry->hash, entry->index);
        entry->taken = false;
        butler_pool_put (&self->pool, entry);
    }
}

static entry_t *
s_require (butler_unread_t *self, butler_span_t peer)
{
    assert (peer.size <= 255);
    const uint32_t hash = s_hash (self, peer);
    entry_t *entry = s_find (self, peer, hash);
    if (entry)
        return entry;
    s_look (self);
    const uint32_t fresh = self->pool.used;
    entry = butler_pool_take (&self->pool);
    const uint32_t index = self->pool.used != fresh? fresh: entry->index;
    *entry = (entry_t) {
        .hash = hash, .index = index, .taken = true, .size = (uint8_t) peer.size
    };
    memcpy (entry->id, peer.data, peer.size);
    butler_table_add (&self->table, hash, index);
    return entry;
}

//  ---- messages

//  libzmq lets go of a message, in whatever thread; its first look at the note is what makes the rest visible
static void
s_let_go (void *data, void *arg)
{
    (void) data;
    note_t *note = arg;
    butler_unread_t *self = __atomic_load_n (&note->ledger, __ATOMIC_ACQUIRE);
    zmq_msg_close (&note->msg);
    __atomic_sub_fetch (&note->entry->bytes, note->bytes, __ATOMIC_RELEASE);
    __atomic_sub_fetch (&self->bytes, note->bytes, __ATOMIC_RELAXED);
    free (note);
    s_release (self);
}

int
butler_unread_may (const butler_unread_t *self, int64_t limit, butler_span_t peer, size_t bytes)
{
    const int64_t all = __atomic_load_n (&self->bytes, __ATOMIC_RELAXED), size = (int64_t) bytes;
    if (all == 0)
        return 0;
    const entry_t *entry = s_find (self, peer, s_hash (self, peer));
    const int64_t own = entry? __atomic_load_n (&entry->bytes, __ATOMIC_RELAXED): 0;
    const int64_t left = limit - all - size;
    if (left >= 0 && (own == 0 || own + size <= left / SHARE))
        return 0;
    errno = ENOBUFS;
    return -1;
}

//  The message becomes another, of the same bytes, that tells of its end
void
butler_unread_count (butler_unread_t *self, butler_span_t peer, zmq_msg_t *msg)
{
    note_t *note = malloc (sizeof *note);
    assert (note);
    self->last = note;
    note->entry = s_require (self, peer);
    note->bytes = (int64_t) zmq_msg_size (msg);
    zmq_msg_init (&note->msg);
    zmq_msg_move (&note->msg, msg);
    __atomic_add_fetch (&note->entry->bytes, note->bytes, __ATOMIC_RELAXED);
    __atomic_add_fetch (&self->bytes, note->bytes, __ATOMIC_RELAXED);
    __atomic_add_fetch (&self->users, 1, __ATOMIC_RELAXED);
    __atomic_store_n (&note->ledger, self, __ATOMIC_RELEASE);
    zmq_msg_close (msg);
    const int rc = zmq_msg_init_data (
        msg, zmq_msg_data (&note->msg), zmq_msg_size (&note->msg), s_let_go, note);
    assert (rc == 0);
    (void) rc;
}

void
butler_unread_recall (butler_unread_t *self, zmq_msg_t *msg)
{
    zmq_msg_t own;
    zmq_msg_init (&own);
    zmq_msg_move (&own, &self->last->msg);
    self->last = NULL;
    zmq_msg_move (msg, &own);       //  closes what told of its end
    zmq_msg_close (&own);
}
