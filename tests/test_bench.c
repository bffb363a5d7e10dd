/*  test_bench.c - tests of what butler bench plans, remembers, counts and prints
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "programs/butler_bench_flights.h"
#include "programs/butler_bench_plan.h"
#include "programs/butler_bench_report.h"
#include "programs/butler_bench_tally.h"

//  ---- the plan

static void
clients_share_all_requests (void **state)
{
    (void) state;
    for (int clients = 1; clients < 12; clients++)
        for (int requests = 1; requests < 40; requests++) {
            const butler_bench_plan_t plan = { .clients = clients, .requests = requests };
            uint64_t sum = 0;
            for (int client = 0; client < clients; client++)
                sum += butler_bench_plan_share (&plan, client);
            assert_int_equal (sum, requests);
        }
    const butler_bench_plan_t unlimited = { .clients = 3 };
    assert_true (butler_bench_plan_share (&unlimited, 2) == UINT64_MAX);
}

static void
clients_take_turns_at_a_rate (void **state)
{
    (void) state;
    const butler_bench_plan_t plan = { .clients = 4, .rate = 1000 };
    for (int number = 0; number < 100; number++)
        assert_int_equal (butler_bench_plan_due (&plan, number % 4, (uint64_t) number / 4), number * 1000000);
}

//  Whatever is rounded, the count agrees with the times
static void
requests_are_due_before_a_time_or_not (void **state)
{
    (void) state;
    static const int rates [] = { 1, 3, 7, 1000, 33333, 9999991 };
    for (size_t rate = 0; rate < sizeof rates / sizeof *rates; rate++)
        for (int client = 0; client < 3; client++) {
            const butler_bench_plan_t plan = { .clients = 3, .rate = rates [rate] };
            for (uint64_t count = 0; count < 200; count++) {
                const int64_t due = butler_bench_plan_due (&plan, client, count);
                assert_int_equal (butler_bench_plan_due_before (&plan, client, due), count);
                assert_int_equal (butler_bench_plan_due_before (&plan, client, due + 1), count + 1);
            }
            assert_int_equal (butler_bench_plan_due_before (&plan, client, 0), 0);
        }
}

//  ---- flights

static void
flights_are_found_in_any_order (void **state)
{
    (void) state;
    enum { MOST = 50, NUMBERS = 5000 };
    butler_bench_flights_t flights;
    butler_bench_flights_init (&flights, MOST);
    uint64_t open [MOST], next = 1;
    srand (1);
    for (int index = 0; index < MOST; index++, next++)
        butler_bench_flights_put (&flights, open [index] = next, (int64_t) next * 10);
    while (next < NUMBERS) {
        uint64_t *one = &open [rand () % MOST];
        assert_int_equal (butler_bench_flights_take (&flights, *one), *one * 10);
        assert_int_equal (butler_bench_flights_take (&flights, *one), -1);
        next += 1 + (uint64_t) rand () % 60;       //  as other clients' numbers lie between: some share a place
        butler_bench_flights_put (&flights, *one = next, (int64_t) next * 10);
    }
    for (int index = 0; index < MOST; index++)
        assert_int_equal (butler_bench_flights_take (&flights, open [index]), open [index] * 10);
    assert_int_equal (butler_bench_flights_take (&flights, 0), -1);
    butler_bench_flights_fini (&flights);
}

//  ---- the tally

static void
failures_are_counted_by_their_status (void **state)
{
    (void) state;
    static butler_bench_tally_t tally, all;
    assert_true (butler_bench_tally_is_new (&tally, 503));
    butler_bench_tally_fail (&tally, 503, 1, "first");
    assert_false (butler_bench_tally_is_new (&tally, 503));
    butler_bench_tally_fail (&tally, 503, 1, NULL);
    butler_bench_tally_fail (&tally, 0, 1, "silent");
    butler_bench_tally_merge (&all, &tally);
    butler_bench_tally_merge (&all, &tally);
    assert_int_equal (all.failed, 6);
    assert_int_equal (all.errors, 2);
    assert_int_equal (butler_bench_tally_worst (&all)->count, 4);
    assert_string_equal (butler_bench_tally_worst (&all)->first, "first");
    butler_bench_tally_fini (&tally);
    butler_bench_tally_fini (&all);
}

static void
the_last_kind_takes_what_has_no_room (void **state)
{
    (void) state;
    static butler_bench_tally_t tally;
    for (int status = 100; status < 200; status++)
        butler_bench_tally_fail (&tally, status, 1, "");
    assert_int_equal (tally.failed, 100);
    assert_int_equal (tally.errors, BUTLER_BENCH_ERRORS);
    assert_int_equal (tally.error [BUTLER_BENCH_ERRORS - 1].count, 100 - BUTLER_BENCH_ERRORS + 1);
    butler_bench_tally_fini (&tally);
}

//  ---- the report

//  Its lines of the histogram have so many requests in all, and are not wider than this
static void
s_check_rows (const char *text, int width, unsigned long long wanted)
{
    unsigned long long sum = 0, count;
    int rows = 0;
    const char *line = strstr (text, "SHARE\n");
    assert_non_null (line);
    for (line = strchr (line, '\n') + 1; *line; line = strchr (line, '\n') + 1) {
        assert_true (strcspn (line, "\n") <= (size_t) width);
        assert_int_equal (sscanf (line, "%*f %*s %llu", &count), 1);
        sum += count;
        rows++;
    }
    assert_true (rows >= 1 && rows <= 20);
    assert_int_equal (sum, wanted);
}

//  What it prints
static const char *
s_printed (const butler_bench_report_t *report, int width)
{
    static char text [8192];
    FILE *before = stdout, *memory = fmemopen (text, sizeof text, "w");
    assert_non_null (memory);
    stdout = memory;
    butler_bench_report_print (report, width);
    stdout = before;
    fclose (memory);
    return text;
}

static void
rows_of_the_histogram_add_up_and_fit (void **state)
{
    (void) state;
    static const int64_t ranges [] = { 0, 1, 100, 5000, 1000000, INT64_C (3600000000000), INT64_MAX };
    const butler_bench_plan_t plan = { .service = "s", .clients = 1, .in_flight = 1 };
    for (size_t range = 0; range < sizeof ranges / sizeof *ranges; range++)
        for (int width = 40; width <= 120; width += 40) {
            static butler_bench_tally_t tally;
            memset (&tally, 0, sizeof tally);
            for (int index = 0; index <= 1000; index++)
                butler_histogram_add (&tally.latency, (int64_t) ((double) ranges [range] * index / 1001));
            const butler_bench_report_t report = { .plan = &plan, .service = "s", .tally = &tally };
            s_check_rows (s_printed (&report, width), width, 1001);
        }
}

static void
json_is_complete_where_nothing_was_sent (void **state)
{
    (void) state;
    static const butler_bench_tally_t tally;
    const butler_bench_plan_t plan = { .clients = 1, .in_flight = 1 };
    const butler_texts_t endpoints = { NULL, 0 };
    const butler_bench_report_t report = { .plan = &plan, .service = "s", .endpoints = &endpoints, .tally = &tally };
    json_t *all = butler_bench_report_json (&report);
    assert_true (json_is_null (json_object_get (all, "latency_us")));
    assert_int_equal (json_array_size (json_object_get (all, "histogram_us")), 0);
    assert_int_equal (json_integer_value (json_object_get (all, "requests")), 0);
    json_decref (all);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (clients_share_all_requests),
        cmocka_unit_test (clients_take_turns_at_a_rate),
        cmocka_unit_test (requests_are_due_before_a_time_or_not),
        cmocka_unit_test (flights_are_found_in_any_order),
        cmocka_unit_test (failures_are_counted_by_their_status),
        cmocka_unit_test (the_last_kind_takes_what_has_no_room),
        cmocka_unit_test (rows_of_the_histogram_add_up_and_fit),
        cmocka_unit_test (json_is_complete_where_nothing_was_sent),
    };
    return cmocka_run_group_tests_name ("bench", tests, NULL, NULL);
}
