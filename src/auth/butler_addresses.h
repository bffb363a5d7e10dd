/*  butler_addresses.h - a list of networks, and whether an address is in one of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ADDRESSES_H
#define BUTLER_ADDRESSES_H

#include "base/butler_span.h"

//  An IPv4 address that is mapped into IPv6 ("::ffff:10.0.0.1") is the IPv4 address; otherwise neither family
//  has anything of the other: "::/0" is all of IPv6 alone.
typedef struct {
    uint8_t bytes [16];             //  of IPv4 the first four
    unsigned bits;                  //  how many of them count
    bool v6;
} butler_network_t;

//  Zeroed, it is empty
typedef struct {
    butler_network_t *network;
    size_t count;
} butler_addresses_t;

//  Each is an address or a network in CIDR notation: "192.168.1.7", "10.0.0.0/8", "fe80::/10". 0, or -1, and
//  *fault is a fresh text that names the one that is neither.
int
butler_addresses_init (butler_addresses_t *self, char *const *texts, size_t count, char **fault);

void
butler_addresses_fini (butler_addresses_t *self);

//  An address as libzmq tells it, without a network's size: 0, or -1: it is none
int
butler_address_parse (butler_span_t text, butler_network_t *address);

bool
butler_addresses_have (const butler_addresses_t *self, const butler_network_t *address);

#endif
