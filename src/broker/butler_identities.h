/*  butler_identities.h - who is there: the users behind User-Ids, and what they may
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_IDENTITIES_H
#define BUTLER_IDENTITIES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/butler_user_name.h"
#include "broker/butler_permissions.h"
#include "broker/butler_pool.h"
#include "broker/butler_table.h"

#define BUTLER_REMEMBERED 8         //  services of which it is remembered whether one may call them

//  Who was vouched for by this User-Id, as the entrance says: 0 and his name, "anonymous" where he showed none;
//  -1: he may come in no longer
typedef int (butler_admit_fn) (void *arg, butler_span_t vouched, char name [BUTLER_USER_SIZE]);

//  One User-Id
typedef struct {
    uint64_t generation;            //  when he was last asked for
    char *text;                     //  the User-Id, and his name behind it; NULL: free, or none of the table's
    uint16_t vouched_size, name_size;
    bool admitted;                  //  he may come in
    bool admin;                     //  he sees all that the router tells of itself
    bool limited;                   //  there are grants, and he may what his allow
    bool personal;                  //  all his connections have one share
    uint32_t index, hash;           //  in the table
    uint32_t holders;               //  clients with requests open, and workers, that are his
    uint32_t open;                  //  requests of all of these clients, waiting or running
    butler_granted_t granted;
    uint64_t remembered [BUTLER_REMEMBERED];    //  twice a service's serial, and 1 where he may call it
} butler_identity_t;

typedef struct {
    butler_pool_t pool;
    butler_table_t table;           //  by User-Id
    butler_identity_t trusted;      //  whoever needs nobody to vouch for him
    butler_identity_t nobody;       //  of a User-Id that is longer than any: may nothing
    uint64_t generation;
    int64_t text_bytes;
    uint32_t hand;                  //  who is looked at next when one is to be forgotten
    uint64_t seed;
} butler_identities_t;

void
butler_identities_init (butler_identities_t *self, uint64_t seed);

void
butler_identities_fini (butler_identities_t *self);

//  What all may has changed, or who may come in: each is asked for again, when he is next looked for
void
butler_identities_renew (butler_identities_t *self);

//  Who it is, asked for where that is not known (`admit` NULL: the User-Id is his name). An empty User-Id is
//  trusted, and one that is longer than a name can be nobody. Those whom nobody holds may be forgotten with the next call.
butler_identity_t *
butler_identities_of (butler_identities_t *self, butler_span_t vouched, butler_admit_fn *admit, void *arg,
                      const butler_permissions_t *permissions);

//  Of one that was looked for before: as butler_identities_of
void
butler_identities_refresh (butler_identities_t *self, butler_identity_t *identity, butler_admit_fn *admit, void *arg,
                           const butler_permissions_t *permissions);

//  His name, as long as he is known
butler_span_t
butler_identity_name (const butler_identity_t *self);

//  Whether he may, by what he was last known as. What is not admitted may nothing.
bool
butler_identity_may (const butler_identity_t *self, butler_may_t what, butler_span_t service);

//  The same for calling a service whose entry has this serial, which no other ever has; remembered
bool
butler_identity_may_call (butler_identity_t *self, butler_span_t service, uint64_t serial);

//  What they take, in bytes
int64_t
butler_identities_bytes (const butler_identities_t *self);

#endif
