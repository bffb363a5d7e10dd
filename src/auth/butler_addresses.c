/*  butler_addresses.c - a list of networks, and whether an address is in one of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_addresses.h"
#include <arpa/inet.h>
#include <assert.h>
#include <czmq.h>
#include <stdlib.h>

#define TEXT_MAX 63                 //  no address is as long
#define V4_BITS 32
#define V6_BITS 128
#define MAPPED_BITS 96              //  in front of an IPv4 address that is mapped into IPv6

static const uint8_t s_mapped [12] = { [10] = 0xff, [11] = 0xff };

//  The address alone; all of its bits count
static int
s_parse (const char *text, butler_network_t *network)
{
    butler_network_t read = { .v6 = strchr (text, ':') != NULL };
    if (inet_pton (read.v6? AF_INET6: AF_INET, text, read.bytes) != 1)
        return -1;
    read.bits = read.v6? V6_BITS: V4_BITS;
    *network = read;
    return 0;
}

//  A network of mapped addresses is one of IPv4
static void
s_unmap (butler_network_t *network)
{
    if (!network->v6 || network->bits < MAPPED_BITS || memcmp (network->bytes, s_mapped, sizeof s_mapped))
        return;
    butler_network_t v4 = { .bits = network->bits - MAPPED_BITS };
    memcpy (v4.bytes, network->bytes + sizeof s_mapped, 4);
    *network = v4;
}

//  A link-local address comes with its interface: "fe80::1%eth0"
int
butler_address_parse (butler_span_t text, butler_network_t *address)
{
    char copy [TEXT_MAX + 1] = "";
    if (text.size > TEXT_MAX || (text.size && memchr (text.data, 0, text.size)))
        return -1;
    if (text.size)
        memcpy (copy, text.data, text.size);
    copy [strcspn (copy, "%")] = 0;
    if (s_parse (copy, address))
        return -1;
    s_unmap (address);
    return 0;
}

//  "/8": a number alone, and not more than all bits
static int
s_parse_bits (const char *text, butler_network_t *network)
{
    const size_t digits = strspn (text, "0123456789");
    if (digits == 0 || digits > 3 || text [digits])
        return -1;
    const unsigned bits = (unsigned) atoi (text);
    if (bits > network->bits)
        return -1;
    network->bits = bits;
    return 0;
}

//  Whether the first bits are equal
static bool
s_equal_bits (const uint8_t *a, const uint8_t *b, unsigned bits)
{
    const unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp (a, b, whole))
        return false;
    return rest == 0 || (a [whole] ^ b [whole]) >> (8 - rest) == 0;
}

//  "10.0.0.1/8" names a network and something else besides: it is one or the other
static char *
s_check_rest (const char *text, const butler_network_t *network)
{
    butler_network_t bare = *network;
    const unsigned all = network->v6? V6_BITS: V4_BITS;
    for (unsigned bit = network->bits; bit < all; bit++)
        bare.bytes [bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    if (s_equal_bits (bare.bytes, network->bytes, all))
        return NULL;
    char name [INET6_ADDRSTRLEN];
    inet_ntop (network->v6? AF_INET6: AF_INET, bare.bytes, name, sizeof name);
    return zsys_sprintf ("'%s' has bits behind its network; write %s/%u, or the address alone", text, name,
                         network->bits);
}

//  A fresh text of what is wrong, or NULL
static char *
s_read (const char *text, butler_network_t *network)
{
    char address [TEXT_MAX + 1];
    const size_t size = strcspn (text, "/");
    if (size <= TEXT_MAX) {
        memcpy (address, text, size);
        address [size] = 0;
    }
    if (size > TEXT_MAX || s_parse (address, network)
        || (text [size] && s_parse_bits (text + size + 1, network)))
        return zsys_sprintf ("'%s' is no address or network; write 192.168.1.7, 10.0.0.0/8, ::1 or fe80::/10", text);
    char *fault = s_check_rest (text, network);
    if (!fault)
        s_unmap (network);
    return fault;
}

int
butler_addresses_init (butler_addresses_t *self, char *const *texts, size_t count, char **fault)
{
    butler_addresses_t read = { .count = count };
    if (count) {
        read.network = calloc (count, sizeof *read.network);
        assert (read.network);
    }
    for (size_t index = 0; index < count; index++) {
        char *wrong = s_read (texts [index], &read.network [index]);
        if (wrong) {
            *fault = wrong;
            butler_addresses_fini (&read);
            return -1;
        }
    }
    *self = read;
    return 0;
}

void
butler_addresses_fini (butler_addresses_t *self)
{
    free (self->network);
    *self = (butler_addresses_t) { .count = 0 };
}

bool
butler_addresses_have (const butler_addresses_t *self, const butler_network_t *address)
{
    for (size_t index = 0; index < self->count; index++) {
        const butler_network_t *network = &self->network [index];
        if (network->v6 == address->v6 && s_equal_bits (network->bytes, address->bytes, network->bits))
            return true;
    }
    return false;
}
