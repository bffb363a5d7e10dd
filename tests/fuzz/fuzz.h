/*  fuzz.h - what the fuzzing targets share: input taken apart, frames made of it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    A target is LLVMFuzzerTestOneInput (): it takes any bytes, and what has to hold is asserted. */

#ifndef FUZZ_H
#define FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include "base/butler_span.h"
#include "wire/butler_frames.h"

//  libFuzzer's own
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize (int *argc, char ***argv);

//  The next byte; 0 where there is none
static inline uint8_t
fuzz_byte (butler_span_t *rest)
{
    if (rest->size == 0)
        return 0;
    const uint8_t byte = *rest->data;
    *rest = butler_span (rest->data + 1, rest->size - 1);
    return byte;
}

//  As many bytes as there are, at most `size`
static inline butler_span_t
fuzz_take (butler_span_t *rest, size_t size)
{
    const butler_span_t taken = butler_span (rest->data, size < rest->size? size: rest->size);
    *rest = butler_span (rest->data + taken.size, rest->size - taken.size);
    return taken;
}

//  Up to a byte of this value, or the end; that byte is taken too
static inline butler_span_t
fuzz_until (butler_span_t *rest, uint8_t end)
{
    const uint8_t *found = rest->size? memchr (rest->data, end, rest->size): NULL;
    const butler_span_t taken = fuzz_take (rest, found? (size_t) (found - rest->data): rest->size);
    fuzz_byte (rest);
    return taken;
}

//  A block of its own, so that one byte too far is seen
static inline uint8_t *
fuzz_block (butler_span_t bytes)
{
    uint8_t *block = (uint8_t *) malloc (bytes.size? bytes.size: 1);
    assert (block);
    if (bytes.size)
        memcpy (block, bytes.data, bytes.size);
    return block;
}

//  The same with a NUL behind it
static inline char *
fuzz_string (butler_span_t bytes)
{
    char *string = (char *) malloc (bytes.size + 1);
    assert (string);
    if (bytes.size)
        memcpy (string, bytes.data, bytes.size);
    string [bytes.size] = 0;
    return string;
}

static inline void
fuzz_free (void *data, void *hint)
{
    (void) hint;
    free (data);
}

//  A frame whose bytes are a block of its own, however few they are
static inline void
fuzz_frame (butler_frames_t *frames, butler_span_t bytes)
{
    zmq_msg_t msg;
    const int rc = zmq_msg_init_data (&msg, fuzz_block (bytes), bytes.size, fuzz_free, NULL);
    assert (rc == 0);
    butler_frames_append_msg (frames, &msg);
    zmq_msg_close (&msg);
}

//  All that is left: frames, each with its length before it, in one byte or, behind 255, in two
static inline void
fuzz_frames (butler_frames_t *frames, butler_span_t rest)
{
    while (rest.size && frames->count < BUTLER_FRAMES_MAX) {
        size_t size = fuzz_byte (&rest);
        if (size == 255) {
            size = (size_t) fuzz_byte (&rest) << 8;
            size += fuzz_byte (&rest);
        }
        fuzz_frame (frames, fuzz_take (&rest, size));
    }
}

#endif
