/*  test_address.c - which addresses are read, and which networks they are in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "base/butler_address.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>

static butler_address_t
s_network (const char *text)
{
    butler_address_t network;
    const char *fault = butler_address_parse (&network, text);
    if (fault)
        fail_msg ("'%s' %s", text, fault);
    return network;
}

static butler_address_t
s_peer (const char *text)
{
    butler_address_t peer;
    assert_int_equal (butler_address_parse_peer (&peer, text), 0);
    return peer;
}

static void
addresses_and_networks_are_read (void **state)
{
    (void) state;
    static const struct { const char *text; int family; unsigned bits; uint8_t first, last; } right [] = {
        { "10.0.0.0/8", AF_INET, 8, 10, 0 },
        { "192.168.1.7", AF_INET, 32, 192, 0 },
        { "0.0.0.0/0", AF_INET, 0, 0, 0 },
        { "255.255.255.255/32", AF_INET, 32, 255, 0 },
        { "::1", AF_INET6, 128, 0, 1 },
        { "::/0", AF_INET6, 0, 0, 0 },
        { "2001:DB8::/32", AF_INET6, 32, 0x20, 0 },
        { "fe80::/10", AF_INET6, 10, 0xfe, 0 },
        { "::ffff:10.0.0.0/104", AF_INET, 8, 10, 0 },
        { "::ffff:0:0/96", AF_INET, 0, 0, 0 },
        { "1234:1234:1234:1234:1234:1234:255.255.255.255/128", AF_INET6, 128, 0x12, 255 },
    };
    for (size_t index = 0; index < sizeof right / sizeof *right; index++) {
        const butler_address_t network = s_network (right [index].text);
        assert_int_equal (network.family, right [index].family);
        assert_int_equal (network.bits, right [index].bits);
        assert_int_equal (network.bytes [0], right [index].first);
        assert_int_equal (network.bytes [15], right [index].last);
    }
}

static void
what_is_no_address_is_refused_with_what_is_right (void **state)
{
    (void) state;
    static const struct { const char *text, *words; } wrong [] = {
        { "", "is no address; it takes one like 10.0.0.0/8" }, { "/8", "is no address" }, { "10", "is no address" },
        { "10.0.0", "is no address" }, { "10.0.0.0.0", "is no address" }, { "256.0.0.0", "is no address" },
        { "010.0.0.0", "is no address" }, { " 10.0.0.1", "is no address" }, { "10.0.0.1 ", "is no address" },
        { "localhost", "is no address" }, { "*", "is no address" }, { "[::1]", "is no address" },
        { "fe80::1%eth0", "is no address" }, { ":::", "is no address" }, { "10.0.0.1:5555", "is no address" },
        { "1234:1234:1234:1234:1234:1234:255.255.255.2555", "is no address" },
        { "1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234", "is no address" },
        { "10.0.0.0/", "number of bits" }, { "10.0.0.0/33", "/0 to /32" }, { "::/129", "/0 to /128" },
        { "10.0.0.0/-1", "number of bits" }, { "10.0.0.0/08", "number of bits" }, { "10.0.0.0/8/8", "number of bits" },
        { "10.0.0.0/255.0.0.0", "number of bits" }, { "10.0.0.0/4294967304", "number of bits" },
        { "10.0.0.1/8", "it takes 0 behind them" }, { "10.128.0.0/8", "0 behind" }, { "0.0.0.1/0", "0 behind" },
        { "::1/127", "0 behind" }, { "::ffff:10.0.0.1/104", "0 behind" },
    };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        butler_address_t network = { .bits = 77 };
        const char *fault = butler_address_parse (&network, wrong [index].text);
        if (!fault || !strstr (fault, wrong [index].words))
            fail_msg ("'%s' %s", wrong [index].text, fault? fault: "is taken");
        assert_int_equal (network.bits, 77);
    }
}

static void
peers_addresses_are_read_and_nothing_else (void **state)
{
    (void) state;
    assert_int_equal (s_peer ("10.1.2.3").bits, 32);
    assert_int_equal (s_peer ("::ffff:10.1.2.3").family, AF_INET);
    assert_int_equal (s_peer ("fe80::1%eth0").bits, 128);
    static const char *const none [] = { "", "10.0.0.0/8", "localhost:1000:1000:1000", "%eth0", "/tmp/x", "peer" };
    for (size_t index = 0; index < sizeof none / sizeof *none; index++) {
        butler_address_t peer = { .bits = 77 };
        assert_int_equal (butler_address_parse_peer (&peer, none [index]), -1);
        assert_int_equal (peer.bits, 77);
    }
}

static void
network_has_what_begins_with_its_bits (void **state)
{
    (void) state;
    static const struct { const char *network, *peer; bool has; } rows [] = {
        { "10.0.0.0/8", "10.255.0.1", true }, { "10.0.0.0/8", "11.0.0.1", false },
        { "10.0.0.0/8", "::ffff:10.1.2.3", true }, { "::ffff:10.0.0.0/104", "10.1.2.3", true },
        { "192.168.1.7", "192.168.1.7", true }, { "192.168.1.7", "192.168.1.6", false },
        { "172.16.0.0/12", "172.31.255.255", true }, { "172.16.0.0/12", "172.32.0.0", false },
        { "0.0.0.0/0", "203.0.113.9", true }, { "0.0.0.0/0", "::1", false },
        { "::/0", "::1", true }, { "::/0", "127.0.0.1", false }, { "::/0", "::ffff:127.0.0.1", false },
        { "::1", "::1", true }, { "::1", "::2", false }, { "fe80::/10", "fe80::1%eth0", true },
        { "2001:db8::/33", "2001:db8:7fff::1", true }, { "2001:db8::/33", "2001:db8:8000::1", false },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        const butler_address_t network = s_network (rows [index].network), peer = s_peer (rows [index].peer);
        if (butler_address_has (&network, &peer) != rows [index].has)
            fail_msg ("%s and %s", rows [index].network, rows [index].peer);
    }
    const butler_address_t narrow = s_network ("10.1.0.0/16"), wide = s_network ("10.0.0.0/8");
    assert_true (butler_address_has (&wide, &narrow));
    assert_false (butler_address_has (&narrow, &wide));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (addresses_and_networks_are_read),
        cmocka_unit_test (what_is_no_address_is_refused_with_what_is_right),
        cmocka_unit_test (peers_addresses_are_read_and_nothing_else),
        cmocka_unit_test (network_has_what_begins_with_its_bits),
    };
    return cmocka_run_group_tests_name ("address", tests, NULL, NULL);
}
