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
what_came_during_a_stop_has_aged (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000 };
    assert_int_equal (butler_now_update (&now, 104000, 0, true), 4000);
    assert_int_equal (now.aged, 4000);
    assert_int_equal (butler_now_update (&now, 104010, 0, true), 0);
    assert_int_equal (now.aged, 4000);
}

static void
stops_add_up_until_what_came_was_read (void **state)
{
    (void) state;
    butler_now_t now = { .mono = 100000 };
    butler_now_update (&now, 101300, 0, true);
    assert_int_equal (butler_now_update (&now, 102000, 0, true), 700);
    assert_int_equal (now.aged, 2000);
    now.aged = 0;
    butler_now_update (&now, 102010, 0, true);
    assert_int_equal (now.aged, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (ordinary_ticks_age_nothing),
        cmocka_unit_test (idleness_without_ticks_is_no_stop),
        cmocka_unit_test (what_came_during_a_stop_has_aged),
        cmocka_unit_test (stops_add_up_until_what_came_was_read),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
