/*  fuzz_zpl.c - fuzzing: any text is read as ZPL, or refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include <stdbool.h>
#include "base/butler_zpl.h"

static size_t
s_names (const char *path)
{
    size_t names = 1;
    while ((path = strchr (path, '/'))) {
        names++;
        path++;
    }
    return names;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    char *text = fuzz_string (butler_span (data, size));
    const size_t length = strlen (text);
    butler_zpl_t *item = (butler_zpl_t *) malloc (sizeof *item);
    assert (item);
    butler_zpl_init (item, text);
    unsigned line = 0;
    int rc;
    while ((rc = butler_zpl_next (item)) == 1) {
        assert (item->line > line && *item->path && strlen (item->path) <= length);
        assert (item->depth <= BUTLER_ZPL_DEPTH_MAX && s_names (item->path) >= item->depth);
        assert (!item->value || (item->value >= text && item->value + strlen (item->value) <= text + length));
        line = item->line;
    }
    assert (rc == 0 || *item->fault);
    free (item);
    free (text);
    return 0;
}
