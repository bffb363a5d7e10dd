/*  butler_idle.h - a look, now and then, after what its owner may leave alone for days
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_IDLE_H
#define BUTLER_IDLE_H

//  Something that fills up while nobody uses it. All of a process have one thread, which looks after each every half
//  a minute, blocks all signals, and ends with the last. The caller's; it does not move while it is looked after.
typedef struct butler_idle {
    void (*look) (void *arg);       //  in that thread; must not wait
    void *arg;
    struct butler_idle *next;
} butler_idle_t;

//  Where the system gives no thread nobody looks, until it is asked for one again
void
butler_idle_add (butler_idle_t *self);

//  Nobody looks any more once this returns. It waits for a look, and the last one for the thread.
void
butler_idle_remove (butler_idle_t *self);

//  Look after all of them now, in the caller's thread
void
butler_idle_look (void);

#endif
