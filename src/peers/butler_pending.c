/*  butler_pending.c - a client's open requests: by number, and by when their time is over
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pending.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

//  Numbers are our own and follow each other: they spread by themselves
static unsigned
s_hash (uint64_t number)
{
    return (unsigned) number;
}

static void
s_add (butler_pending_t *self, butler_call_t *call)
{
    HASH_ADD_BYHASHVALUE (hh, self->table, number, sizeof call->number, s_hash (call->number), call);
}

void
butler_pending_init (butler_pending_t *self)
{
    *self = (butler_pending_t) { .table = NULL };
    self->sentinel = calloc (1, sizeof *self->sentinel);
    assert (self->sentinel);
    s_add (self, self->sentinel);
}

void
butler_pending_fini (butler_pending_t *self)
{
    while (self->size) {
        butler_call_t *call = self->heap [0].call;
        butler_pending_close (self, call);
        butler_pending_put (self, call);
    }
    HASH_CLEAR (hh, self->table);
    free (self->sentinel);
    while (self->free) {
        butler_call_t *call = self->free;
        self->free = call->next;
        butler_names_fini (&call->names);
        free (call);
    }
    free (self->heap);
}

static void
s_place (butler_pending_t *self, size_t index, butler_due_t due)
{
    self->heap [index] = due;
    due.call->heap_index = index;
}

//  The heap's order between two whose time is over in the same millisecond: first come
static bool
s_before (butler_due_t a, butler_due_t b)
{
    return a.due < b.due || (a.due == b.due && a.number < b.number);
}

static void
s_rise (butler_pending_t *self, size_t index, butler_due_t due)
{
    while (index && s_before (due, self->heap [(index - 1) / 2])) {
        s_place (self, index, self->heap [(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    s_place (self, index, due);
}

static void
s_sink (butler_pending_t *self, size_t index, butler_due_t due)
{
    for (;;) {
        size_t child = 2 * index + 1;
        if (child + 1 < self->size && s_before (self->heap [child + 1], self->heap [child]))
            child++;
        if (child >= self->size || !s_before (self->heap [child], due))
            break;
        s_place (self, index, self->heap [child]);
        index = child;
    }
    s_place (self, index, due);
}

static butler_call_t *
s_fresh (butler_pending_t *self)
{
    butler_call_t *call = self->free;
    if (call)
        self->free = call->next;
    else
        call = calloc (1, sizeof *call);
    assert (call);
    memset (call, 0, offsetof (butler_call_t, names));
    zmq_msg_init (&call->body);
    return call;
}

butler_call_t *
butler_pending_take (butler_pending_t *self, uint64_t number, int64_t due)
{
    if (self->size == self->room) {
        self->room = self->room? self->room * 2: 16;
        self->heap = realloc (self->heap, self->room * sizeof *self->heap);
        assert (self->heap);
    }
    butler_call_t *call = s_fresh (self);
    call->number = number;
    call->due = due;
    s_add (self, call);
    s_rise (self, self->size++, (butler_due_t) { due, number, call });
    return call;
}

butler_call_t *
butler_pending_find (const butler_pending_t *self, uint64_t number)
{
    butler_call_t *call = NULL;
    HASH_FIND_BYHASHVALUE (hh, self->table, &number, sizeof number, s_hash (number), call);
    return call != self->sentinel? call: NULL;
}

void
butler_pending_delay (butler_pending_t *self, butler_call_t *call, int64_t due)
{
    assert (due >= call->due);
    call->due = due;
    s_sink (self, call->heap_index, (butler_due_t) { due, call->number, call });
}

void
butler_pending_close (butler_pending_t *self, butler_call_t *call)
{
    HASH_DELETE (hh, self->table, call);
    const size_t index = call->heap_index;
    const butler_due_t last = self->heap [--self->size];
    if (last.call == call)
        return;
    if (s_before (last, self->heap [index]))
        s_rise (self, index, last);
    else
        s_sink (self, index, last);
}

void
butler_pending_put (butler_pending_t *self, butler_call_t *call)
{
    zmq_msg_close (&call->body);
    call->next = self->free;
    self->free = call;
}

void
butler_call_list_append (butler_call_list_t *self, butler_call_t *call)
{
    call->next = NULL;
    call->prev = self->tail;
    if (self->tail)
        self->tail->next = call;
    else
        self->head = call;
    self->tail = call;
}

void
butler_call_list_remove (butler_call_list_t *self, butler_call_t *call)
{
    if (call->prev)
        call->prev->next = call->next;
    else
        self->head = call->next;
    if (call->next)
        call->next->prev = call->prev;
    else
        self->tail = call->prev;
    call->next = call->prev = NULL;
}
