/*  butler_bench_client.c - one of the connections that put load on a service: an actor of its own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_client.h"
#include <assert.h>
#include <poll.h>
#include <sys/prctl.h>
#include <time.h>

#define MILLI 1000000               //  ns
#define LOOK (100 * MILLI)          //  ns between two looks at the signal

int64_t
butler_bench_now (void)
{
    struct timespec time;
    clock_gettime (CLOCK_MONOTONIC, &time);
    return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t
s_min (int64_t a, int64_t b)
{
    return a < b? a: b;
}

static uint64_t
s_open (const butler_bench_client_t *self)
{
    return self->tally.sent - self->tally.latency.count - self->tally.failed;
}

//  ---- sending

//  What is refused here would be refused again
static void
s_send (butler_bench_client_t *self, int64_t since)
{
    zchunk_t *body = self->course->plan->body;
    const uint64_t number = butler_client_submit_direct (self->client, self->course->service,
                                                         zchunk_data (body), zchunk_size (body));
    self->tally.sent++;
    if (number)
        butler_bench_flights_put (&self->flights, number, since);
    else {
        butler_bench_tally_fail (&self->tally, -1, 1, butler_client_error (self->client));
        self->broken = true;
    }
}

static bool
s_may_send (const butler_bench_client_t *self, int64_t now)
{
    return now < self->limit && !self->broken && self->tally.sent < self->share;
}

//  When the next may be sent: at its time, or at once
static int64_t
s_due (const butler_bench_client_t *self)
{
    const butler_bench_plan_t *plan = self->course->plan;
    if (plan->rate == 0)
        return 0;
    return self->course->start + butler_bench_plan_due (plan, self->index, self->tally.sent);
}

//  All that are due and find a place. A late one counts from when it was due: so it is seen that a service which
//  stalls delays those too that are not sent meanwhile.
static void
s_send_due (butler_bench_client_t *self, int64_t now)
{
    const uint64_t places = (uint64_t) self->course->plan->in_flight;
    while (s_may_send (self, now) && s_open (self) < places) {
        const int64_t due = s_due (self);
        if (due > now)
            return;
        s_send (self, due? due: now);
    }
}

//  ---- receiving

static void
s_take (butler_bench_client_t *self, uint64_t number)
{
    const int64_t now = butler_bench_now (), since = butler_bench_flights_take (&self->flights, number);
    const int status = butler_client_status (self->client);
    assert (since != -1);
    if (status == 200) {
        butler_histogram_add (&self->tally.latency, now - since);
        self->tally.in_time += now <= self->limit;
    }
    else
        butler_bench_tally_fail (&self->tally, status, 1, butler_bench_tally_is_new (&self->tally, status)
                                 ? butler_client_error (self->client): NULL);
    self->tally.took = s_min (now, self->limit) - self->course->start;
    __atomic_store_n (&self->ended, self->ended + 1, __ATOMIC_RELAXED);
}

//  In ms, and never short of the time
static int
s_patience (int64_t ns)
{
    return ns > 0? (int) ((s_min (ns, LOOK) + MILLI - 1) / MILLI): 0;
}

//  Until something comes, or it is time to send: more exactly than in ms. The socket tells of changes alone, so
//  all that was there must have been received.
static void
s_sleep (butler_bench_client_t *self, int64_t ns)
{
    const int due = butler_client_wait (self->client);
    if (due >= 0)
        ns = s_min (ns, (int64_t) due * MILLI);
    ns = s_min (ns, LOOK);
    if (ns <= 0)
        return;
    zsock_t *socket = butler_client_socket (self->client);
    struct pollfd item = { .fd = (int) zsock_fd (socket), .events = POLLIN };
    const struct timespec time = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
    ppoll (&item, 1, &time, NULL);
}

static void
s_receive (butler_bench_client_t *self, int64_t now)
{
    const bool waits = s_may_send (self, now);
    const int64_t left = waits? self->limit - now: LOOK;
    const bool paced = self->course->plan->rate && waits;
    uint64_t number = butler_client_recv (self->client, paced? 0: s_patience (left));
    if (!number && paced) {
        const bool full = s_open (self) >= (uint64_t) self->course->plan->in_flight;
        s_sleep (self, full? left: s_min (left, s_due (self) - now));
        number = butler_client_recv (self->client, 0);
    }
    while (number) {
        s_take (self, number);
        number = paced? butler_client_recv (self->client, 0): 0;
    }
}

//  ---- the course

//  False: it is to be left
static bool
s_heed (butler_bench_client_t *self, int64_t now)
{
    const butler_bench_signal_t signal = __atomic_load_n (&self->course->signal, __ATOMIC_RELAXED);
    if (signal != BUTLER_BENCH_GO && now < self->limit)
        self->limit = now;
    return signal != BUTLER_BENCH_LEAVE;
}

//  Where it ended by its limit, and not since all is done, that is how long it took
static void
s_close (butler_bench_client_t *self)
{
    const butler_bench_plan_t *plan = self->course->plan;
    const int64_t passed = self->limit - self->course->start;
    self->tally.unfinished = s_open (self);
    if (self->broken || self->tally.sent == self->share)
        return;
    self->tally.took = passed;
    if (plan->rate) {
        uint64_t due = butler_bench_plan_due_before (plan, self->index, passed);
        if (due > self->share)
            due = self->share;
        self->tally.behind = due > self->tally.sent? due - self->tally.sent: 0;
    }
}

static void
s_run (butler_bench_client_t *self)
{
    self->limit = self->course->limit;
    for (;;) {
        const int64_t now = butler_bench_now ();
        if (!s_heed (self, now))
            break;
        s_send_due (self, now);
        if (!s_may_send (self, now) && s_open (self) == 0)
            break;
        s_receive (self, now);
    }
    s_close (self);
}

//  The first question makes the connection, which is not to be measured
void
butler_bench_client (zsock_t *pipe, void *args)
{
    butler_bench_client_t *self = args;
    prctl (PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);      //  wake in time
    butler_bench_flights_init (&self->flights, (size_t) self->course->plan->in_flight);
    zsock_signal (pipe, 0);
    butler_client_find (self->client, self->course->service);
    zstr_send (pipe, "READY");
    char *command = zstr_recv (pipe);
    if (command && streq (command, "GO")) {
        s_run (self);
        zstr_send (pipe, "DONE");
        zstr_free (&command);
        command = zstr_recv (pipe);                     //  $TERM
    }
    zstr_free (&command);
    butler_bench_flights_fini (&self->flights);
}
