/*  butler_text.h - bytes that are put together piece by piece
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_TEXT_H
#define BUTLER_TEXT_H

#include <stddef.h>
#include <zmq.h>

//  In `local` while it is short, which is nearly always, then on the heap
typedef struct {
    char *data;
    size_t size, limit;
    char local [1024];
} butler_text_t;

void
butler_text_init (butler_text_t *self);

//  Gives up what was put together; not after one of the two that finish
void
butler_text_fini (butler_text_t *self);

//  Returns 0; jansson calls it so
int
butler_text_append (const char *bytes, size_t size, void *self);

//  A fresh block of the bytes, with a NUL behind them
char *
butler_text_finish (butler_text_t *self, size_t *size);

//  The bytes as a message, which is initialised here
void
butler_text_finish_msg (butler_text_t *self, zmq_msg_t *msg);

#endif
