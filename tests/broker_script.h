/*  broker_script.h - drives the broker layer as the router does, with nothing else in the way
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    For what is measured: memory, allocations, instructions. The clock stands still but where a
    script moves it; hashes have a fixed seed. Whatever is not as it should be ends the program. */

#ifndef BROKER_SCRIPT_H
#define BROKER_SCRIPT_H

#include <stdio.h>
#include <stdlib.h>
#include "broker/butler_dispatch.h"

#define SCRIPT_PROPERTIES "{\"capacity\": 256, \"threads\": 256}"

//  5 bytes, as ROUTER makes them
typedef struct {
    uint8_t bytes [5];
} script_id_t;

//  42 bytes, as our clients make them, the last digits being the number
typedef struct {
    char text [43];
} script_api_id_t;

//  What was calls so far, of each entry of the broker
typedef struct {
    unsigned long parse, request, worker, next, bounced;
} script_calls_t;

typedef struct {
    butler_settings_t settings;
    butler_dispatch_t dispatch;
    butler_now_t now;
    butler_frames_t frames;
    butler_view_t view;
    butler_verdict_t verdict;       //  of the last call
    script_calls_t calls;
    const unsigned long *counter;   //  something that counts, or NULL
    unsigned long counted;          //  by how much it grew inside of the broker
} script_t;

#define SCRIPT_CHECK(condition) script_check (condition, #condition, __FILE__, __LINE__)

static inline void
script_check (bool condition, const char *text, const char *file, int line)
{
    if (condition)
        return;
    fprintf (stderr, "%s:%d: not so: %s\n", file, line, text);
    exit (1);
}

void
script_init (script_t *self);

void
script_fini (script_t *self);

script_id_t
script_client (uint32_t number);

script_id_t
script_worker (uint32_t number);

script_api_id_t
script_api_id (uint32_t number);

//  A READY with SCRIPT_PROPERTIES, which has to be accepted
void
script_ready (script_t *self, uint32_t worker, const char *service);

//  The same with other properties
void
script_ready_as (script_t *self, uint32_t worker, const char *service, const char *properties);

void
script_beat (script_t *self, uint32_t worker);

//  A request with a body of 64 bytes that expires in so many ms, told as clients tell it; returns
//  the verdict's kind
butler_verdict_kind_t
script_request (script_t *self, uint32_t client, uint32_t api_id, const char *service, int64_t expires);

//  The worker of the last verdict, which has to be a DISPATCH, answers. Returns the verdict's kind.
butler_verdict_kind_t
script_reply (script_t *self);

//  A worker answers what it was given before: the verdict that gave it, kept
butler_verdict_kind_t
script_reply_to (script_t *self, const butler_verdict_t *given);

//  butler_dispatch_next once; what it wants sent is thrown away
bool
script_next (script_t *self);

//  butler_dispatch_next until nothing is left to do; returns how many messages it wanted sent
unsigned
script_settle (script_t *self);

void
script_pass (script_t *self, int64_t milliseconds);

#endif
