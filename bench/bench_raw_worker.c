/*  bench_raw_worker.c - workers on raw libzmq
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "bench_raw.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>
#include "bench_meter.h"
#include "bench_packed.h"

#define FRAMES_MAX 8
#define BATCH 256                   //  requests from one worker's socket before the next is looked at
#define MS INT64_C (1000000)

void
bench_raw_register (void *socket, const bench_setup_t *setup, int64_t number)
{
    if (setup->plain)
        return;
    char service [256], properties [80];
    const int size = setup->each? snprintf (service, sizeof service, "%s.%lld", setup->service, (long long) number):
                                  snprintf (service, sizeof service, "%s", setup->service);
    const int length = snprintf (properties, sizeof properties, "{\"capacity\": %d%s}", setup->capacity,
                                 setup->packed? ", \"packed\": 1": "");
    zmq_send (socket, "\x01", 1, ZMQ_SNDMORE);
    zmq_send (socket, service, (size_t) size, ZMQ_SNDMORE);
    zmq_send (socket, properties, (size_t) length, 0);
}

void
bench_raw_beat (void *socket)
{
    zmq_send (socket, "\x02", 1, ZMQ_DONTWAIT);
}

static void
s_move (void *socket, zmq_msg_t *frame, int flags)
{
    if (zmq_msg_send (frame, socket, flags) == -1)
        zmq_msg_close (frame);
}

//  [packed] [token] ([body]): the same with the reply's packed frame
static void
s_answer_packed (void *socket, zmq_msg_t *frame, int frames)
{
    bench_packed_t request;
    if (bench_packed_parse (zmq_msg_data (&frame [0]), zmq_msg_size (&frame [0]), &request) != BENCH_PACKED_REQUEST)
        return;
    zmq_msg_t reply;
    zmq_msg_init_size (&reply, bench_packed_reply_size (&request));
    bench_packed_reply ((uint8_t *) zmq_msg_data (&reply), &request);
    s_move (socket, &reply, ZMQ_SNDMORE);
    for (int index = 1; index < frames; index++)
        s_move (socket, &frame [index], index < frames - 1? ZMQ_SNDMORE: 0);
}

//  [token] [] [api:id] [service] [expiration] [body], and perhaps more
static void
s_answer (void *socket, zmq_msg_t *frame, bool plain)
{
    if (!plain)
        zmq_send (socket, "\x04", 1, ZMQ_SNDMORE);
    s_move (socket, &frame [0], ZMQ_SNDMORE);
    s_move (socket, &frame [1], ZMQ_SNDMORE);
    s_move (socket, &frame [2], ZMQ_SNDMORE);
    s_move (socket, &frame [5], 0);
}

bool
bench_raw_serve (void *socket, const bench_setup_t *setup)
{
    zmq_msg_t frame [FRAMES_MAX];
    int frames = 0;
    bool more = true;
    while (more) {
        zmq_msg_t *one = &frame [frames < FRAMES_MAX - 1? frames: FRAMES_MAX - 1];
        if (frames >= FRAMES_MAX)
            zmq_msg_close (one);
        zmq_msg_init (one);
        if (zmq_msg_recv (one, socket, frames? 0: ZMQ_DONTWAIT) == -1) {
            zmq_msg_close (one);
            break;
        }
        more = zmq_msg_more (one) != 0;
        frames++;
    }
    if (frames == 0)
        return false;
    const int held = frames < FRAMES_MAX? frames: FRAMES_MAX;
    const char command = zmq_msg_size (&frame [0])? *(const char *) zmq_msg_data (&frame [0]): 0;
    if (frames == 6 || frames == 7)
        s_answer (socket, frame, setup->plain);
    else
    if (frames == 2 || frames == 3)
        s_answer_packed (socket, frame, frames);
    else
    if (frames == 1 && command == 3)
        bench_raw_register (socket, setup, 0);
    for (int index = 0; index < held; index++)
        zmq_msg_close (&frame [index]);
    return true;
}

void
bench_raw_work (const bench_setup_t *setup)
{
    const int count = setup->workers;
    zmq_pollitem_t *items = (zmq_pollitem_t *) calloc ((size_t) count, sizeof *items);
    assert (items);
    for (int number = 0; number < count; number++) {
        items [number] = (zmq_pollitem_t) { bench_raw_socket (setup), 0, ZMQ_POLLIN, 0 };
        bench_raw_register (items [number].socket, setup, number);
    }
    const bool beats = setup->beat && !setup->plain;
    int64_t beat_at = bench_now () + setup->beat * MS;
    while (!bench_stopped ()) {
        zmq_poll (items, count, 100);
        for (int number = 0; number < count; number++)
            for (int taken = 0; taken < BATCH && (items [number].revents & ZMQ_POLLIN); taken++)
                if (!bench_raw_serve (items [number].socket, setup))
                    break;
        if (!beats || bench_now () < beat_at)
            continue;
        for (int number = 0; number < count; number++)
            bench_raw_beat (items [number].socket);
        beat_at += setup->beat * MS;
    }
    for (int number = 0; number < count; number++)
        zmq_close (items [number].socket);
    free (items);
}
