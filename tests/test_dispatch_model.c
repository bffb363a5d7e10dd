/*  test_dispatch_model.c - random histories beside the model: all that PROTOCOL.md asks, and nothing else
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    BUTLER_TEST_SEED chooses other histories; BUTLER_TEST_SLOW divides their number, and BUTLER_LONG
    makes it ten times as large. */

#include "broker_drive.h"
#include <stdio.h>
#include <stdlib.h>

enum { HISTORIES = 300, STEPS = 600 };

static unsigned
s_random (void *arg, unsigned below)
{
    uint64_t *state = arg;
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (unsigned) ((*state >> 16) % below);
}

static uint64_t
s_number (const char *name, uint64_t absent)
{
    const char *text = getenv (name);
    const uint64_t number = text && *text? strtoull (text, NULL, 10): 0;
    return number? number: absent;
}

//  The counters of all histories, so that one which says nothing is seen
static void
s_add (butler_counters_t *all, const butler_counters_t *one)
{
#define S_ADD(name) all->name += one->name;
    BUTLER_COUNTERS (S_ADD)
#undef S_ADD
}

static void
s_history (uint64_t seed, butler_counters_t *all)
{
    broker_drive_t drive;
    uint64_t state = seed * UINT64_C (0x9E3779B97F4A7C15) + 1;
    broker_drive_init (&drive, s_random, &state);
    drive.model->seed = seed;
    for (int step = 0; step < STEPS; step++)
        broker_drive_step (&drive);
    s_add (all, &drive.model->broker->dispatch.counters);
    broker_drive_fini (&drive);
}

static void
each_outcome_is_one_that_the_protocol_allows_and_none_is_missing (void **state)
{
    (void) state;
    const uint64_t first = s_number ("BUTLER_TEST_SEED", 20240607);
    const uint64_t times = s_number ("BUTLER_LONG", 0)? 10: 1;
    const uint64_t histories = HISTORIES * times / s_number ("BUTLER_TEST_SLOW", 1);
    butler_counters_t all = { 0 };
    for (uint64_t seed = first; seed < first + histories; seed++)
        s_history (seed, &all);
    //  Everything has happened that can
#define S_SEEN(name) \
    if (strcmp (#name, "waiting") && strcmp (#name, "running") && all.name < histories / 20) \
        fail_msg ("only %llu times: " #name, (unsigned long long) all.name);
    BUTLER_COUNTERS (S_SEEN)
#undef S_SEEN
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_outcome_is_one_that_the_protocol_allows_and_none_is_missing),
    };
    return cmocka_run_group_tests_name ("dispatch: model", tests, NULL, NULL);
}
