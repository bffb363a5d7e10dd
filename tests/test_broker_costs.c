/*  test_broker_costs.c - what the broker keeps for a worker and a request, and that it counts it right
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "count_malloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "broker/butler_introspect.h"
#include "broker_script.h"

#define WORKER_MAX  400
#define FRAMES      (42 + 10 + 13 + 64)     //  api:id, service, expiration, body
#define WAITING_MAX (FRAMES + 150)

static int
s_setup (void **state)
{
    script_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    script_init (self);
    script_ready (self, 0, "service-00");
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    script_fini (*state);
    free (*state);
    return 0;
}

//  What is allocated now but for messages
static long
s_allocated (script_t *self)
{
    butler_frames_clear (&self->frames);
    return count_bytes;
}

static long
s_stat (const script_t *self, const char *name)
{
    json_t *stats = butler_introspect_stats (&self->dispatch);
    const json_t *value = json_object_get (stats, name);
    assert_true (json_is_integer (value));
    const long number = (long) json_integer_value (value);
    json_decref (stats);
    return number;
}

//  All of the router's, as it counts them itself
static long
s_counted (const script_t *self)
{
    return s_stat (self, "request_bytes") + s_stat (self, "client_bytes")
         + s_stat (self, "service_bytes") + s_stat (self, "worker_bytes");
}

//  malloc may give 16 bytes more than it must
static void
s_assert_about (long counted, long taken)
{
    assert_in_range (counted, taken - taken / 100, taken + taken / 100);
}

//  Requests that wait, since the worker is full
static void
s_fill (script_t *self)
{
    for (uint32_t number = 0; number < 256; number++)
        assert_int_equal (script_request (self, 0, number, "service-00", 3600000), BUTLER_VERDICT_DISPATCH);
}

//  ---- memory

static void
worker_takes_400_bytes_at_most (void **state)
{
    script_t *self = *state;
    const long before = s_allocated (self), counted = s_counted (self);
    for (uint32_t worker = 1; worker <= 20000; worker++) {
        script_ready (self, worker, "service-00");
        if (worker < 100 || worker % 1000)
            continue;
        const long taken = s_allocated (self) - before;
        assert_true (taken <= (long) worker * WORKER_MAX);
        s_assert_about (s_counted (self) - counted, taken);
    }
    const long all = s_allocated (self) - before;
    print_message ("# %ld bytes a worker\n", all / 20000);
}

static void
request_that_waits_takes_its_frames_and_150_bytes_at_most (void **state)
{
    script_t *self = *state;
    s_fill (self);
    for (uint32_t client = 0; client < 10; client++)
        script_request (self, client, 500 + client, "service-00", 3600000);
    const long before = s_allocated (self), counted = s_counted (self);
    long most = 0;
    for (uint32_t number = 1; number <= 100000; number++) {
        script_request (self, number % 10, 1000 + number, "service-00", 3600000);
        if (number % 1000)
            continue;
        const long taken = s_allocated (self) - before;
        most = taken / number > most? taken / number: most;
        assert_true (taken <= (long) number * WAITING_MAX);
        s_assert_about (s_counted (self) - counted, taken);
    }
    print_message ("# %ld bytes a request that waits, at most\n", most);
}

//  Within what the table has free by chance
static void
held_bytes_are_what_it_costs (void **state)
{
    script_t *self = *state;
    s_fill (self);
    const long before = s_allocated (self);
    assert_int_equal (s_stat (self, "held_bytes"), 0);
    for (uint32_t number = 0; number < 20000; number++)
        script_request (self, 0, 1000 + number, "service-00", 3600000);
    const long taken = s_allocated (self) - before, held = s_stat (self, "held_bytes");
    assert_in_range (held, taken - taken / 20, taken + taken / 20);
}

static void
name_that_nobody_serves_costs_nothing (void **state)
{
    script_t *self = *state;
    script_request (self, 1, 0, "unknown", 1000);
    free (self->verdict.text);
    const long before = s_allocated (self);
    for (uint32_t number = 0; number < 10000; number++) {
        char name [32];
        snprintf (name, sizeof name, "unknown-%lu", (unsigned long) number);
        assert_int_equal (script_request (self, number, number, name, 1000), BUTLER_VERDICT_ANSWER);
        free (self->verdict.text);
        snprintf (name, sizeof name, "mmi.unknown-%lu", (unsigned long) number);
        assert_int_equal (script_request (self, number, number, name, 1000), BUTLER_VERDICT_DISCOVERY);
    }
    assert_int_equal (s_allocated (self), before);
}

//  Slabs and tables stay for the next as many; nothing else does, and nothing more is added then
static void
all_comes_back_but_slabs_and_tables (void **state)
{
    script_t *self = *state;
    const long before = s_allocated (self), counted = s_counted (self);
    long kept = 0;
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t number = 0; number < 20000; number++)
            script_request (self, number, number, "service-00", 1000);
        assert_true (s_stat (self, "held_bytes") > 0);
        for (int tick = 0; tick < 110; tick++) {
            script_pass (self, 10);
            script_settle (self);
            script_beat (self, 0);
        }
        assert_int_equal (s_stat (self, "held_bytes"), 0);
        s_assert_about (s_counted (self) - counted, s_allocated (self) - before);
        if (round == 0)
            kept = s_allocated (self) - before;
        else
            assert_int_equal (s_allocated (self) - before, kept);
        //  The worker holds what it never answered; it registers anew
        script_ready (self, 0, "service-00");
        script_settle (self);
    }
    const butler_dispatch_t *dispatch = &self->dispatch;
    assert_in_range (kept, 0, butler_pool_bytes (&dispatch->jobs.pool) + butler_table_bytes (&dispatch->jobs.open)
        + butler_pool_bytes (&dispatch->clients.pool) + butler_table_bytes (&dispatch->clients.table)
        + butler_pool_bytes (&dispatch->registry.lanes.pool)
        + butler_table_bytes (&dispatch->registry.lanes.table) + 1024);
    print_message ("# %ld bytes stay for each of 20000 requests and clients\n", kept / 20000);
}

static void
workers_and_services_leave_nothing (void **state)
{
    script_t *self = *state;
    const long before = s_allocated (self);
    for (uint32_t number = 1; number <= 10000; number++) {
        char name [32];
        snprintf (name, sizeof name, "service-%lu", (unsigned long) number);
        script_ready (self, number, name);
    }
    self->settings.service.ttl = 0;
    butler_dispatch_configure (&self->dispatch, &self->settings);
    for (int tick = 0; tick < 400; tick++) {
        script_pass (self, 10);
        script_settle (self);
        script_beat (self, 0);
    }
    assert_int_equal (HASH_COUNT (self->dispatch.registry.workers), 1);
    assert_int_equal (HASH_COUNT (self->dispatch.registry.services), 1);
    //  uthash keeps its buckets while one is left
    const long buckets = (long) sizeof (UT_hash_bucket)
        * ((long) self->dispatch.registry.workers->hh.tbl->num_buckets
        +  (long) self->dispatch.registry.services->hh.tbl->num_buckets);
    assert_true (s_allocated (self) - before <= buckets);
}

//  ---- allocations

//  Requests of so many clients to so many workers, so many of them in flight
static unsigned long
s_allocations (script_t *self, uint32_t clients, uint32_t workers, uint32_t in_flight, uint32_t requests)
{
    static butler_verdict_t given [1000];
    for (uint32_t worker = 1; worker < workers; worker++)
        script_ready (self, worker, "service-00");
    self->counter = &count_malloc;
    for (uint32_t number = 0; number < requests + in_flight; number++) {
        if (number == 2 * in_flight)
            self->counted = 0;          //  warm by now
        butler_verdict_t *slot = &given [number % in_flight];
        if (number >= in_flight)
            assert_int_equal (script_reply_to (self, slot), BUTLER_VERDICT_FORWARD);
        assert_int_equal (script_request (self, number % clients, number, "service-00", 60000),
                          BUTLER_VERDICT_DISPATCH);
        *slot = self->verdict;
        script_pass (self, number % 10 == 0);
        script_settle (self);
        if (number % 1000 == 0)
            for (uint32_t worker = 0; worker < workers; worker++)
                script_beat (self, worker);
    }
    return self->counted;
}

static void
request_and_reply_allocate_nothing_once_warm (void **state)
{
    assert_int_equal (s_allocations (*state, 1, 1, 1, 100000), 0);
}

static void
nor_do_they_with_many_clients_and_workers (void **state)
{
    assert_int_equal (s_allocations (*state, 97, 10, 1000, 100000), 0);
}

//  What waits has one block of its own, and no more
static void
request_that_waits_allocates_one_block (void **state)
{
    script_t *self = *state;
    static butler_verdict_t given [256];
    for (uint32_t number = 0; number < 256; number++) {
        script_request (self, 0, number, "service-00", 3600000);
        given [number] = self->verdict;
    }
    for (uint32_t number = 0; number < 20000; number++) {
        if (number == 1000) {
            self->counter = &count_malloc;
            self->counted = 0;
        }
        script_request (self, number % 10, 1000 + number, "service-00", 3600000);
        assert_int_equal (script_reply_to (self, &given [number % 256]), BUTLER_VERDICT_FORWARD);
        assert_true (script_next (self));
        given [number % 256] = self->verdict;
    }
    assert_int_equal (self->counted, 20000 - 1000);
}

#define COST_TEST(test) cmocka_unit_test_setup_teardown (test, s_setup, s_teardown)

int
main (void)
{
    if (!count_malloc_works ()) {
        puts ("1..0 # SKIP sanitizers and valgrind have allocators of their own");
        return 0;
    }
    const struct CMUnitTest tests [] = {
        COST_TEST (worker_takes_400_bytes_at_most),
        COST_TEST (request_that_waits_takes_its_frames_and_150_bytes_at_most),
        COST_TEST (held_bytes_are_what_it_costs),
        COST_TEST (name_that_nobody_serves_costs_nothing),
        COST_TEST (all_comes_back_but_slabs_and_tables),
        COST_TEST (workers_and_services_leave_nothing),
        COST_TEST (request_and_reply_allocate_nothing_once_warm),
        COST_TEST (nor_do_they_with_many_clients_and_workers),
        COST_TEST (request_that_waits_allocates_one_block),
    };
    return cmocka_run_group_tests_name ("broker costs", tests, NULL, NULL);
}
