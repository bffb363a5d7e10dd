/*  test_addresses.c - which addresses are in which networks, and what is neither
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "auth/butler_addresses.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

//  Whether the network has the address
static bool
s_has (const char *network, const char *text)
{
    char copy [80], *fault = NULL;
    char *const list [] = { copy };
    butler_addresses_t addresses;
    butler_network_t address;
    strcpy (copy, network);
    if (butler_addresses_init (&addresses, list, 1, &fault))
        fail_msg ("%s", fault);
    assert_int_equal (butler_address_parse (butler_span_string (text), &address), 0);
    const bool has = butler_addresses_have (&addresses, &address);
    butler_addresses_fini (&addresses);
    return has;
}

static void
network_has_what_begins_like_it (void **state)
{
    (void) state;
    assert_true (s_has ("10.0.0.0/8", "10.255.0.1"));
    assert_false (s_has ("10.0.0.0/8", "11.0.0.1"));
    assert_true (s_has ("10.128.0.0/9", "10.128.0.1"));
    assert_false (s_has ("10.128.0.0/9", "10.127.255.255"));
    assert_true (s_has ("192.168.1.7", "192.168.1.7"));
    assert_false (s_has ("192.168.1.7", "192.168.1.6"));
    assert_true (s_has ("192.168.1.6/31", "192.168.1.7"));
    assert_true (s_has ("0.0.0.0/0", "1.2.3.4"));
    assert_true (s_has ("::1", "0:0:0:0:0:0:0:1"));
    assert_true (s_has ("fe80::/10", "fe80::1%eth0"));
    assert_true (s_has ("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false (s_has ("2001:db8::/33", "2001:db8:8000::1"));
    assert_true (s_has ("::/0", "2001:db8::1"));
}

static void
families_are_apart_but_for_addresses_that_are_mapped (void **state)
{
    (void) state;
    assert_true (s_has ("10.0.0.0/8", "::ffff:10.1.2.3"));
    assert_false (s_has ("10.0.0.0/8", "::ffff:11.1.2.3"));
    assert_true (s_has ("::ffff:10.0.0.0/104", "10.1.2.3"));
    assert_true (s_has ("::ffff:0:0/96", "10.1.2.3"));
    assert_false (s_has ("::/0", "10.1.2.3"));
    assert_false (s_has ("::/0", "::ffff:10.1.2.3"));
    assert_false (s_has ("0.0.0.0/0", "::1"));
}

static void
what_is_no_network_is_refused (void **state)
{
    (void) state;
    static const char *const wrong [] = {
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/0x8", "10.0.0",
        "10.0.0.256", "::1/129", ":::", "localhost", "fe80::1%eth0", "10.0.0.1/8", "fe80::1/10", "*", "10.0.0.0/99999999999",
        "1111111111111111111111111111111111111111111111111111111111111111111111111111"
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        char good [] = "10.0.0.0/8", bad [80], *fault = NULL;
        char *const list [] = { good, bad };
        butler_addresses_t addresses;
        strcpy (bad, wrong [index]);
        assert_int_equal (butler_addresses_init (&addresses, list, 2, &fault), -1);
        assert_non_null (strstr (fault, bad));
        free (fault);
    }
}

static void
network_with_more_behind_it_names_the_remedy (void **state)
{
    (void) state;
    char text [] = "10.1.2.3/9", *fault = NULL;
    char *const list [] = { text };
    butler_addresses_t addresses;
    assert_int_equal (butler_addresses_init (&addresses, list, 1, &fault), -1);
    assert_string_equal (fault, "'10.1.2.3/9' has bits behind its network; write 10.0.0.0/9, or the address alone");
    free (fault);
}

static void
peers_address_may_be_anything (void **state)
{
    (void) state;
    butler_network_t address;
    static const char *const wrong [] = { "", "localhost:0:0:1", "10.0.0.1/8", "%", "nonsense" };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++)
        assert_int_equal (butler_address_parse (butler_span_string (wrong [index]), &address), -1);
    assert_int_equal (butler_address_parse (butler_span ("10.0.0.1\0x", 10), &address), -1);
    assert_int_equal (butler_address_parse (butler_span (NULL, 0), &address), -1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (network_has_what_begins_like_it),
        cmocka_unit_test (families_are_apart_but_for_addresses_that_are_mapped),
        cmocka_unit_test (what_is_no_network_is_refused),
        cmocka_unit_test (network_with_more_behind_it_names_the_remedy),
        cmocka_unit_test (peers_address_may_be_anything)
    };
    return cmocka_run_group_tests_name ("addresses", tests, NULL, NULL);
}
