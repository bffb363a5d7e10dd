/*  faults_load.c - very many requests over raw libzmq, and what came of each: once, twice, never
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>
#include "bench/bench_packed.h"

#define DEADLINE 60000              //  ms that a request says it waits
#define KEY_MAX 64
#define MESSAGE_MAX 512
#define CODES 1000

typedef struct {
    void *socket;
    const char *name, *service;
    long count, window, patience;   //  patience: ms without any answer, after which all that is open has hung
    long sent, open;
    uint8_t *ended;                 //  of each request
    long answered, hung, twice, strange, wrong;
    long errors [CODES];             //  by code
} load_t;

static int64_t
s_now (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C (1000) + now.tv_nsec / 1000000;
}

static void
s_send (load_t *self)
{
    char key [KEY_MAX], id [KEY_MAX + 8], body [KEY_MAX + 8];
    uint8_t message [MESSAGE_MAX];
    snprintf (key, sizeof key, "%s-%ld", self->name, self->sent++);
    const size_t id_size = (size_t) snprintf (id, sizeof id, "1.0:%s", key);
    const size_t body_size = (size_t) snprintf (body, sizeof body, "%s 0 ", key);
    const size_t service_size = strlen (self->service);
    bench_packed_request (message, id, id_size, self->service, service_size);
    const size_t size = bench_packed_request_size (id_size, service_size);
    bench_packed_deadline (message + BENCH_PACKED_DEADLINE, DEADLINE, true);
    memcpy (message + size, body, body_size);
    if (zmq_send (self->socket, message, size + body_size, 0) == -1) {
        perror ("zmq_send");
        exit (1);
    }
    self->open++;
}

//  The request that an answer names, or -1
static long
s_number (const load_t *self, const bench_packed_t *reply)
{
    char id [KEY_MAX + 8], expected [KEY_MAX + 8];
    if (reply->id_size >= sizeof id)
        return -1;
    memcpy (id, reply->id, reply->id_size);
    id [reply->id_size] = 0;
    const char *dash = strrchr (id, '-');
    const long number = dash? atol (dash + 1): -1;
    snprintf (expected, sizeof expected, "1.0:%s-%ld", self->name, number);
    return number >= 0 && number < self->sent && strcmp (id, expected) == 0? number: -1;
}

static void
s_count (load_t *self, long number, const bench_packed_t *reply)
{
    char expected [KEY_MAX + 16];
    const size_t size = (size_t) snprintf (expected, sizeof expected, "done %s-%ld ", self->name, number);
    const uint8_t *body = reply->body;
    if (reply->body_size >= size && memcmp (body, expected, size) == 0)
        self->answered++;
    else
    if (reply->body_size > 4 && body [3] == ':' && body [0] >= '4' && body [0] <= '5')
        self->errors [(body [0] - '0') * 100 + (body [1] - '0') * 10 + body [2] - '0']++;
    else
        self->wrong++;
}

//  False: there is none
static bool
s_recv (load_t *self)
{
    uint8_t message [MESSAGE_MAX];
    const int size = zmq_recv (self->socket, message, sizeof message, ZMQ_DONTWAIT);
    if (size == -1)
        return false;
    bench_packed_t reply;
    const bool whole = size <= (int) sizeof message
                    && bench_packed_parse (message, (size_t) size, &reply) == BENCH_PACKED_REPLY;
    const long number = whole? s_number (self, &reply): -1;
    if (number == -1)
        self->strange++;
    else
    if (self->ended [number]++)
        self->twice++;
    else {
        s_count (self, number, &reply);
        self->open--;
    }
    return true;
}

//  True: something may have come
static bool
s_wait (const load_t *self, long ms)
{
    zmq_pollitem_t item = { self->socket, 0, ZMQ_POLLIN, 0 };
    return zmq_poll (&item, 1, ms) > 0;
}

static void
s_run (load_t *self)
{
    int64_t heard = s_now ();
    while (self->sent < self->count || self->open) {
        while (self->sent < self->count && self->open < self->window)
            s_send (self);
        bool any = false;
        for (int taken = 0; taken < 256 && s_recv (self); taken++)
            any = true;
        if (any)
            heard = s_now ();
        else
        if (!s_wait (self, 100) && s_now () - heard > self->patience)
            break;
    }
    self->hung = self->open;
    puts ("ended");
    fflush (stdout);
    while (s_wait (self, 500))      //  seconds
        s_recv (self);
}

int
main (int argc, char **argv)
{
    if (argc != 7) {
        fprintf (stderr, "%s ENDPOINT NAME SERVICE COUNT WINDOW PATIENCE\n", argv [0]);
        return 2;
    }
    void *context = zmq_ctx_new ();
    load_t self = {
        .socket = zmq_socket (context, ZMQ_DEALER), .name = argv [2], .service = argv [3],
        .count = atol (argv [4]), .window = atol (argv [5]), .patience = atol (argv [6]),
    };
    const int limit = 0;
    zmq_setsockopt (self.socket, ZMQ_SNDHWM, &limit, sizeof limit);
    zmq_setsockopt (self.socket, ZMQ_RCVHWM, &limit, sizeof limit);
    zmq_setsockopt (self.socket, ZMQ_LINGER, &limit, sizeof limit);
    self.ended = (uint8_t *) calloc ((size_t) self.count, 1);
    if (!self.ended || strlen (self.name) > 16 || zmq_connect (self.socket, argv [1]) == -1)
        return 2;
    const int64_t started = s_now ();
    s_run (&self);
    printf ("{\"sent\": %ld, \"answered\": %ld, \"hung\": %ld, \"twice\": %ld, \"strange\": %ld, \"wrong\": %ld, "
            "\"ms\": %ld", self.sent, self.answered, self.hung, self.twice, self.strange, self.wrong,
            (long) (s_now () - started));
    for (int code = 0; code < CODES; code++)
        if (self.errors [code])
            printf (", \"%d\": %ld", code, self.errors [code]);
    printf ("}\n");
    zmq_close (self.socket);
    zmq_ctx_term (context);
    free (self.ended);
    return 0;
}
