/*  butler_addresses.c - a list of networks, and whether an address is in one of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_addresses.h"
#include <assert.h>
#include <czmq.h>
#include <stdlib.h>

int
butler_addresses_init (butler_addresses_t *self, char *const *texts, size_t count, char **fault)
{
    butler_addresses_t read = { .count = count };
    if (count) {
        read.network = calloc (count, sizeof *read.network);
        assert (read.network);
    }
    for (size_t index = 0; index < count; index++) {
        const char *wrong = butler_address_parse (&read.network [index], texts [index]);
        if (wrong) {
            *fault = zsys_sprintf ("'%s' %s", texts [index], wrong);
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
butler_addresses_have (const butler_addresses_t *self, const butler_address_t *address)
{
    for (size_t index = 0; index < self->count; index++)
        if (butler_address_has (&self->network [index], address))
            return true;
    return false;
}
