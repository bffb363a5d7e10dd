/*  broker.c - plain brokers to compare a router with: what libzmq can do
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  proxy   zmq_proxy between a ROUTER and a DEALER: no services, no protocol of workers
//  loop    the least that a service broker does: two ROUTERs, services, the least recently used
//          worker that has a place. No checks, no errors, nobody ever dies.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>
#include "bench_packed.h"
#include "bench_raw.h"
#include "bench_secure.h"
#include "bench_setup.h"
#include "programs/butler_output.h"

#define FRAMES_MAX 8
#define BATCH 256                   //  messages from one socket before the other is looked at
#define BUCKETS 16384
#define ID_MAX 256

//  Services and workers alike: found by their name
typedef struct entry {
    struct entry *next;             //  in its bucket
    size_t size;
    uint8_t name [ID_MAX];
    //  Of a service
    struct entry *oldest, *newest;  //  workers that have a place
    struct waiting *first, **last;  //  requests that wait for one
    //  Of a worker
    struct entry *service, *newer;
    int held;
    bool listed;
} entry_t;

typedef struct waiting {
    struct waiting *next;
    int frames;
    zmq_msg_t frame [FRAMES_MAX];
} waiting_t;

typedef struct {
    void *front, *back;
    int capacity;
    int64_t wall;                   //  ms since the epoch, as of this turn
    entry_t *services [BUCKETS], *workers [BUCKETS];
} loop_t;

static entry_t *
s_find (entry_t **table, const void *name, size_t size, bool create)
{
    uint32_t hash = 2166136261u;
    for (size_t index = 0; index < size; index++)
        hash = (hash ^ ((const uint8_t *) name) [index]) * 16777619u;
    entry_t **bucket = &table [(hash ^ hash >> 15) % BUCKETS];
    for (entry_t *entry = *bucket; entry; entry = entry->next)
        if (entry->size == size && memcmp (entry->name, name, size) == 0)
            return entry;
    if (!create || size > ID_MAX)
        return NULL;
    entry_t *entry = (entry_t *) calloc (1, sizeof *entry);
    assert (entry);
    memcpy (entry->name, name, size);
    entry->size = size;
    entry->last = &entry->first;
    entry->next = *bucket;
    return *bucket = entry;
}

//  A worker that has a place goes behind all others
static void
s_list (loop_t *self, entry_t *worker)
{
    entry_t *service = worker->service;
    if (!service || worker->listed || worker->held >= self->capacity)
        return;
    worker->listed = true;
    worker->newer = NULL;
    if (service->oldest)
        service->newest->newer = worker;
    else
        service->oldest = worker;
    service->newest = worker;
}

static entry_t *
s_next_worker (loop_t *self, entry_t *service)
{
    entry_t *worker = service->oldest;
    if (!worker)
        return NULL;
    service->oldest = worker->newer;
    worker->listed = false;
    worker->held++;
    s_list (self, worker);
    return worker;
}

static int
s_recv (void *socket, zmq_msg_t *frame)
{
    int frames = 0;
    do {
        zmq_msg_init (&frame [frames]);
        if (zmq_msg_recv (&frame [frames], socket, frames? 0: ZMQ_DONTWAIT) == -1)
            return 0;
    } while (zmq_msg_more (&frame [frames++]) && frames < FRAMES_MAX);
    return frames;
}

static void
s_close (zmq_msg_t *frame, int frames)
{
    while (frames--)
        zmq_msg_close (&frame [frames]);
}

static void
s_send (void *socket, zmq_msg_t *frame, int flags)
{
    if (zmq_msg_send (frame, socket, flags) == -1)
        zmq_msg_close (frame);
}

//  [client] and the request, whose client's routing id is the token: before the packed frame
//  stands nothing, otherwise the token comes first
static void
s_dispatch (loop_t *self, const entry_t *worker, zmq_msg_t *frame, int frames)
{
    const bool packed = zmq_msg_size (&frame [1]) > 0;
    zmq_send (self->back, worker->name, worker->size, ZMQ_SNDMORE);
    if (packed)
        s_send (self->back, &frame [1], ZMQ_SNDMORE);
    s_send (self->back, &frame [0], frames > (packed? 2: 1)? ZMQ_SNDMORE: 0);
    for (int index = packed? 2: 1; index < frames; index++)
        s_send (self->back, &frame [index], index < frames - 1? ZMQ_SNDMORE: 0);
}

static void
s_serve_waiting (loop_t *self, entry_t *service)
{
    while (service->first && service->oldest) {
        waiting_t *waiting = service->first;
        service->first = waiting->next;
        if (!service->first)
            service->last = &service->first;
        s_dispatch (self, s_next_worker (self, service), waiting->frame, waiting->frames);
        free (waiting);
    }
}

//  The service of [client] [] [api:id] [service] [expiration] [body] or [client] [packed] ([body]);
//  NULL where it has expired, or is neither
static entry_t *
s_service (loop_t *self, zmq_msg_t *frame, int frames)
{
    bench_packed_t packed;
    if (frames == 6 && zmq_msg_size (&frame [1]) == 0) {
        int64_t expires = 0;
        const char *digit = (const char *) zmq_msg_data (&frame [4]);
        const size_t digits = zmq_msg_size (&frame [4]);
        for (size_t index = 0; index < digits && digits == 13; index++)
            expires = expires * 10 + digit [index] - '0';
        if (digits == 13 && expires < self->wall)
            return NULL;
        return s_find (self->services, zmq_msg_data (&frame [3]), zmq_msg_size (&frame [3]), true);
    }
    if ((frames == 2 || frames == 3)
    &&  bench_packed_parse (zmq_msg_data (&frame [1]), zmq_msg_size (&frame [1]), &packed) == BENCH_PACKED_REQUEST)
        return s_find (self->services, packed.service, packed.service_size, true);
    return NULL;
}

static bool
s_front (loop_t *self)
{
    zmq_msg_t frame [FRAMES_MAX];
    const int frames = s_recv (self->front, frame);
    if (!frames)
        return false;
    entry_t *service = s_service (self, frame, frames);
    entry_t *worker = service? s_next_worker (self, service): NULL;
    if (worker)
        s_dispatch (self, worker, frame, frames);
    else
    if (service) {
        waiting_t *waiting = (waiting_t *) malloc (sizeof *waiting);
        assert (waiting);
        waiting->next = NULL;
        waiting->frames = frames;
        memcpy (waiting->frame, frame, sizeof frame);
        *service->last = waiting;
        service->last = &waiting->next;
    }
    else
        s_close (frame, frames);
    return true;
}

//  [worker] [04] [client] [] [api:id] [response], or [worker] [packed] [client] ([body])
static void
s_reply (loop_t *self, entry_t *worker, zmq_msg_t *frame, int frames, bool packed)
{
    s_send (self->front, &frame [2], ZMQ_SNDMORE);
    if (packed)
        s_send (self->front, &frame [1], frames > 3? ZMQ_SNDMORE: 0);
    for (int index = 3; index < frames; index++)
        s_send (self->front, &frame [index], index < frames - 1? ZMQ_SNDMORE: 0);
    worker->held--;
    s_list (self, worker);
    s_serve_waiting (self, worker->service);
}

static bool
s_back (loop_t *self)
{
    zmq_msg_t frame [FRAMES_MAX];
    const int frames = s_recv (self->back, frame);
    if (!frames)
        return false;
    const char command = frames > 1 && zmq_msg_size (&frame [1])? *(const char *) zmq_msg_data (&frame [1]): 0;
    const bool packed = frames > 2 && zmq_msg_size (&frame [1]) > 1;
    entry_t *worker = s_find (self->workers, zmq_msg_data (&frame [0]), zmq_msg_size (&frame [0]), command == 1);
    if (worker && command == 1 && frames > 2) {
        worker->service = s_find (self->services, zmq_msg_data (&frame [2]), zmq_msg_size (&frame [2]), true);
        s_list (self, worker);
        s_serve_waiting (self, worker->service);
    }
    else
    if (worker && command == 2) {
        zmq_send (self->back, worker->name, worker->size, ZMQ_SNDMORE);
        zmq_send (self->back, "\x02", 1, 0);
    }
    else
    if (worker && worker->service && (packed || (command == 4 && frames > 3)))
        s_reply (self, worker, frame, frames, packed);
    s_close (frame, frames);
    return true;
}

static void *
s_bind (const bench_setup_t *setup, int type, const char *endpoint)
{
    const int none = 0, backlog = 4096;
    void *socket = zmq_socket (setup->context, type);
    if (!socket)
        bench_die ("no socket");
    zmq_setsockopt (socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &none, sizeof none);
    zmq_setsockopt (socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt (socket, ZMQ_BACKLOG, &backlog, sizeof backlog);
    bench_secure_server (setup, socket);
    if (zmq_bind (socket, endpoint))
        bench_die (endpoint);
    return socket;
}

static int
s_run_proxy (bench_setup_t *setup)
{
    bench_raw_context (setup);
    void *front = s_bind (setup, ZMQ_ROUTER, setup->endpoint), *back = s_bind (setup, ZMQ_DEALER, setup->backend);
    zmq_proxy (front, back, NULL);
    return BUTLER_EXIT_DONE;
}

static int
s_run_loop (bench_setup_t *setup)
{
    bench_raw_context (setup);
    loop_t *self = (loop_t *) calloc (1, sizeof *self);
    assert (self);
    self->capacity = setup->capacity;
    self->front = s_bind (setup, ZMQ_ROUTER, setup->endpoint);
    self->back = s_bind (setup, ZMQ_ROUTER, setup->backend);
    zmq_pollitem_t items [] = { { self->back, 0, ZMQ_POLLIN, 0 }, { self->front, 0, ZMQ_POLLIN, 0 } };
    for (;;) {
        zmq_poll (items, 2, -1);
        struct timespec wall;
        clock_gettime (CLOCK_REALTIME, &wall);
        self->wall = (int64_t) wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
        for (int taken = 0; (items [0].revents & ZMQ_POLLIN) && taken < BATCH && s_back (self); taken++);
        for (int taken = 0; (items [1].revents & ZMQ_POLLIN) && taken < BATCH && s_front (self); taken++);
    }
}

static const bench_mode_t s_modes [] = {
    { "proxy", "zmq_proxy", s_run_proxy },
    { "loop", "the least that a service broker does", s_run_loop },
    { NULL, NULL, NULL }
};

int
main (int argc, char **argv)
{
    bench_setup_t setup = BENCH_SETUP;
    setup.backend = "tcp://127.0.0.1:5556";
    const int status = bench_main (argc, argv, "Plain brokers, to compare a router with. They run until they are "
                                   "killed.", s_modes, &setup);
    fflush (stdout);
    _exit (status);
}
