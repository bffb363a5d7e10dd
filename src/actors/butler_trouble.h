/*  butler_trouble.h - what is wrong, from the reactor that finds it to the caller who is told
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_TROUBLE_H
#define BUTLER_TROUBLE_H

#include <pthread.h>
#include <stdbool.h>

typedef struct {
    pthread_mutex_t lock;
    char *news;                     //  that the caller was not told yet, or NULL; under the lock
    char *told;                     //  last; the caller's alone
} butler_trouble_t;

void
butler_trouble_init (butler_trouble_t *self);

void
butler_trouble_fini (butler_trouble_t *self);

//  From any thread: a copy of the reason, and the latest counts
void
butler_trouble_put (butler_trouble_t *self, const char *reason);

//  From the caller's thread: true, there is news, which becomes what he was told last
bool
butler_trouble_take (butler_trouble_t *self);

//  From the caller's thread: takes what he is told, or NULL, which ends that
void
butler_trouble_tell (butler_trouble_t *self, char *reason);

#endif
