/*  butler_text.c - bytes that are put together piece by piece
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_text.h"
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void
butler_text_init (butler_text_t *self)
{
    self->data = self->local;
    self->size = 0;
    self->limit = sizeof self->local;
}

void
butler_text_fini (butler_text_t *self)
{
    if (self->data != self->local)
        free (self->data);
}

static void
s_grow (butler_text_t *self, size_t needed)
{
    while (self->limit < needed)
        self->limit *= 2;
    const bool local = self->data == self->local;
    self->data = (char *) realloc (local? NULL: self->data, self->limit);
    assert (self->data);
    if (local)
        memcpy (self->data, self->local, self->size);
}

int
butler_text_append (const char *bytes, size_t size, void *self_arg)
{
    butler_text_t *self = (butler_text_t *) self_arg;
    if (size > self->limit - self->size)
        s_grow (self, self->size + size);
    if (size)
        memcpy (self->data + self->size, bytes, size);
    self->size += size;
    return 0;
}

char *
butler_text_finish (butler_text_t *self, size_t *size)
{
    butler_text_append ("", 1, self);
    *size = self->size - 1;
    if (self->data != self->local)
        return self->data;
    char *fresh = (char *) malloc (self->size);
    assert (fresh);
    memcpy (fresh, self->local, self->size);
    return fresh;
}

static void
s_free (void *data, void *hint)
{
    (void) hint;
    free (data);
}

void
butler_text_finish_msg (butler_text_t *self, zmq_msg_t *msg)
{
    const bool local = self->data == self->local;
    const int rc = local? zmq_msg_init_size (msg, self->size)
                        : zmq_msg_init_data (msg, self->data, self->size, s_free, NULL);
    assert (rc == 0);
    (void) rc;
    if (local && self->size)
        memcpy (zmq_msg_data (msg), self->local, self->size);
}
