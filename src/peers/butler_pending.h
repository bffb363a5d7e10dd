/*  butler_pending.h - a client's open requests: by number, and by when their time is over
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PENDING_H
#define BUTLER_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>
#include <uthash.h>
#include "peers/butler_names.h"

typedef struct butler_call butler_call_t;

typedef enum {
    BUTLER_CALL_UNSENT,             //  in the outbox, until a router takes it
    BUTLER_CALL_SENT,
    BUTLER_CALL_ENDED               //  in the list of those that nobody has asked for yet
} butler_call_state_t;

//  One request, from submit until its caller has what it came to
struct butler_call {
    UT_hash_handle hh;
    butler_call_t *next, *prev;     //  outbox, ended, or free list
    uint64_t number;
    int64_t due;                    //  monotonic ms: this attempt is over
    int64_t patience, allowance;    //  ms for each attempt, and for all
    size_t heap_index;
    uint32_t epoch;                 //  the connection that took its last attempt
    int attempts;                   //  that are left after this one
    unsigned refusals;              //  routers that did not take it, since they are about to end
    unsigned rebuffs;               //  handshakes that failed while it waited to be sent
    int status;                     //  ended: without an answer 0 or -1; discovery's code; else 0
    butler_call_state_t state;
    bool sent;                      //  some attempt went out
    bool kept;                      //  body is the request's
    bool answered;                  //  body is the answer's
    bool rebuffed;                  //  body is a text, without a NUL: why no router let this client in
    zmq_msg_t body;                 //  the request's while it may have to be sent, then the answer's, or that
    size_t offset;                  //  where in it the answer's content begins, which is its end
    butler_names_t names;           //  last: all before it is zeroed for the next request
};

//  First in, first out
typedef struct {
    butler_call_t *head, *tail;
} butler_call_list_t;

//  What the heap's order is by stands in the heap itself, so that it reads no calls to find it
typedef struct {
    int64_t due;
    uint64_t number;
    butler_call_t *call;
} butler_due_t;

typedef struct {
    butler_call_t *table;           //  open ones, by number
    butler_call_t *sentinel;        //  uthash frees its table with the last item: so one stays
    butler_due_t *heap;             //  the same by due; the first that is due on top
    size_t size, room;
    butler_call_t *free;
} butler_pending_t;

void
butler_pending_init (butler_pending_t *self);

//  Frees those that are open too
void
butler_pending_fini (butler_pending_t *self);

//  A fresh call, open under its number (never 0), in no list
butler_call_t *
butler_pending_take (butler_pending_t *self, uint64_t number, int64_t due);

butler_call_t *
butler_pending_find (const butler_pending_t *self, uint64_t number);

//  Its attempt is over later
void
butler_pending_delay (butler_pending_t *self, butler_call_t *call, int64_t due);

//  It is open no more: neither found nor due
void
butler_pending_close (butler_pending_t *self, butler_call_t *call);

//  Back for the next; it is closed and in no list
void
butler_pending_put (butler_pending_t *self, butler_call_t *call);

//  The first that is due, or NULL where none is open
static inline butler_call_t *
butler_pending_first (const butler_pending_t *self)
{
    return self->size? self->heap [0].call: NULL;
}

void
butler_call_list_append (butler_call_list_t *self, butler_call_t *call);

void
butler_call_list_remove (butler_call_list_t *self, butler_call_t *call);

#endif
