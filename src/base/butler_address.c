/*  butler_address.c - addresses of peers, and the networks that they are in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_address.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define MAPPED_BITS 96              //  before the IPv4 address in an IPv6 one
#define MAPPED_SIZE (MAPPED_BITS / 8)

static const uint8_t s_mapped [MAPPED_SIZE] = { [10] = 0xff, [11] = 0xff };

//  The address in the text's first bytes, with all its bits; -1: there is none
static int
s_parse (butler_address_t *self, const char *text, size_t size)
{
    char alone [INET6_ADDRSTRLEN];
    if (size >= sizeof alone)
        return -1;
    memcpy (alone, text, size);
    alone [size] = 0;
    *self = (butler_address_t) { .family = AF_INET, .bits = 32 };
    if (inet_pton (AF_INET, alone, self->bytes) == 1)
        return 0;
    *self = (butler_address_t) { .family = AF_INET6, .bits = 128 };
    return inet_pton (AF_INET6, alone, self->bytes) == 1? 0: -1;
}

//  The number of bits behind a slash; -1: it is none
static int
s_parse_bits (butler_address_t *self, const char *text)
{
    const size_t digits = strspn (text, "0123456789");
    if (digits == 0 || digits > 3 || text [digits] || (digits > 1 && *text == '0'))
        return -1;
    const unsigned bits = (unsigned) atoi (text);
    if (bits > self->bits)
        return -1;
    self->bits = bits;
    return 0;
}

static bool
s_is_zero_behind (const butler_address_t *self)
{
    for (unsigned bit = self->bits; bit < 128; bit++)
        if (self->bytes [bit / 8] & (0x80 >> bit % 8))
            return false;
    return true;
}

//  IPv4 that came as IPv6
static void
s_unmap (butler_address_t *self)
{
    if (self->family != AF_INET6 || self->bits < MAPPED_BITS || memcmp (self->bytes, s_mapped, MAPPED_SIZE))
        return;
    self->family = AF_INET;
    self->bits -= MAPPED_BITS;
    memmove (self->bytes, self->bytes + MAPPED_SIZE, 4);
    memset (self->bytes + 4, 0, sizeof self->bytes - 4);
}

const char *
butler_address_parse (butler_address_t *self, const char *text)
{
    const size_t size = strcspn (text, "/");
    butler_address_t read;
    if (s_parse (&read, text, size) == -1)
        return "is no address; it takes one like 10.0.0.0/8, 192.168.1.7, 2001:db8::/32 or ::1";
    if (text [size] && s_parse_bits (&read, text + size + 1) == -1)
        return "has no right number of bits behind the slash; IPv4 takes /0 to /32, IPv6 /0 to /128";
    if (!s_is_zero_behind (&read))
        return "has more than the bits that count; it takes 0 behind them, as 10.0.0.0/8 has, or no slash for one address alone";
    s_unmap (&read);
    *self = read;
    return NULL;
}

int
butler_address_parse_peer (butler_address_t *self, const char *text)
{
    butler_address_t read;
    if (s_parse (&read, text, strcspn (text, "%")) == -1)
        return -1;
    s_unmap (&read);
    *self = read;
    return 0;
}

bool
butler_address_has (const butler_address_t *self, const butler_address_t *other)
{
    if (self->family != other->family || self->bits > other->bits)
        return false;
    const unsigned whole = self->bits / 8, rest = self->bits % 8;
    return memcmp (self->bytes, other->bytes, whole) == 0
        && (rest == 0 || (self->bytes [whole] ^ other->bytes [whole]) >> (8 - rest) == 0);
}
