/*  fuzz_properties.c - fuzzing: whatever a worker says of itself
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "broker/butler_properties.h"
#include "wire/butler_fields.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    const uint32_t limit = 1 + (uint32_t) fuzz_byte (&rest);
    uint8_t *block = fuzz_block (rest);
    butler_properties_t properties;
    char fault [64] = "";
    if (butler_properties_parse (&properties, butler_span (block, rest.size), limit, fault, sizeof fault) == 0) {
        assert (properties.capacity >= 1 && properties.capacity <= limit);
        assert (properties.threads >= 1 && properties.threads <= properties.capacity);
        assert (properties.retry >= 0 && properties.retry <= 1000);
    }
    else
        assert (*fault && strlen (fault) < sizeof fault);
    free (block);
    char *text = fuzz_string (rest);
    char *worker = butler_properties_worker (text);
    assert (!worker || butler_worker_name_valid (butler_span_string (worker)));
    free (worker);
    free (text);
    return 0;
}
