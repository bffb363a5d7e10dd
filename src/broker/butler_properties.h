/*  butler_properties.h - what a worker says of itself at READY
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PROPERTIES_H
#define BUTLER_PROPERTIES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/butler_span.h"

typedef struct {
    uint32_t capacity;              //  requests it may hold at a time
    uint32_t threads;               //  requests it works on at a time; at most capacity
    int32_t retry;                  //  further workers that may have a request of one that died
    int64_t heartbeat;              //  ms between its signs of life; 0: it does not tell
    bool relative;                  //  wants "+N" for a deadline
    bool extra;                     //  wants a seventh frame with each request, which tells the attempt
    bool paced;                     //  may be given fewer than its capacity, see butler_pace.h
    bool packed;                    //  reads the packed envelope, and either form of a deadline in it
} butler_properties_t;

//  0, or -1 and a message that says what is wrong. A capacity above the limit is cut to it: the
//  worker is given fewer requests, and nothing else changes.
int
butler_properties_parse (butler_properties_t *self, butler_span_t text, uint32_t capacity_limit,
                         char *fault, size_t fault_size);

//  The name that a worker calls itself: fresh; NULL where it tells none, or what is none
char *
butler_properties_worker (const char *text);

#endif
