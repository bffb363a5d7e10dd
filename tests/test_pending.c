/*  test_pending.c - a client's open requests against a plain list of them; their ids
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "peers/butler_backoff.h"
#include "peers/butler_call_id.h"
#include "peers/butler_pending.h"

#define MOST 300

//  The first that is due among those in the list, by looking at each
static butler_call_t *
s_first (butler_call_t **call, size_t count)
{
    butler_call_t *first = NULL;
    for (size_t index = 0; index < count; index++)
        if (!first || call [index]->due < first->due
        || (call [index]->due == first->due && call [index]->number < first->number))
            first = call [index];
    return first;
}

static void
agrees_with_a_plain_list (void **state)
{
    (void) state;
    butler_pending_t pending;
    butler_pending_init (&pending);
    butler_call_t *open [MOST];
    size_t count = 0;
    uint64_t number = 0;
    unsigned dice = 1;                      //  the seed
    for (int step = 0; step < 20000; step++) {
        dice = dice * 1103515245 + 12345;
        const unsigned what = dice >> 16;
        if (count < MOST && what % 5 < 2) {
            number++;
            open [count++] = butler_pending_take (&pending, number, what % 1000);
        }
        else
        if (count && what % 5 == 2) {
            butler_call_t *call = open [what % count];
            butler_pending_delay (&pending, call, call->due + what % 100);
        }
        else
        if (count) {
            const size_t index = what % count;
            butler_call_t *call = open [index];
            open [index] = open [--count];
            butler_pending_close (&pending, call);
            assert_null (butler_pending_find (&pending, call->number));
            butler_pending_put (&pending, call);
        }
        assert_int_equal (pending.size, count);
        assert_ptr_equal (butler_pending_first (&pending), s_first (open, count));
        if (count)
            assert_ptr_equal (butler_pending_find (&pending, open [what % count]->number), open [what % count]);
    }
    assert_null (butler_pending_find (&pending, 0));
    assert_null (butler_pending_find (&pending, number + 1));
    butler_pending_fini (&pending);
}

static void
list_keeps_its_order (void **state)
{
    (void) state;
    butler_call_t call [3];
    butler_call_list_t list = { NULL, NULL };
    for (int index = 0; index < 3; index++)
        butler_call_list_append (&list, &call [index]);
    butler_call_list_remove (&list, &call [1]);
    assert_ptr_equal (list.head, &call [0]);
    assert_ptr_equal (list.head->next, &call [2]);
    butler_call_list_remove (&list, &call [0]);
    butler_call_list_remove (&list, &call [2]);
    assert_null (list.head);
    assert_null (list.tail);
}

static void
ids_are_read_as_they_were_written (void **state)
{
    (void) state;
    const uint64_t numbers [] = { 0, 1, 9, 10, 1234567890, INT64_MAX };
    char text [BUTLER_DIGITS];
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++)
        assert_int_equal (butler_call_id_number (butler_call_id_encode (text, numbers [index])), numbers [index]);
    assert_true (butler_span_equal (butler_call_id_encode (text, 42), butler_span_string ("1.0:42")));
}

static void
other_ids_are_none_of_ours (void **state)
{
    (void) state;
    const char *const others [] = { "", "1.0:", "1.0", "1.1:7", "0.3.0:7", "1.0:7 ", "1.0:-7", "1.0:7x",
                                    "1.0:10000000000000000000" };
    for (size_t index = 0; index < sizeof others / sizeof *others; index++)
        assert_int_equal (butler_call_id_number (butler_span_string (others [index])), UINT64_MAX);
}

static void
pauses_double_up_to_a_limit (void **state)
{
    (void) state;
    const int64_t expected [] = { 0, 1000, 2000, 4000, 8000, 16000, 32000, 32000 };
    for (unsigned failures = 0; failures < 8; failures++)
        for (int count = 0; count < 100; count++)
            assert_in_range (butler_backoff_pause (failures), expected [failures] * 3 / 4,
                             expected [failures] * 5 / 4);
    assert_in_range (butler_backoff_pause (UINT32_MAX), 24000, 40000);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (agrees_with_a_plain_list),
        cmocka_unit_test (list_keeps_its_order),
        cmocka_unit_test (ids_are_read_as_they_were_written),
        cmocka_unit_test (other_ids_are_none_of_ours),
        cmocka_unit_test (pauses_double_up_to_a_limit),
    };
    return cmocka_run_group_tests_name ("pending", tests, NULL, NULL);
}
