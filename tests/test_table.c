/*  test_table.c - numbers by hash: found while they are there, whatever came and went
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "broker/butler_pool.h"

static bool
s_has (const butler_table_t *table, uint32_t hash, uint32_t number)
{
    uint32_t at = hash, found;
    while ((found = butler_table_find (table, hash, &at)) != BUTLER_TABLE_NONE)
        if (found == number)
            return true;
    return false;
}

static void
empty_table_has_nothing (void **state)
{
    (void) state;
    butler_table_t table;
    butler_table_init (&table);
    uint32_t at = 0;
    assert_int_equal (butler_table_find (&table, 0, &at), BUTLER_TABLE_NONE);
    butler_table_fini (&table);
}

static void
all_numbers_of_one_hash_are_found (void **state)
{
    (void) state;
    butler_table_t table;
    butler_table_init (&table);
    const uint32_t hash = UINT32_MAX;       //  the last slot: the others stand in the first ones
    for (uint32_t number = 0; number < 20; number++)
        butler_table_add (&table, hash, number);
    butler_table_add (&table, 0, 100);
    for (uint32_t number = 0; number < 20; number++)
        assert_true (s_has (&table, hash, number));
    for (uint32_t number = 0; number < 20; number += 2)
        butler_table_remove (&table, hash, number);
    for (uint32_t number = 0; number < 20; number++)
        assert_int_equal (s_has (&table, hash, number), number % 2);
    assert_true (s_has (&table, 0, 100));
    assert_int_equal (table.count, 11);
    butler_table_fini (&table);
}

static void
table_grows_and_keeps_all (void **state)
{
    (void) state;
    butler_table_t table;
    butler_table_init (&table);
    for (uint32_t number = 0; number < 100000; number++)
        butler_table_add (&table, number * 2654435761u, number);
    for (uint32_t number = 0; number < 100000; number++)
        assert_true (s_has (&table, number * 2654435761u, number));
    const uint32_t mask = table.mask;
    assert_in_range (mask + 1, 100000 * 4 / 3, 100000 * 8 / 3);
    for (uint32_t number = 0; number < 100000; number++)
        butler_table_remove (&table, number * 2654435761u, number);
    assert_int_equal (table.count, 0);
    assert_int_equal (table.mask, mask);
    for (uint32_t at = 0; at <= mask; at++)
        assert_int_equal (table.slot [at].mark, 0);
    butler_table_fini (&table);
}

//  Few hashes, so that there are long runs, and runs across the end
static void
any_order_of_adds_and_removes_keeps_the_promise (void **state)
{
    (void) state;
    enum { NUMBERS = 300, STEPS = 100000 };
    bool there [NUMBERS] = { false };
    uint32_t hash [NUMBERS];
    butler_table_t table;
    butler_table_init (&table);
    srand (7);
    for (uint32_t number = 0; number < NUMBERS; number++)
        hash [number] = (uint32_t) rand () % 40 * 13 + UINT32_MAX - 260;
    uint32_t count = 0;
    for (int step = 0; step < STEPS; step++) {
        const uint32_t number = (uint32_t) rand () % NUMBERS;
        if (there [number])
            butler_table_remove (&table, hash [number], number);
        else
            butler_table_add (&table, hash [number], number);
        there [number] = !there [number];
        count += there [number]? 1: UINT32_MAX;
        assert_int_equal (table.count, count);
        const uint32_t other = (uint32_t) rand () % NUMBERS;
        assert_int_equal (s_has (&table, hash [other], other), there [other]);
    }
    for (uint32_t number = 0; number < NUMBERS; number++)
        assert_int_equal (s_has (&table, hash [number], number), there [number]);
    butler_table_fini (&table);
}

static void
entries_of_a_pool_stay_where_they_are_and_are_used_again (void **state)
{
    (void) state;
    enum { COUNT = 3 * BUTLER_POOL_SLAB };
    static uint64_t *entry [COUNT];
    butler_pool_t pool;
    butler_pool_init (&pool, 2 * sizeof (uint64_t));
    for (uint32_t number = 0; number < COUNT; number++) {
        entry [number] = butler_pool_take (&pool);
        assert_int_equal (pool.used, number + 1);
        assert_int_equal (entry [number][0] | entry [number][1], 0);
        entry [number][1] = number;
    }
    for (uint32_t number = 0; number < COUNT; number++)
        assert_ptr_equal (butler_pool_at (&pool, pool.entry_size, number), entry [number]);
    for (uint32_t number = 0; number < COUNT; number++)
        butler_pool_put (&pool, entry [number]);
    assert_int_equal (pool.count, 0);
    for (uint32_t number = COUNT; number-- > 0;) {
        const uint64_t *again = butler_pool_take (&pool);
        assert_ptr_equal (again, entry [number]);
        assert_int_equal (again [1], number);
    }
    assert_int_equal (pool.used, COUNT);
    butler_pool_fini (&pool);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (empty_table_has_nothing),
        cmocka_unit_test (all_numbers_of_one_hash_are_found),
        cmocka_unit_test (table_grows_and_keeps_all),
        cmocka_unit_test (any_order_of_adds_and_removes_keeps_the_promise),
        cmocka_unit_test (entries_of_a_pool_stay_where_they_are_and_are_used_again),
    };
    return cmocka_run_group_tests_name ("table", tests, NULL, NULL);
}
