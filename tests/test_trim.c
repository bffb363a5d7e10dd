/*  test_trim.c - when what was freed is given back to the system
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "base/butler_trim.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MUCH 100000000

static void
little_is_never_given_back (void **state)
{
    (void) state;
    butler_trim_t trim = { .most = 0 };
    butler_trim_note (&trim, 1000000);
    assert_false (butler_trim_wanted (&trim, 0));
    assert_false (butler_trim (&trim, 0, 1000));
}

static void
much_is_given_back_once_most_is_gone (void **state)
{
    (void) state;
    butler_trim_t trim = { .most = 0 };
    butler_trim_note (&trim, MUCH);
    butler_trim_note (&trim, MUCH / 2);
    assert_false (butler_trim (&trim, MUCH / 5, 1000));
    assert_true (butler_trim (&trim, MUCH / 10, 1000));
    assert_false (butler_trim (&trim, 0, 9000));        //  what was left is little
    butler_trim_note (&trim, MUCH);
    assert_true (butler_trim (&trim, 0, 9000));
}

static void
it_is_done_once_in_a_while (void **state)
{
    (void) state;
    butler_trim_t trim = { .most = 0 };
    butler_trim_note (&trim, MUCH);
    assert_true (butler_trim (&trim, 0, 1000));
    butler_trim_note (&trim, MUCH);
    assert_true (butler_trim_wanted (&trim, 0));
    assert_false (butler_trim (&trim, 0, 5900));
    assert_true (butler_trim (&trim, 0, 6000));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (little_is_never_given_back),
        cmocka_unit_test (much_is_given_back_once_most_is_gone),
        cmocka_unit_test (it_is_done_once_in_a_while),
    };
    return cmocka_run_group_tests_name ("trim", tests, NULL, NULL);
}
