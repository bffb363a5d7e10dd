/*  test_properties.c - what a worker says of itself: read, cut to the limits, or refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_properties.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROWS(table) (sizeof (table) / sizeof *(table))

static void
good_properties_are_read (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        uint32_t capacity, threads;
        int32_t retry;
        bool relative;
        bool packed, extra, paced;
    } rows [] = {
        { "{}", 1, 1, 0, false, false, false, false },
        { "{\"capacity\": 8}", 8, 8, 0, false, false, false, false },
        { "{\"capacity\": 8, \"threads\": 2}", 8, 2, 0, false, false, false, false },
        { "{\"capacity\": 2, \"threads\": 8}", 2, 2, 0, false, false, false, false },
        { "{\"capacity\": 8, \"threads\": 0}", 8, 8, 0, false, false, false, false },
        { "{\"threads\": 4}", 1, 1, 0, false, false, false, false },
        { "{\"capacity\": 1000}", 100, 100, 0, false, false, false, false },
        { "{\"capacity\": 2147483647, \"threads\": 2147483647}", 100, 100, 0, false, false, false, false },
        { "{\"retry\": 3}", 1, 1, 3, false, false, false, false },
        { "{\"retry\": 1000}", 1, 1, 1000, false, false, false, false },
        { "{\"deadline\": \"relative\"}", 1, 1, 0, true, false, false, false },
        { "{\"deadline\": \"absolute\"}", 1, 1, 0, false, false, false, false },
        { "{\"deadline\": 7}", 1, 1, 0, false, false, false, false },
        { "{\"packed\": 1}", 1, 1, 0, false, true, false, false },
        { "{\"packed\": 2}", 1, 1, 0, false, true, false, false },
        { "{\"packed\": 0}", 1, 1, 0, false, false, false, false },
        { "{\"paced\": 1}", 1, 1, 0, false, false, false, true },
        { "{\"paced\": 0}", 1, 1, 0, false, false, false, false },
        { "{\"request\": 2}", 1, 1, 0, false, false, true, false },
        { "{\"request\": 3}", 1, 1, 0, false, false, true, false },
        { "{\"request\": 1}", 1, 1, 0, false, false, false, false },
        { "{\"request\": 0}", 1, 1, 0, false, false, false, false },
        { "{\"request\": 2, \"packed\": 1}", 1, 1, 0, false, true, true, false },
        { "{\"api\": \"1.0\", \"methods\": [\"f ()\"], \"colour\": {\"of\": \"choice\"}}", 1, 1, 0, false, false, false, false },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        butler_properties_t properties;
        char fault [200];
        assert_int_equal (butler_properties_parse (
            &properties, butler_span_string (rows [index].text), 100, fault, sizeof fault), 0);
        assert_int_equal (properties.capacity, rows [index].capacity);
        assert_int_equal (properties.threads, rows [index].threads);
        assert_int_equal (properties.retry, rows [index].retry);
        assert_int_equal (properties.relative, rows [index].relative);
        assert_int_equal (properties.packed, rows [index].packed);
        assert_int_equal (properties.extra, rows [index].extra);
        assert_int_equal (properties.paced, rows [index].paced);
    }
}

static void
interval_is_read_where_it_is_told (void **state)
{
    (void) state;
    butler_properties_t properties;
    char fault [200];
    assert_int_equal (butler_properties_parse (
        &properties, butler_span_string ("{\"heartbeat\": 10000}"), 100, fault, sizeof fault), 0);
    assert_int_equal (properties.heartbeat, 10000);
    assert_int_equal (butler_properties_parse (
        &properties, butler_span_string ("{}"), 100, fault, sizeof fault), 0);
    assert_int_equal (properties.heartbeat, 0);
}

static void
properties_are_nested_so_deep_and_no_deeper (void **state)
{
    (void) state;
    for (int depth = 30; depth < 2100; depth += depth < 34? 1: 500) {
        char text [5000], fault [200];
        int size = snprintf (text, sizeof text, "{\"a\": ");
        for (int level = 1; level < depth; level++)
            text [size++] = '[';
        for (int level = 1; level < depth; level++)
            text [size++] = ']';
        text [size++] = '}';
        butler_properties_t properties;
        const int rc = butler_properties_parse (&properties, butler_span (text, (size_t) size), 100, fault, sizeof fault);
        assert_int_equal (rc, depth <= 32? 0: -1);
        if (rc)
            assert_string_equal (fault, "properties are nested deeper than 32");
    }
}

static void
bad_properties_are_refused_with_a_reason (void **state)
{
    (void) state;
    static const struct {
        const char *text, *reason;
    } rows [] = {
        { "rubbish", "no JSON object" },
        { "", "no JSON object" },
        { "[]", "no JSON object" },
        { "7", "no JSON object" },
        { "{\"capacity\": 1", "no JSON object" },
        { "{} {}", "no JSON object" },
        { "{\"capacity\": \"\xff\xfe\"}", "no JSON object" },
        { "{\"capacity\": 0}", "capacity" },
        { "{\"capacity\": -1}", "capacity" },
        { "{\"capacity\": 1.5}", "capacity" },
        { "{\"capacity\": \"8\"}", "capacity" },
        { "{\"capacity\": null}", "capacity" },
        { "{\"capacity\": 2147483648}", "capacity" },
        { "{\"capacity\": 99999999999999999999}", "no JSON object" },
        { "{\"threads\": -1}", "threads" },
        { "{\"threads\": []}", "threads" },
        { "{\"retry\": -1}", "retry" },
        { "{\"retry\": 1001}", "retry" },
        { "{\"retry\": true}", "retry" },
        { "{\"heartbeat\": 9}", "heartbeat" },
        { "{\"heartbeat\": 3600001}", "heartbeat" },
        { "{\"heartbeat\": \"slow\"}", "heartbeat" },
        { "{\"paced\": -1}", "paced" },
        { "{\"paced\": true}", "paced" },
        { "{\"packed\": 1.5}", "packed" },
        { "{\"packed\": -1}", "packed" },
        { "{\"packed\": true}", "packed" },
        { "{\"request\": -1}", "request" },
        { "{\"request\": \"2\"}", "request" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        butler_properties_t properties = { .capacity = 77 };
        char fault [200] = "";
        assert_int_equal (butler_properties_parse (
            &properties, butler_span_string (rows [index].text), 100, fault, sizeof fault), -1);
        assert_non_null (strstr (fault, rows [index].reason));
        assert_int_equal (properties.capacity, 77);
    }
}

static void
nested_beyond_reason_is_refused (void **state)
{
    (void) state;
    enum { DEPTH = 100000 };
    static char text [DEPTH];
    memset (text, '[', DEPTH);
    memcpy (text, "{\"a\":", 5);
    butler_properties_t properties;
    char fault [200];
    assert_int_equal (butler_properties_parse (
        &properties, butler_span (text, DEPTH), 100, fault, sizeof fault), -1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (good_properties_are_read),
        cmocka_unit_test (interval_is_read_where_it_is_told),
        cmocka_unit_test (properties_are_nested_so_deep_and_no_deeper),
        cmocka_unit_test (bad_properties_are_refused_with_a_reason),
        cmocka_unit_test (nested_beyond_reason_is_refused),
    };
    return cmocka_run_group_tests_name ("properties", tests, NULL, NULL);
}
