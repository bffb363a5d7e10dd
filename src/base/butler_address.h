/*  butler_address.h - addresses of peers, and the networks that they are in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ADDRESS_H
#define BUTLER_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

//  One address, or all that begin with the same bits. What IPv6 has of IPv4 (::ffff:10.0.0.1) is IPv4.
typedef struct {
    int family;                     //  AF_INET or AF_INET6
    uint8_t bytes [16];             //  in network order; 4 of them with AF_INET, and the rest 0
    unsigned bits;                  //  that count: 32 or 128 of a single address
} butler_address_t;

//  "10.0.0.0/8", "192.168.1.7", "2001:db8::/32", "::1". NULL, or what is wrong with it, as the rest of a
//  sentence: "is no address; ..."; then the address is untouched.
const char *
butler_address_parse (butler_address_t *self, const char *text);

//  A peer's address, as the system tells it: "192.168.1.7", "fe80::1%eth0", whose interface does not count.
//  0, or -1 where it is none, as of a peer that came by ipc.
int
butler_address_parse_peer (butler_address_t *self, const char *text);

//  Whether all of the other's addresses are in this one's network
bool
butler_address_has (const butler_address_t *self, const butler_address_t *other);

#endif
