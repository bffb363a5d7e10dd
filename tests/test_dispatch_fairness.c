/*  test_dispatch_fairness.c - a client that floods a service, one that asks now and then, and time simulated
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_script.h"
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
    FLOOD = 900,                    //  requests of the client that floods
    ROW = 4096,                     //  more than ever are anywhere
    ASKED = 1000,                   //  answers of the other client that are measured
    PAUSE = 3                       //  ms between its answer and its next request, and more each time
};

//  A worker takes requests in the order in which they come, as many at a time as it has threads
typedef struct {
    int threads, capacity;
    int64_t handler;                //  ms
    int64_t sometimes;              //  ms that it takes for a tenth of them; 0: all take as long
    int64_t way;                    //  ms to the worker, and as many back
    bool defers;                    //  it works on all that it holds
    bool strict;                    //  it wants its capacity
    unsigned lost;                  //  the number of a request that is never answered; 0: all are
} world_t;

typedef struct {
    butler_verdict_t given;
    bool quiet;                     //  it is the other client's
    int64_t at;                     //  when it comes
} parcel_t;

typedef struct {
    parcel_t parcel [ROW];
    unsigned head, count;
} row_t;

typedef struct {
    script_t script;
    const world_t *world;
    row_t there, back;              //  on their way
    row_t waiting;                  //  at the worker
    parcel_t working [600];
    int busy;
    unsigned taken;
    uint32_t number;
    int64_t asked;                  //  when the other client did; 0: it pauses
    int64_t next;                   //  when it asks again
    int64_t took [ASKED];
    int answers;
    unsigned long served;           //  of the flood
} scene_t;

static void
s_put (row_t *row, parcel_t parcel, int64_t at)
{
    assert_true (row->count < ROW);
    parcel.at = at;
    row->parcel [(row->head + row->count++) % ROW] = parcel;
}

static bool
s_take (row_t *row, int64_t now, parcel_t *parcel)
{
    if (!row->count || row->parcel [row->head].at > now)
        return false;
    *parcel = row->parcel [row->head];
    row->head = (row->head + 1) % ROW;
    row->count--;
    return true;
}

static int64_t
s_now (const scene_t *self)
{
    return self->script.now.mono;
}

//  What the router has just decided
static void
s_carry (scene_t *self)
{
    const butler_verdict_t *verdict = &self->script.verdict;
    if (verdict->kind != BUTLER_VERDICT_DISPATCH)
        return;
    const script_id_t quiet = script_client (1);
    const bool is_quiet = butler_span_equal (butler_client_entry_id (verdict->job->client),
                                             butler_span (quiet.bytes, sizeof quiet.bytes));
    const parcel_t parcel = { .given = *verdict, .quiet = is_quiet };
    s_put (&self->there, parcel, s_now (self) + self->world->way);
}

static void
s_settle (scene_t *self)
{
    while (script_next (&self->script))
        s_carry (self);
}

static void
s_ask (scene_t *self, uint32_t client)
{
    script_request (&self->script, client, self->number++, "service", 3600000);
    s_carry (self);
    s_settle (self);
}

//  An answer is back at the router
static void
s_answer (scene_t *self, const parcel_t *parcel)
{
    SCRIPT_CHECK (script_reply_to (&self->script, &parcel->given) == BUTLER_VERDICT_FORWARD);
    s_settle (self);
    if (!parcel->quiet) {
        self->served++;
        s_ask (self, 0);
        return;
    }
    self->took [self->answers++] = s_now (self) - self->asked;
    self->asked = 0;
    self->next = s_now (self) + PAUSE + self->answers % 41;
}

static void
s_work (scene_t *self)
{
    parcel_t parcel;
    for (int index = 0; index < self->busy; )
        if (self->working [index].at <= s_now (self)) {
            s_put (&self->back, self->working [index], s_now (self) + self->world->way);
            self->working [index] = self->working [--self->busy];
        }
        else
            index++;
    while (s_take (&self->there, s_now (self), &parcel))
        s_put (&self->waiting, parcel, 0);
    const int most = self->world->defers? self->world->capacity: self->world->threads;
    while (self->busy < most && s_take (&self->waiting, s_now (self), &parcel)) {
        if (++self->taken == self->world->lost)
            continue;
        const bool long_one = self->world->sometimes && (self->taken * 2654435761U >> 16) % 10 == 0;
        parcel.at = s_now (self) + (long_one? self->world->sometimes: self->world->handler);
        self->working [self->busy++] = parcel;
    }
}

static void
s_tick (scene_t *self)
{
    parcel_t parcel;
    script_pass (&self->script, 1);
    s_settle (self);
    s_work (self);
    while (self->answers < ASKED && s_take (&self->back, s_now (self), &parcel))
        s_answer (self, &parcel);
    if (self->asked || s_now (self) < self->next)
        return;
    self->asked = s_now (self);
    s_ask (self, 1);
}

typedef struct {
    int64_t median, p99;
    double rate, all;               //  that the flood had, and both, answers a second
} figures_t;

static int
s_compare (const void *a, const void *b)
{
    const int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
    return (left > right) - (left < right);
}

static scene_t *
s_begin (const world_t *world, bool flooded)
{
    scene_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->world = world;
    script_init (&self->script);
    char properties [80];
    snprintf (properties, sizeof properties, "{\"capacity\": %d, \"threads\": %d, \"paced\": %d}",
              world->capacity, world->threads, !world->strict);
    script_ready_as (&self->script, 1, "service", properties);
    for (int count = 0; flooded && count < FLOOD; count++)
        s_ask (self, 0);
    return self;
}

static void
s_end (scene_t *self)
{
    script_fini (&self->script);
    free (self);
}

static figures_t
s_measure (const world_t *world, bool flooded)
{
    scene_t *self = s_begin (world, flooded);
    const int64_t start = s_now (self);
    self->next = start + 100;
    while (self->answers < ASKED) {
        script_beat (&self->script, 1);
        s_tick (self);
    }
    const double seconds = (double) (s_now (self) - start) / 1000;
    qsort (self->took, ASKED, sizeof *self->took, s_compare);
    const figures_t figures = {
        self->took [ASKED / 2], self->took [ASKED * 99 / 100], (double) self->served / seconds,
        (double) (self->served + ASKED) / seconds
    };
    s_end (self);
    return figures;
}

static void
s_check (const world_t *world, double times, double share)
{
    const figures_t alone = s_measure (world, false), beside = s_measure (world, true);
    const double most = world->handler? 1000.0 * world->threads / (double) world->handler: 0;
    print_message ("# %d threads, capacity %d, handler %lld ms, way and back %lld ms: alone %lld ms (p99 %lld), beside "
                   "a flood %lld ms (p99 %lld); the flood had %.0f a second, both %.0f of %.0f\n",
                   world->threads, world->capacity, (long long) world->handler, (long long) world->way * 2,
                   (long long) alone.median, (long long) alone.p99, (long long) beside.median, (long long) beside.p99,
                   beside.rate, beside.all, most);
    assert_true ((double) beside.p99 <= times * (double) alone.p99);
    assert_true (beside.all >= share * most);
}

static void
quiet_client_waits_at_most_twice_as_long_beside_a_flood (void **state)
{
    (void) state;
    s_check (&(world_t) { .threads = 1, .capacity = 16, .handler = 10, .way = 1 }, 2, 0.8);
    s_check (&(world_t) { .threads = 1, .capacity = 256, .handler = 10, .way = 1 }, 2, 0.8);
    s_check (&(world_t) { .threads = 4, .capacity = 64, .handler = 10, .way = 1 }, 2, 0.8);
    s_check (&(world_t) { .threads = 16, .capacity = 256, .handler = 10, .way = 1 }, 2, 0.8);
    s_check (&(world_t) { .threads = 1, .capacity = 16, .handler = 100, .way = 1 }, 2, 0.8);
    s_check (&(world_t) { .threads = 4, .capacity = 64, .handler = 200, .way = 1 }, 2, 0.8);
    s_check (&(world_t) { .threads = 1, .capacity = 16, .handler = 700, .way = 1 }, 2, 0.8);
}

static void
worker_that_is_far_away_is_kept_busy (void **state)
{
    (void) state;
    s_check (&(world_t) { .threads = 1, .capacity = 80, .handler = 1, .way = 20 }, 3, 0.8);
    s_check (&(world_t) { .threads = 4, .capacity = 256, .handler = 1, .way = 10 }, 3, 0.8);
    s_check (&(world_t) { .threads = 4, .capacity = 64, .handler = 10, .way = 50 }, 3, 0.8);
}

//  How many it answers a second, at least in any ten after the first so many, and in all of the time, which
//  is shorter where the build is slow
static void
s_run (const world_t *world, int after, int seconds, double least, double average)
{
    const char *slow = getenv ("BUTLER_TEST_SLOW");
    const int times = !slow || atoi (slow) < 2? 1: atoi (slow) < 4? atoi (slow): 4;
    seconds = after + (seconds - after) / times / 10 * 10;
    scene_t *self = s_begin (world, true);
    self->next = INT64_MAX;
    unsigned long begun = 0, before = 0, worst = ULONG_MAX;
    for (int second = 1; second <= seconds; second++) {
        for (int count = 0; count < 1000; count++) {
            if (count % 100 == 0)
                script_beat (&self->script, 1);
            s_tick (self);
        }
        if (second == after)
            begun = before = self->served;
        if (second <= after || (second - after) % 10)
            continue;
        worst = self->served - before < worst? self->served - before: worst;
        before = self->served;
    }
    const double slowest = (double) worst / 10, all = (double) (self->served - begun) / (seconds - after);
    print_message ("# capacity %d%s, %s %lld ms, sometimes %lld, lost %u: after %d s %.1f a second, never less than %.1f\n",
                   world->capacity, world->strict? " asked for": "", world->defers? "answers after": "handler",
                   (long long) world->handler, (long long) world->sometimes, world->lost, after, all, slowest);
    s_end (self);
    assert_true (slowest >= least);
    assert_true (all >= average);
}

static void
worker_that_defers_its_answers_comes_back_to_its_rate (void **state)
{
    (void) state;
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 100, .way = 1, .defers = true }, 10, 1200, 600, 750);
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 1000, .way = 1, .defers = true }, 30, 1200, 70, 78);
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 2500, .way = 1, .defers = true }, 60, 1200, 24, 30);
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 10000, .way = 1, .defers = true }, 20, 1200, 0, 7);
    //  Which are the next to come, nobody can know
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 10, .sometimes = 2000, .way = 1, .defers = true },
           60, 1800, 150, 340);
}

static void
worker_that_says_its_capacity_is_given_it (void **state)
{
    (void) state;
    s_run (&(world_t) { .threads = 1, .capacity = 500, .handler = 1000, .way = 1, .defers = true, .strict = true },
           2, 102, 498, 498);
}

//  The first one, and one that comes when it has been found out how many it is given
static void
worker_goes_on_beside_requests_that_are_never_answered (void **state)
{
    (void) state;
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 100, .way = 1, .defers = true, .lost = 1 },
           10, 1200, 300, 700);
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 10, .way = 1, .lost = 1 }, 10, 1200, 40, 90);
    s_run (&(world_t) { .threads = 1, .capacity = 80, .handler = 10, .way = 1, .lost = 5000 }, 10, 1200, 40, 90);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (quiet_client_waits_at_most_twice_as_long_beside_a_flood),
        cmocka_unit_test (worker_that_is_far_away_is_kept_busy),
        cmocka_unit_test (worker_that_defers_its_answers_comes_back_to_its_rate),
        cmocka_unit_test (worker_that_says_its_capacity_is_given_it),
        cmocka_unit_test (worker_goes_on_beside_requests_that_are_never_answered),
    };
    return cmocka_run_group_tests_name ("dispatch: fairness", tests, NULL, NULL);
}
