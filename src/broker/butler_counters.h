/*  butler_counters.h - what the router counts; one table for STATS and butler.router
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_COUNTERS_H
#define BUTLER_COUNTERS_H

#include <stdint.h>

//  accepted = answered + refused + expired + lost + undeliverable + cancelled + waiting
//  + running
#define BUTLER_COUNTERS(X) \
    X (accepted)            /* well-formed requests */ \
    X (answered)            /* by a worker, or by the router's own service */ \
    X (refused)             /* 403, 404 and 503 */ \
    X (expired) \
    X (lost)                /* 502 */ \
    X (undeliverable)       /* answered, but the client was gone or did not read */ \
    X (cancelled)           /* its client no longer wanted the answer */ \
    X (waiting)             /* now */ \
    X (running)             /* now */ \
    X (retried)             /* given to another worker after one died */ \
    X (bounced)             /* a worker did not take it; it went on to the next */ \
    X (forbidden)           /* 403: of the refused, and of the discoveries */ \
    X (discoveries) \
    X (malformed)           /* messages that are none of the protocol's; dropped */ \
    X (duplicates)          /* requests whose api:id was open; dropped */ \
    X (late_replies)        /* to requests that had ended; dropped */ \
    X (stray_cancels)       /* of requests that were not open; dropped */ \
    X (stray_replies)       /* to requests that this worker does not hold; dropped */ \
    X (registrations) \
    X (registrations_refused) \
    X (impostors)           /* a worker's messages that came from another user; dropped */ \
    X (reconnects)          /* workers told to register again */ \
    X (workers_lost)        /* silent too long, or gone */ \
    X (unsent)              /* error answers and commands that a peer did not take */

typedef struct {
#define BUTLER_COUNTER_FIELD(name) uint64_t name;
    BUTLER_COUNTERS (BUTLER_COUNTER_FIELD)
#undef BUTLER_COUNTER_FIELD
} butler_counters_t;

#endif
