/*  fuzz_view.c - fuzzing: any frames, received on any of the four sides
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz_codec.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    butler_frames_t frames = { .count = 0 };
    const butler_side_t side = (butler_side_t) (fuzz_byte (&rest) % 4);
    fuzz_frames (&frames, rest);
    fuzz_codec (side, &frames);
    butler_frames_clear (&frames);
    return 0;
}
