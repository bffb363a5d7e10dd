/*  butler_idle.c - a look, now and then, after what its owner may leave alone for days
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_idle.h"
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define EVERY 30                    //  seconds

static struct {
    pthread_mutex_t starts;         //  held by who starts or ends the thread, and of `runs` and `thread`; taken before:
    bool runs;
    pthread_t thread;
    pthread_mutex_t lock;           //  of what follows
    butler_idle_t *all;
    bool over;
    pthread_cond_t ends;            //  by the monotonic clock
} s_idle = { .starts = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER };

static void
s_look (void)
{
    for (butler_idle_t *one = s_idle.all; one; one = one->next)
        one->look (one->arg);
}

void
butler_idle_look (void)
{
    pthread_mutex_lock (&s_idle.lock);
    s_look ();
    pthread_mutex_unlock (&s_idle.lock);
}

static void *
s_run (void *arg)
{
    (void) arg;
    pthread_mutex_lock (&s_idle.lock);
    while (!s_idle.over) {
        struct timespec until;
        clock_gettime (CLOCK_MONOTONIC, &until);
        until.tv_sec += EVERY;
        while (!s_idle.over && pthread_cond_timedwait (&s_idle.ends, &s_idle.lock, &until) == 0)
            continue;
        if (!s_idle.over)
            s_look ();
    }
    pthread_mutex_unlock (&s_idle.lock);
    return NULL;
}

//  Signals are the host's
static void
s_start (void)
{
    sigset_t all, before;
    pthread_condattr_t clock;
    pthread_condattr_init (&clock);
    pthread_condattr_setclock (&clock, CLOCK_MONOTONIC);
    pthread_cond_init (&s_idle.ends, &clock);
    pthread_condattr_destroy (&clock);
    s_idle.over = false;
    sigfillset (&all);
    pthread_sigmask (SIG_SETMASK, &all, &before);
    s_idle.runs = pthread_create (&s_idle.thread, NULL, s_run, NULL) == 0;
    pthread_sigmask (SIG_SETMASK, &before, NULL);
    if (!s_idle.runs)
        pthread_cond_destroy (&s_idle.ends);
}

static void
s_end (void)
{
    pthread_mutex_lock (&s_idle.lock);
    s_idle.over = true;
    pthread_cond_signal (&s_idle.ends);
    pthread_mutex_unlock (&s_idle.lock);
    pthread_join (s_idle.thread, NULL);
    pthread_cond_destroy (&s_idle.ends);
    s_idle.runs = false;
}

void
butler_idle_add (butler_idle_t *self)
{
    pthread_mutex_lock (&s_idle.starts);
    if (!s_idle.runs)
        s_start ();
    pthread_mutex_lock (&s_idle.lock);
    self->next = s_idle.all;
    s_idle.all = self;
    pthread_mutex_unlock (&s_idle.lock);
    pthread_mutex_unlock (&s_idle.starts);
}

void
butler_idle_remove (butler_idle_t *self)
{
    pthread_mutex_lock (&s_idle.starts);
    pthread_mutex_lock (&s_idle.lock);
    butler_idle_t **link = &s_idle.all;
    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
    const bool last = !s_idle.all;
    pthread_mutex_unlock (&s_idle.lock);
    if (last && s_idle.runs)
        s_end ();
    pthread_mutex_unlock (&s_idle.starts);
}
