/*  instructions.c - fixed scripts of messages to the broker layer, for counting instructions
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    instructions SCENARIO ENTRY...  plays a script; says how often the entries were called
    instructions                    says which scenarios there are

    tests/check_instructions.sh runs it under callgrind, which counts inside of the entries alone. */

#include "broker_script.h"
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <valgrind/callgrind.h>

enum {
    CALLS = 2000,
    MANY = 10000,
    QUEUED = 100000
};

#define DEADLINE 60000

static void
s_round_trip (script_t *self, uint32_t client, uint32_t number, const char *service)
{
    SCRIPT_CHECK (script_request (self, client, number, service, DEADLINE) == BUTLER_VERDICT_DISPATCH);
    SCRIPT_CHECK (script_reply (self) == BUTLER_VERDICT_FORWARD);
    script_next (self);
}

//  What came before is not counted
static void
s_count (script_t *self)
{
    self->calls = (script_calls_t) { 0 };
    CALLGRIND_ZERO_STATS;
}

//  One worker, one service, one client. What comes first in a program's life (slabs, tables) is not
//  what is to be counted.
static void
s_begin (script_t *self)
{
    script_ready (self, 0, "service-00");
    script_settle (self);
    s_round_trip (self, 1, 999999, "service-00");
    s_count (self);
}

//  ---- what one message costs

//  A request finds a free worker and is answered: the hot path
static void
s_at_once (script_t *self)
{
    s_begin (self);
    for (uint32_t number = 0; number < CALLS; number++)
        s_round_trip (self, 1, number, "service-00");
}

//  The same with 64 clients that have one request open each
static void
s_in_flight (script_t *self)
{
    s_begin (self);
    butler_verdict_t given [64];
    for (uint32_t number = 0; number < CALLS; number++) {
        if (number >= 64)
            SCRIPT_CHECK (script_reply_to (self, &given [number % 64]) == BUTLER_VERDICT_FORWARD);
        SCRIPT_CHECK (script_request (self, number % 64, number, "service-00", DEADLINE)
                      == BUTLER_VERDICT_DISPATCH);
        given [number % 64] = self->verdict;
    }
}

//  The worker is full, so all wait; each reply frees a place, which the next one gets
static void
s_waiting (script_t *self)
{
    static butler_verdict_t given [256];
    s_begin (self);
    for (uint32_t number = 0; number < 256; number++) {
        script_request (self, 1, CALLS + number, "service-00", DEADLINE);
        given [number] = self->verdict;
    }
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++)
        SCRIPT_CHECK (script_request (self, number % 8, number, "service-00", DEADLINE)
                      == BUTLER_VERDICT_NONE);
    for (uint32_t number = 0; number < CALLS; number++) {
        SCRIPT_CHECK (script_reply_to (self, &given [number % 256]) == BUTLER_VERDICT_FORWARD);
        SCRIPT_CHECK (script_next (self) && self->verdict.kind == BUTLER_VERDICT_DISPATCH);
        given [number % 256] = self->verdict;
    }
}

//  Half of them wait when they expire, the others are held by a worker
static void
s_expired (script_t *self)
{
    s_begin (self);
    for (uint32_t number = 0; number < 512; number++)
        script_request (self, 1, number, "service-00", 500 + number % 10);
    script_pass (self, 600);
    SCRIPT_CHECK (script_settle (self) == 512);
}

//  No worker takes it, until one does
static void
s_bounced (script_t *self)
{
    for (uint32_t worker = 0; worker < 3; worker++)
        script_ready (self, worker, "service-00");
    s_round_trip (self, 1, 999999, "service-00");
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++) {
        script_request (self, 1, number, "service-00", DEADLINE);
        self->calls.bounced++;
        butler_dispatch_bounced (
            &self->dispatch, self->verdict.job, &self->view, EAGAIN, &self->now, &self->verdict);
        SCRIPT_CHECK (script_reply (self) == BUTLER_VERDICT_FORWARD);
        script_beat (self, number % 3);
        script_beat (self, (number + 1) % 3);
        script_beat (self, (number + 2) % 3);
    }
}

