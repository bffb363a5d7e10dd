/*  test_wheel.c - what is due comes in time: never early, late by a tick at most
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_wheel.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define START 1000003               //  ms; no multiple of a tick
#define TURN (BUTLER_WHEEL_TICK * BUTLER_WHEEL_SLOTS)

static butler_wheel_t *
s_wheel (int64_t now)
{
    butler_wheel_t *wheel = malloc (sizeof *wheel);
    assert_non_null (wheel);
    butler_wheel_init (wheel, now);
    return wheel;
}

//  How many are handed over at this time
static size_t
s_count_due (butler_wheel_t *wheel, int64_t now)
{
    size_t count = 0;
    while (butler_wheel_due (wheel, now))
        count++;
    return count;
}

static void
nothing_is_early_and_nothing_a_tick_late (void **state)
{
    (void) state;
    for (int64_t due = START + 1; due < START + 25; due++) {
        butler_wheel_t *wheel = s_wheel (START);
        butler_timed_t timed = { .kind = 7 };
        butler_wheel_put (wheel, &timed, due);
        int64_t now = START;
        while (!butler_wheel_due (wheel, now))
            now++;
        assert_in_range (now, due, due + BUTLER_WHEEL_TICK - 1);
        assert_null (timed.next);
        assert_int_equal (wheel->count, 0);
        free (wheel);
    }
}

static void
all_that_is_due_comes_in_one_go (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed [30] = { { .kind = 0 } };
    for (int index = 0; index < 30; index++)
        butler_wheel_put (wheel, &timed [index], START + 50 + index);
    assert_int_equal (s_count_due (wheel, START + 40), 0);
    assert_int_equal (s_count_due (wheel, START + 90), 30);
    free (wheel);
}

static void
those_of_a_later_tick_come_in_one_go_after_an_idle_tick (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (1000);
    butler_timed_t timed [3] = { { .kind = 0 } };
    for (int index = 0; index < 3; index++)
        butler_wheel_put (wheel, &timed [index], 1020);
    assert_int_equal (s_count_due (wheel, 1000), 0);
    assert_int_equal (s_count_due (wheel, 1010), 0);
    assert_int_equal (s_count_due (wheel, 1020), 3);
    free (wheel);
}

static void
what_was_due_in_the_past_is_due_at_once (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed = { .kind = 0 };
    assert_int_equal (s_count_due (wheel, START), 0);
    butler_wheel_put (wheel, &timed, START - 5000);
    assert_ptr_equal (butler_wheel_due (wheel, START), &timed);
    free (wheel);
}

//  The one handed over was the last in its slot, and later slots are still to be looked at
static void
what_is_put_in_late_during_a_search_is_due_at_once (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (1000);
    butler_timed_t first = { .kind = 0 }, second = { .kind = 0 };
    butler_wheel_put (wheel, &first, 1010);
    butler_wheel_put (wheel, &second, 1050);
    assert_ptr_equal (butler_wheel_due (wheel, 1200), &first);
    butler_wheel_put (wheel, &first, 1000);
    assert_int_equal (s_count_due (wheel, 1200), 2);
    free (wheel);
}

static void
one_that_is_put_again_is_moved (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed = { .kind = 0 };
    butler_wheel_put (wheel, &timed, START + 100);
    butler_wheel_put (wheel, &timed, START + 300);
    assert_int_equal (wheel->count, 1);
    assert_int_equal (s_count_due (wheel, START + 200), 0);
    butler_wheel_put (wheel, &timed, START + 210);
    assert_int_equal (s_count_due (wheel, START + 220), 1);
    free (wheel);
}

static void
one_that_is_taken_is_never_due (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed [3] = { { .kind = 0 } };
    for (int index = 0; index < 3; index++)
        butler_wheel_put (wheel, &timed [index], START + 100);
    assert_ptr_equal (butler_wheel_due (wheel, START + 110), &timed [0]);
    butler_wheel_take (wheel, &timed [1]);      //  where the search would go on
    butler_wheel_take (wheel, &timed [1]);
    assert_ptr_equal (butler_wheel_due (wheel, START + 110), &timed [2]);
    assert_int_equal (wheel->count, 0);
    assert_null (butler_wheel_due (wheel, START + 2 * TURN));
    free (wheel);
}

static void
what_is_due_after_several_turns_waits_for_its_own (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed = { .kind = 0 };
    const int64_t due = START + 3 * TURN + 17;
    butler_wheel_put (wheel, &timed, due);
    int64_t now = START;
    while (!butler_wheel_due (wheel, now))
        now += BUTLER_WHEEL_TICK;
    assert_in_range (now, due, due + 2 * BUTLER_WHEEL_TICK);
    free (wheel);
}

static void
after_a_pause_of_many_turns_all_comes_once (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed [200] = { { .kind = 0 } };
    for (int index = 0; index < 200; index++)
        butler_wheel_put (wheel, &timed [index], START + index * 977);
    assert_int_equal (s_count_due (wheel, START + 50 * TURN), 200);
    assert_int_equal (s_count_due (wheel, START + 99 * TURN), 0);
    free (wheel);
}

static void
one_that_puts_itself_in_again_comes_once_in_an_interval (void **state)
{
    (void) state;
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed [5] = { { .kind = 0 } };
    for (int index = 0; index < 5; index++)
        butler_wheel_put (wheel, &timed [index], START + 100);
    size_t count = 0;
    for (int64_t now = START; now < START + 10000; now += 7) {
        butler_timed_t *due;
        while ((due = butler_wheel_due (wheel, now))) {
            butler_wheel_put (wheel, due, due->due + 100);
            count++;
        }
    }
    assert_int_equal (count, 5 * 99);
    free (wheel);
}

//  Everything that is put in comes out, in time, whatever else is put in and taken out meanwhile
static void
any_order_of_puts_and_takes_keeps_the_promise (void **state)
{
    (void) state;
    enum { COUNT = 64 };
    butler_wheel_t *wheel = s_wheel (START);
    butler_timed_t timed [COUNT] = { { .kind = 0 } };
    int64_t put_at [COUNT] = { 0 };
    int64_t now = START;
    srand (17);
    for (int step = 0; step < 50000; step++) {
        const int index = rand () % COUNT;
        if (rand () % 4) {
            butler_wheel_put (wheel, &timed [index], now - 50 + rand () % (rand () % 50? 400: 3 * TURN));
            put_at [index] = now;
        }
        else
            butler_wheel_take (wheel, &timed [index]);
        if (rand () % 3 == 0)
            now += rand () % 100? rand () % 30: rand () % (2 * TURN);
        butler_timed_t *due;
        for (int budget = rand () % 8; budget-- && (due = butler_wheel_due (wheel, now));)
            assert_true (due->due <= now);
        if (rand () % 2)
            continue;
        while ((due = butler_wheel_due (wheel, now)))
            assert_true (due->due <= now);
        size_t count = 0;
        for (int each = 0; each < COUNT; each++) {
            if (!timed [each].next)
                continue;
            count++;
            //  What is late when it is put in has its tick from then on
            const int64_t from = timed [each].due > put_at [each]? timed [each].due: put_at [each];
            assert_true (now < from + BUTLER_WHEEL_TICK);
        }
        assert_int_equal (count, wheel->count);
    }
    free (wheel);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (nothing_is_early_and_nothing_a_tick_late),
        cmocka_unit_test (all_that_is_due_comes_in_one_go),
        cmocka_unit_test (those_of_a_later_tick_come_in_one_go_after_an_idle_tick),
        cmocka_unit_test (what_was_due_in_the_past_is_due_at_once),
        cmocka_unit_test (what_is_put_in_late_during_a_search_is_due_at_once),
        cmocka_unit_test (one_that_is_put_again_is_moved),
        cmocka_unit_test (one_that_is_taken_is_never_due),
        cmocka_unit_test (what_is_due_after_several_turns_waits_for_its_own),
        cmocka_unit_test (after_a_pause_of_many_turns_all_comes_once),
        cmocka_unit_test (one_that_puts_itself_in_again_comes_once_in_an_interval),
        cmocka_unit_test (any_order_of_puts_and_takes_keeps_the_promise),
    };
    return cmocka_run_group_tests_name ("wheel", tests, NULL, NULL);
}
