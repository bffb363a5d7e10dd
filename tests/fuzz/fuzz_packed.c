/*  fuzz_packed.c - fuzzing: the packed envelope, received on any of the four sides
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz_codec.h"
#include "wire/butler_packed.h"

//  The first byte says which side and which of the frames there are; then their bytes
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    butler_frames_t frames = { .count = 0 };
    const uint8_t shape = fuzz_byte (&rest);
    const butler_side_t side = (butler_side_t) (shape % 4);
    if (side == BUTLER_SIDE_FRONTEND || side == BUTLER_SIDE_BACKEND)
        butler_frames_append (&frames, butler_span_string ("peer"));
    const butler_span_t token = fuzz_take (&rest, shape & 4? shape >> 4: 0);
    const butler_span_t body = fuzz_take (&rest, shape & 8? 20: 0);
    uint8_t *packed = (uint8_t *) malloc (rest.size + 3);
    assert (packed);
    memcpy (packed, "\xB5\x7E\x01", 3);
    if (rest.size)
        memcpy (packed + 3, rest.data, rest.size);
    fuzz_frame (&frames, butler_span (packed, rest.size + 3));
    free (packed);
    if (shape & 4)
        fuzz_frame (&frames, token);
    if (shape & 8)
        fuzz_frame (&frames, body);
    fuzz_codec (side, &frames);
    butler_frames_clear (&frames);
    return 0;
}
