/*  guard.h - memory that ends at a page that must not be touched
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef GUARD_H
#define GUARD_H

#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/butler_span.h"

//  One page that may be used between two that fault
typedef struct {
    uint8_t *page;
    size_t size;
} guard_t;

static inline void
guard_init (guard_t *self)
{
    self->size = (size_t) sysconf (_SC_PAGESIZE);
    void *memory = mmap (NULL, 3 * self->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert (memory != MAP_FAILED);
    self->page = (uint8_t *) memory + self->size;
    const int rc = mprotect (self->page, self->size, PROT_READ | PROT_WRITE);
    assert (rc == 0);
    (void) rc;
}

static inline void
guard_fini (guard_t *self)
{
    munmap (self->page - self->size, 3 * self->size);
}

//  The bytes, so that the one behind the last faults, or the one before the first
static inline butler_span_t
guard_lay (guard_t *self, butler_span_t bytes, bool at_end)
{
    assert (bytes.size <= self->size);
    uint8_t *data = at_end? self->page + self->size - bytes.size: self->page;
    if (bytes.size)
        memmove (data, bytes.data, bytes.size);
    return butler_span (data, bytes.size);
}

#endif
