/*  crowd.c - many peers in one process, over raw libzmq, for tests/e2e/test_many_peers.py
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    crowd worker ENDPOINT SERVICE COUNT     registers, beats and echoes until stdin ends
    crowd client ENDPOINT SERVICE COUNT     for each line on stdin, each asks once

    Says "ready" once all are connected, and a client "answered N of COUNT" for each line. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define FRAMES 8
#define BURST 50                    //  that connect at a time
#define PACE 20                     //  ms between bursts, and between looks at all
#define BEAT 1000                   //  ms
#define PATIENCE 300000             //  ms for answers

typedef struct {
    void *context;
    const char *service;
    void **socket;
    bool *waits;                    //  of clients
    long count;
    long number;                    //  of the question
} crowd_t;

static long
s_now (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
s_sleep (long ms)
{
    const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep (&time, NULL);
}

static void
s_send (void *socket, const char *text, int flags)
{
    zmq_send (socket, text, strlen (text), flags | ZMQ_DONTWAIT);
}

//  A message's frames, which the caller closes; 0: none is there
static int
s_recv (void *socket, zmq_msg_t *frame)
{
    int frames = 0;
    do {
        zmq_msg_t *one = &frame [frames < FRAMES? frames: FRAMES - 1];
        if (frames >= FRAMES)
            zmq_msg_close (one);
        zmq_msg_init (one);
        if (zmq_msg_recv (one, socket, frames? 0: ZMQ_DONTWAIT) == -1)
            return 0;
        frames++;
        if (!zmq_msg_more (one))
            return frames < FRAMES? frames: FRAMES;
    } while (true);
}

static void
s_close (zmq_msg_t *frame, int frames)
{
    while (frames--)
        zmq_msg_close (&frame [frames]);
}

//  ---- workers

static void
s_register (const crowd_t *self, void *socket)
{
    s_send (socket, "\x01", ZMQ_SNDMORE);
    s_send (socket, self->service, ZMQ_SNDMORE);
    s_send (socket, "{\"capacity\": 1}", 0);
}

static void
s_serve (const crowd_t *self, void *socket)
{
    zmq_msg_t frame [FRAMES];
    int frames;
    while ((frames = s_recv (socket, frame))) {
        if (frames == 6 || frames == 7) {
            s_send (socket, "\x04", ZMQ_SNDMORE);
            for (int index = 0; index < 3; index++)
                zmq_msg_send (&frame [index], socket, ZMQ_SNDMORE | ZMQ_DONTWAIT);
            zmq_msg_send (&frame [5], socket, ZMQ_DONTWAIT);
        }
        else
        if (frames == 1 && *(const char *) zmq_msg_data (&frame [0]) == 3)
            s_register (self, socket);
        s_close (frame, frames);
    }
}

//  Beats are spread over the time between them
static void
s_work (crowd_t *self)
{
    long beats = 0;
    const long begun = s_now ();
    char line [80];
    fcntl (STDIN_FILENO, F_SETFL, O_NONBLOCK);
    while (read (STDIN_FILENO, line, sizeof line) != 0) {
        for (long index = 0; index < self->count; index++)
            s_serve (self, self->socket [index]);
        const long due = (s_now () - begun) * self->count / BEAT;
        for (; beats < due; beats++)
            s_send (self->socket [beats % self->count], "\x02", 0);
        s_sleep (PACE);
    }
}

//  ---- clients

static void
s_ask (const crowd_t *self, long index)
{
    char api_id [40];
    snprintf (api_id, sizeof api_id, "1.0:%ld-%ld", index, self->number);
    s_send (self->socket [index], "", ZMQ_SNDMORE);
    s_send (self->socket [index], api_id, ZMQ_SNDMORE);
    s_send (self->socket [index], self->service, ZMQ_SNDMORE);
    s_send (self->socket [index], "+300000", ZMQ_SNDMORE);
    s_send (self->socket [index], api_id, 0);
    self->waits [index] = true;
}

//  The answer is an echo: it has to be the request's own id
static long
s_answer (const crowd_t *self, long index)
{
    zmq_msg_t frame [FRAMES];
    const int frames = s_recv (self->socket [index], frame);
    if (!frames)
        return 0;
    const bool good = frames == 3 && zmq_msg_size (&frame [1]) == zmq_msg_size (&frame [2])
                   && memcmp (zmq_msg_data (&frame [1]), zmq_msg_data (&frame [2]), zmq_msg_size (&frame [1])) == 0;
    s_close (frame, frames);
    self->waits [index] = false;
    return good;
}

static void
s_ask_all (crowd_t *self)
{
    long answered = 0, waiting = self->count;
    const long until = s_now () + PATIENCE;
    self->number++;
    for (long index = 0; index < self->count; index++)
        s_ask (self, index);
    while (waiting && s_now () < until) {
        waiting = 0;
        for (long index = 0; index < self->count; index++)
            if (self->waits [index]) {
                answered += s_answer (self, index);
                waiting += self->waits [index];
            }
        s_sleep (waiting? PACE: 0);
    }
    printf ("answered %ld of %ld\n", answered, self->count);
    fflush (stdout);
}

static void
s_ask_by_line (crowd_t *self)
{
    char line [80];
    while (fgets (line, sizeof line, stdin))
        s_ask_all (self);
}

//  ---- both

static void
s_connect (crowd_t *self, const char *endpoint, bool worker)
{
    for (long index = 0; index < self->count; index++) {
        void *socket = self->socket [index] = zmq_socket (self->context, ZMQ_DEALER);
        if (!socket || zmq_connect (socket, endpoint)) {
            fprintf (stderr, "crowd: %s: %s\n", endpoint, zmq_strerror (errno));
            exit (1);
        }
        if (worker)
            s_register (self, socket);
        if (index % BURST == BURST - 1)
            s_sleep (PACE);
    }
    puts ("ready");
    fflush (stdout);
}

int
main (int argc, char **argv)
{
    if (argc != 5)
        return 2;
    const bool worker = strcmp (argv [1], "worker") == 0;
    crowd_t self = { .context = zmq_ctx_new (), .service = argv [3], .count = atol (argv [4]) };
    zmq_ctx_set (self.context, ZMQ_MAX_SOCKETS, (int) self.count + 10);
    self.socket = calloc ((size_t) self.count, sizeof *self.socket);
    self.waits = calloc ((size_t) self.count, sizeof *self.waits);
    if (!self.socket || !self.waits)
        return 1;
    s_connect (&self, argv [2], worker);
    if (worker)
        s_work (&self);
    else
        s_ask_by_line (&self);
    _exit (0);                      //  without an end for each of thousands of sockets
}
