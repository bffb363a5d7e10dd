/*  test_clients.c - clients are remembered while they have requests open, and no longer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_clients.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static butler_client_entry_t *
s_find (const butler_clients_t *self, butler_span_t id)
{
    return butler_clients_find (self, id, butler_clients_hash (self, id));
}

static butler_client_entry_t *
s_add (butler_clients_t *self, butler_span_t id)
{
    return butler_clients_add (self, id, butler_clients_hash (self, id));
}

static int
s_setup (void **state)
{
    static butler_clients_t clients;
    butler_clients_init (&clients, 5);
    *state = &clients;
    return 0;
}

static int
s_teardown (void **state)
{
    butler_clients_fini (*state);
    return 0;
}

static void
client_is_found_by_all_of_its_id (void **state)
{
    butler_clients_t *self = *state;
    const butler_span_t id = butler_span ("\0alice", 6);
    assert_null (s_find (self, id));
    butler_client_entry_t *client = s_add (self, id);
    assert_ptr_equal (s_find (self, id), client);
    assert_true (butler_span_equal (butler_client_entry_id (client), id));
    assert_null (s_find (self, butler_span ("\0alicf", 6)));
}

static void
client_with_requests_open_is_kept (void **state)
{
    butler_clients_t *self = *state;
    const butler_span_t id = butler_span_string ("alice");
    butler_client_entry_t *client = s_add (self, id);
    client->open = 1;
    butler_clients_release (self, client);
    assert_ptr_equal (s_find (self, id), client);
    client->open = 0;
    butler_clients_release (self, client);
    assert_null (s_find (self, id));
}

static void
forgotten_one_is_used_again_clean (void **state)
{
    butler_clients_t *self = *state;
    butler_client_entry_t *client = s_add (self, butler_span_string ("alice"));
    butler_clients_release (self, client);
    butler_client_entry_t *other = s_add (self, butler_span_string ("bob"));
    assert_ptr_equal (other, client);
    assert_int_equal (other->open, 0);
    assert_true (butler_span_equal (butler_client_entry_id (other), butler_span_string ("bob")));
    assert_null (s_find (self, butler_span_string ("alice")));
}

static void
ids_of_any_length_and_bytes_are_told_apart (void **state)
{
    butler_clients_t *self = *state;
    uint8_t id [255] = { 0 };
    for (int round = 0; round < 2; round++) {
        for (size_t size = 1; size <= 255; size++)
            s_add (self, butler_span (id, size))->open = (uint32_t) size;
        assert_int_equal (self->table.count, 255);
        for (size_t size = 1; size <= 255; size++) {
            butler_client_entry_t *client = s_find (self, butler_span (id, size));
            assert_int_equal (client->open, size);
            client->open = 0;
            butler_clients_release (self, client);
        }
        assert_int_equal (self->table.count, 0);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (client_is_found_by_all_of_its_id, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (client_with_requests_open_is_kept, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (forgotten_one_is_used_again_clean, s_setup, s_teardown),
        cmocka_unit_test_setup_teardown (ids_of_any_length_and_bytes_are_told_apart, s_setup, s_teardown),
    };
    return cmocka_run_group_tests_name ("clients", tests, NULL, NULL);
}
