/*  test_histogram.c - tests of butler_histogram
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "base/butler_histogram.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static void
an_empty_one_answers_0 (void **state)
{
    (void) state;
    static const butler_histogram_t histogram;
    assert_int_equal (butler_histogram_at (&histogram, 0.5), 0);
    assert_int_equal (butler_histogram_at (&histogram, 1), 0);
    assert_true (butler_histogram_mean (&histogram) <= 0);
}

static void
small_values_are_exact (void **state)
{
    (void) state;
    static butler_histogram_t histogram;
    for (int64_t value = 1; value <= 100; value++)
        butler_histogram_add (&histogram, value);
    assert_int_equal (butler_histogram_at (&histogram, 0), 1);
    assert_int_equal (butler_histogram_at (&histogram, 0.01), 1);
    assert_int_equal (butler_histogram_at (&histogram, 0.5), 50);
    assert_int_equal (butler_histogram_at (&histogram, 0.99), 99);
    assert_int_equal (butler_histogram_at (&histogram, 1), 100);
    assert_int_equal (histogram.least, 1);
    assert_int_equal (histogram.most, 100);
    assert_true (butler_histogram_mean (&histogram) > 50.49 && butler_histogram_mean (&histogram) < 50.51);
}

//  Each value up to the greatest is told to within 1/64, and never as less than it is
static void
large_values_are_right_to_a_64th (void **state)
{
    (void) state;
    static butler_histogram_t histogram;
    for (int64_t value = 1; value > 0 && value < INT64_MAX / 3; value = value * 3 + 1) {
        histogram = (butler_histogram_t) { .count = 0 };
        butler_histogram_add (&histogram, value);
        butler_histogram_add (&histogram, INT64_MAX);
        const int64_t told = butler_histogram_at (&histogram, 0.5);
        assert_true (told >= value);
        assert_true (told - value <= value / 64);
        assert_int_equal (butler_histogram_at (&histogram, 1), INT64_MAX);
    }
}

static void
what_is_negative_counts_as_0 (void **state)
{
    (void) state;
    static butler_histogram_t histogram;
    butler_histogram_add (&histogram, -5);
    butler_histogram_add (&histogram, INT64_MIN);
    assert_int_equal (histogram.count, 2);
    assert_int_equal (butler_histogram_at (&histogram, 1), 0);
    assert_int_equal (histogram.least, 0);
}

static void
merged_ones_answer_as_one_that_counted_all (void **state)
{
    (void) state;
    static butler_histogram_t one, other, all;
    for (int64_t value = 0; value < 100000; value += 7) {
        butler_histogram_add (value % 2? &one: &other, value);
        butler_histogram_add (&all, value);
    }
    butler_histogram_merge (&one, &other);
    static const butler_histogram_t empty;
    butler_histogram_merge (&one, &empty);
    assert_memory_equal (&one, &all, sizeof all);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_empty_one_answers_0),
        cmocka_unit_test (small_values_are_exact),
        cmocka_unit_test (large_values_are_right_to_a_64th),
        cmocka_unit_test (what_is_negative_counts_as_0),
        cmocka_unit_test (merged_ones_answer_as_one_that_counted_all),
    };
    return cmocka_run_group_tests_name ("histogram", tests, NULL, NULL);
}
