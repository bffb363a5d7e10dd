/*  test_now.c - what time it is, and whether the process has slept
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_now.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
ordinary_ticks_age_nothing (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000, .wall = 5 };
    assert_int_equal (butler_now_update (&now, 100010, 15, true), 0);
    assert_int_equal (butler_now_update (&now, 100510, 515, true), 0);
    assert_int_equal (now.aged, 0);
    assert_int_equal (now.mono, 100510);
    assert_int_equal (now.wall, 515);
}

static void
idleness_without_ticks_is_no_stop (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000 };
    assert_int_equal (butler_now_update (&now, 160000, 0, false), 0);
    assert_int_equal (now.aged, 0);
}

static void
what_comes_soon_after_a_stop_has_aged (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000 };
    assert_int_equal (butler_now_update (&now, 104000, 0, true), 4000);
    assert_int_equal (now.aged, 4000);
    assert_int_equal (butler_now_update (&now, 104010, 0, true), 0);
    assert_int_equal (now.aged, 4000);
}

static void
what_comes_long_after_a_stop_has_not_aged (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000 };
    butler_now_update (&now, 104000, 0, true);
    for (int64_t mono = 104010; mono <= 105010; mono += 10)
        butler_now_update (&now, mono, 0, true);
    assert_int_equal (now.aged, 0);
}

static void
stops_far_apart_do_not_add_up (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000 };
    butler_now_update (&now, 101300, 0, true);
    for (int64_t mono = 101310; mono <= 106000; mono += 10)
        butler_now_update (&now, mono, 0, true);
    assert_int_equal (butler_now_update (&now, 107300, 0, true), 1300);
    assert_int_equal (now.aged, 1300);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (ordinary_ticks_age_nothing),
        cmocka_unit_test (idleness_without_ticks_is_no_stop),
        cmocka_unit_test (what_comes_soon_after_a_stop_has_aged),
        cmocka_unit_test (what_comes_long_after_a_stop_has_not_aged),
        cmocka_unit_test (stops_far_apart_do_not_add_up),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
