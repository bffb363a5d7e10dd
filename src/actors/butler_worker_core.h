/*  butler_worker_core.h - a worker's reactor: its routers, what it holds, its one timer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_WORKER_CORE_H
#define BUTLER_WORKER_CORE_H

#include "base/butler_log.h"
#include "butler_service.h"
#include "actors/butler_held.h"
#include "actors/butler_mailbox.h"
#include "actors/butler_outlet.h"
#include "peers/butler_link.h"

#define BUTLER_CORE_BATCH 256       //  messages from one router in a turn

//  Who does the work. The reactor's thread calls these.
typedef struct {
    //  Takes all of a list; each request comes back by butler_core_done ()
    void (*give) (void *arg, butler_requests_t *batch);
    //  Gives back what is not begun: from one origin, or all where that is NULL
    void (*pick) (void *arg, const void *origin, butler_requests_t *into);
    //  The same for one that was given. False: it is begun, or done.
    bool (*withdraw) (void *arg, butler_request_t *request);
    //  How many are in the program's hands, whose handlers have returned; and whether any of their
    //  clients still waits. NULL: such a thing can't be.
    size_t (*aside) (void *arg, bool *awaited);
    //  A router does not take this worker: why, once for each reason. NULL: nobody wants to know.
    void (*trouble) (void *arg, const char *reason);
    void *arg;
    size_t most;                    //  requests that it is given at a time
    bool finishes;                  //  what it has begun is waited for at the end
} butler_crew_t;

typedef struct butler_core butler_core_t;

//  One router
typedef struct {
    butler_core_t *core;
    butler_link_t *link;
    int open;                       //  requests that its present connection waits for
    bool told;                      //  that this router refuses
    char *failed;                   //  why its handshake failed, as it was told last, or NULL
    butler_held_t held;             //  what came over that, is not answered, and not cancelled
    butler_requests_t unsent;       //  they have their response, which the router does not take now
} butler_post_t;

typedef enum {
    BUTLER_CORE_SERVING,
    BUTLER_CORE_DRAINING,           //  takes no more, and finishes what it holds
    BUTLER_CORE_DRAINED,
    BUTLER_CORE_ENDING              //  the same, without what is not begun; then it ends
} butler_core_state_t;

struct butler_core {
    //  Shared by all threads
    butler_mailbox_t done;
    butler_outlet_t outlet;
    int bell;                       //  an eventfd: something is done, or emitted
    const butler_keeper_t *keeper;  //  of each request that it gives away; its owner sets it
    //  The reactor's own
    zsock_t *pipe;
    zloop_t *loop;
    const butler_service_t *service;
    char *name;                     //  of this worker
    char *properties;
    int capacity;
    int chosen;                     //  the same where SET told it, otherwise 0
    butler_crew_t crew;
    butler_credentials_t *credentials;  //  shown to routers, or NULL
    butler_post_t **post;
    size_t posts;
    butler_requests_t batch;        //  received in this turn
    butler_frames_t in, out;
    int64_t heartbeat, liveness;    //  ms; silent intervals
    int64_t now;                    //  monotonic ms
    int64_t ticked;                 //  when the links were last looked after
    int64_t tick;                   //  ms between such looks
    int timer;
    butler_core_state_t state;
    bool drain_awaited;             //  the pipe is to be told when it is done,
    int64_t drain_until;            //  or that it is not done by then: monotonic ms
    butler_log_level_t log_level;
    size_t held;                    //  requests that were given away and are not answered
    //  Counters
    uint64_t received, answered;
    uint64_t refused;               //  above capacity
    uint64_t stale;                 //  done after their router had lost this worker
    uint64_t dropped;               //  not begun when their router was lost, or at the end
    uint64_t delayed;               //  replies that a router did not take at once
    uint64_t cancelled;             //  whose clients gave up
};

//  For this service, which is borrowed. 0, or -1 with errno: no descriptor is left.
int
butler_core_init (butler_core_t *self, const butler_service_t *service, const butler_crew_t *crew);

//  After butler_core_run (); destroys what is left
void
butler_core_fini (butler_core_t *self);

//  The reactor: serves until $TERM comes through the pipe, whose commands it answers
void
butler_core_run (butler_core_t *self, zsock_t *pipe);

//  From any thread: this request has its response
void
butler_core_done (butler_core_t *self, butler_request_t *request);

//  From any thread: the reactor is to look whether it is done
void
butler_core_ring (butler_core_t *self);

//  From the reactor's thread: the same as done at once, and whatever else time brings
void
butler_core_reply (butler_core_t *self, butler_request_t *request);

//  For the commands. NULL with errno: EISCONN (it is connected there already), EINVAL, EMFILE, ...
butler_post_t *
butler_core_connect (butler_core_t *self, const char *endpoint);
void
butler_core_set_pulse (butler_core_t *self, int64_t heartbeat, int64_t liveness);
void
butler_core_set_capacity (butler_core_t *self, int capacity);

//  Takes what connections show from now on
void
butler_core_set_credentials (butler_core_t *self, butler_credentials_t *credentials);

//  ---- leaving (butler_worker_end.c)

//  How many requests the program has put aside; and whether any of their clients still waits
size_t
butler_core_aside (const butler_core_t *self, bool *awaited);

//  Asks every router for no more; the state says what comes then
void
butler_core_leave (butler_core_t *self, butler_core_state_t state);

//  The same to finish what it holds, within so many ms, -1: however long that takes
void
butler_core_drain (butler_core_t *self, int64_t limit);

//  Ends draining where that is done, or its time is over. -1: the reactor is to end
int
butler_core_settle (butler_core_t *self);

//  ---- the routers (butler_worker_posts.c)

//  A request that has its response goes back to where it came from, and is destroyed
void
butler_core_send_reply (butler_core_t *self, butler_request_t *request);

//  Destroys what is not begun
void
butler_core_drop (butler_core_t *self, butler_requests_t *requests);

//  Whatever is due
void
butler_core_tick_posts (butler_core_t *self);

//  Closes all connections
void
butler_core_close_posts (butler_core_t *self);

//  ---- routers that don't take this worker (butler_worker_trouble.c)

//  Its link has received a notice, or has been looked after: logs what is new
void
butler_core_note_refusal (butler_core_t *self, butler_post_t *post);
void
butler_core_note_failure (butler_core_t *self, butler_post_t *post);

//  One command from the pipe (butler_worker_commands.c). -1: it is to end
int
butler_core_execute (butler_core_t *self);

#endif
