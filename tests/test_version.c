/*  test_version.c - the version is one and the same wherever it is said
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "butler_library.h"

static void
numbers_and_string_agree (void **state)
{
    (void) state;
    int major = -1, minor = -1, patch = -1;
    butler_version (&major, &minor, &patch);
    char string [40];
    snprintf (string, sizeof string, "%d.%d.%d", major, minor, patch);
    assert_string_equal (string, BUTLER_VERSION_STRING);
}

static void
any_number_may_be_left_out (void **state)
{
    (void) state;
    int minor = -1;
    butler_version (NULL, &minor, NULL);
    assert_int_equal (minor, BUTLER_VERSION_MINOR);
}

static void
build_and_header_agree (void **state)
{
    (void) state;
    assert_string_equal (PACKAGE_VERSION, BUTLER_VERSION_STRING);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (numbers_and_string_agree),
        cmocka_unit_test (any_number_may_be_left_out),
        cmocka_unit_test (build_and_header_agree),
    };
    return cmocka_run_group_tests_name ("version", tests, NULL, NULL);
}
