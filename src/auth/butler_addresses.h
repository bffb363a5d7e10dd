/*  butler_addresses.h - a list of networks, and whether an address is in one of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ADDRESSES_H
#define BUTLER_ADDRESSES_H

#include <stddef.h>
#include "base/butler_address.h"

//  Zeroed, it is empty
typedef struct {
    butler_address_t *network;
    size_t count;
} butler_addresses_t;

//  0, or -1, and *fault is a fresh text that names the one that is neither an address nor a network
int
butler_addresses_init (butler_addresses_t *self, char *const *texts, size_t count, char **fault);

void
butler_addresses_fini (butler_addresses_t *self);

bool
butler_addresses_have (const butler_addresses_t *self, const butler_address_t *address);

#endif