//  1000 workers beat, and are sent heartbeats, for five seconds
static void
s_heartbeats (script_t *self)
{
    for (uint32_t worker = 0; worker < 1000; worker++)
        script_ready (self, worker, "service-00");
    script_settle (self);
    s_count (self);
    for (int second = 0; second < 5; second++)
        for (uint32_t worker = 0; worker < 1000; worker++) {
            script_beat (self, worker);
            if (worker % 10 == 0) {
                script_pass (self, 10);
                script_settle (self);
            }
        }
}

static void
s_registrations (script_t *self)
{
    for (uint32_t worker = 0; worker < 1000; worker++)
        script_ready (self, worker, "service-00");
}

//  Requests that are refused: nobody serves the name
static void
s_unknown (script_t *self)
{
    s_begin (self);
    for (uint32_t number = 0; number < CALLS; number++) {
        char name [32];
        snprintf (name, sizeof name, "unknown-%lu", (unsigned long) number);
        SCRIPT_CHECK (script_request (self, 1, number, name, DEADLINE) == BUTLER_VERDICT_ANSWER);
        free (self->verdict.text);
    }
}

//  Requests that are refused: their client has as many open as it may
static void
s_refused (script_t *self)
{
    s_begin (self);
    script_request (self, 1, CALLS, "service-00", DEADLINE);
    self->settings.client_limit = 1;
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++) {
        SCRIPT_CHECK (script_request (self, 1, number, "service-00", DEADLINE) == BUTLER_VERDICT_ANSWER);
        free (self->verdict.text);
    }
}

//  ---- what it costs among many; each is compared with `one`

static void
s_one (script_t *self)
{
    s_begin (self);
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++)
        s_round_trip (self, 1, number, "service-00");
}

static void
s_workers (script_t *self)
{
    for (uint32_t worker = 0; worker < MANY; worker++)
        script_ready (self, worker, "service-00");
    script_settle (self);
    s_round_trip (self, 1, 999999, "service-00");
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++)
        s_round_trip (self, 1, number, "service-00");
}

static void
s_services (script_t *self)
{
    static char name [MANY][16];
    for (uint32_t service = 0; service < MANY; service++) {
        snprintf (name [service], sizeof name [service], "svc-%06lu", (unsigned long) service);
        script_ready (self, service, name [service]);
    }
    script_settle (self);
    s_round_trip (self, 1, 999999, name [0]);
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++)
        s_round_trip (self, 1, number, name [number * 7919 % MANY]);
}

//  Of 1000 clients, for a service whose worker is full. Their deadlines stand in one slot of the
//  wheel, the one that is looked at.
static void
s_queue (script_t *self)
{
    s_begin (self);
    script_ready (self, 1, "service-01");
    for (uint32_t number = 0; number < QUEUED; number++)
        script_request (self, 1000 + number % 1000, 1000000 + number, "service-01",
                        10 + (1 + number % 80) * BUTLER_WHEEL_TICK * BUTLER_WHEEL_SLOTS);
    script_pass (self, 10);
    script_settle (self);
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++)
        s_round_trip (self, 1, number, "service-00");
}

static void
s_clients (script_t *self)
{
    s_begin (self);
    script_ready (self, 1, "service-01");
    for (uint32_t number = 0; number < MANY; number++)
        script_request (self, 1000 + number, 1000000 + number, "service-01", DEADLINE);
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++)
        s_round_trip (self, 1000 + number * 7919 % MANY, number, "service-00");
}

