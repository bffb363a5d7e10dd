/*  butler_trouble.c - what is wrong, from the reactor that finds it to the caller who is told
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_trouble.h"
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"

void
butler_trouble_init (butler_trouble_t *self)
{
    pthread_mutex_init (&self->lock, NULL);
    self->news = self->told = NULL;
}

void
butler_trouble_fini (butler_trouble_t *self)
{
    free (self->news);
    free (self->told);
    pthread_mutex_destroy (&self->lock);
}

//  Returns what was there
static char *
s_swap (butler_trouble_t *self, char *news)
{
    pthread_mutex_lock (&self->lock);
    char *before = self->news;
    self->news = news;
    pthread_mutex_unlock (&self->lock);
    return before;
}

void
butler_trouble_put (butler_trouble_t *self, const char *reason)
{
    free (s_swap (self, butler_string_copy (reason)));
}

bool
butler_trouble_take (butler_trouble_t *self)
{
    char *news = s_swap (self, NULL);
    if (news)
        butler_trouble_tell (self, news);
    return news != NULL;
}

void
butler_trouble_tell (butler_trouble_t *self, char *reason)
{
    free (self->told);
    self->told = reason;
}