//  A request that waits behind so many others, of so many clients, until the one in front of them
//  is given away: loads differ, so that the heap of lanes has to do something
static void
s_refill_among (script_t *self, uint32_t others, uint32_t clients)
{
    static butler_verdict_t given [256];
    s_begin (self);
    for (uint32_t number = 0; number < 256; number++) {
        script_request (self, 1, number, "service-00", DEADLINE);
        given [number] = self->verdict;
    }
    for (uint32_t number = 0; number < others; number++)
        script_request (self, number * 7919 % clients, 1000000 + number, "service-00", DEADLINE);
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++) {
        script_request (self, number * 104729 % clients, 10000 + number, "service-00", DEADLINE);
        SCRIPT_CHECK (script_reply_to (self, &given [number % 256]) == BUTLER_VERDICT_FORWARD);
        SCRIPT_CHECK (script_next (self) && self->verdict.kind == BUTLER_VERDICT_DISPATCH);
        given [number % 256] = self->verdict;
    }
}

static void
s_refill_one (script_t *self)
{
    s_refill_among (self, 1, 1);
}

static void
s_refill_queue (script_t *self)
{
    s_refill_among (self, QUEUED, 1);
}

static void
s_refill_clients (script_t *self)
{
    s_refill_among (self, QUEUED, MANY);
}

//  One client waits for many services at a time
static void
s_refill_services (script_t *self)
{
    enum { SERVICES = 1000 };
    static char name [SERVICES][16];
    static butler_verdict_t given [SERVICES];
    for (uint32_t service = 0; service < SERVICES; service++) {
        snprintf (name [service], sizeof name [service], "svc-%06lu", (unsigned long) service);
        script_ready (self, service, name [service]);
        for (uint32_t number = 0; number < 257; number++) {
            script_request (self, 1, service * 1000 + number, name [service], DEADLINE);
            if (number == 255)
                given [service] = self->verdict;
        }
    }
    s_count (self);
    for (uint32_t number = 0; number < CALLS; number++) {
        const uint32_t service = number * 7919 % SERVICES;
        script_request (self, 1, 2000000 + number, name [service], DEADLINE);
        SCRIPT_CHECK (script_reply_to (self, &given [service]) == BUTLER_VERDICT_FORWARD);
        SCRIPT_CHECK (script_next (self) && self->verdict.kind == BUTLER_VERDICT_DISPATCH);
        given [service] = self->verdict;
    }
}

static const struct {
    const char *name;
    void (*play) (script_t *self);
} s_scenarios [] = {
    { "at-once", s_at_once },
    { "in-flight", s_in_flight },
    { "waiting", s_waiting },
    { "expired", s_expired },
    { "bounced", s_bounced },
    { "heartbeats", s_heartbeats },
    { "registrations", s_registrations },
    { "unknown", s_unknown },
    { "refused", s_refused },
    { "one", s_one },
    { "10000-workers", s_workers },
    { "10000-services", s_services },
    { "100000-queued", s_queue },
    { "10000-clients", s_clients },
    { "refill-one", s_refill_one },
    { "refill-100000-queued", s_refill_queue },
    { "refill-10000-clients", s_refill_clients },
    { "refill-1000-services", s_refill_services },
};

//  The entries of which callgrind counts the insides
static unsigned long
s_calls_of (const script_calls_t *calls, const char *entry)
{
    return strcmp (entry, "butler_view_parse") == 0? calls->parse
         : strcmp (entry, "butler_dispatch_request") == 0? calls->request
         : strcmp (entry, "butler_dispatch_worker") == 0? calls->worker
         : strcmp (entry, "butler_dispatch_next") == 0? calls->next
         : strcmp (entry, "butler_dispatch_bounced") == 0? calls->bounced: 0;
}

int
main (int argc, char **argv)
{
    for (size_t index = 0; index < sizeof s_scenarios / sizeof *s_scenarios; index++) {
        if (argc < 3)
            puts (s_scenarios [index].name);
        else
        if (strcmp (argv [1], s_scenarios [index].name) == 0) {
            static script_t script;
            json_object_seed (4711);    //  libjansson's hashes, too
            script_init (&script);
            s_scenarios [index].play (&script);
            unsigned long calls = 0;
            for (int entry = 2; entry < argc; entry++)
                calls += s_calls_of (&script.calls, argv [entry]);
            printf ("%lu\n", calls);
            script_fini (&script);
        }
    }
    return 0;
}
