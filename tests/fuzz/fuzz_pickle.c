/*  fuzz_pickle.c - fuzzing: any pickle is read as text, and what is written is read as it was
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "base/butler_utf8.h"
#include "wire/butler_pickle.h"

//  An exception's name, its message, and any bytes at all, with a NUL between them
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    char *name = NULL, *message = NULL;
    uint8_t *block = fuzz_block (rest);
    if (butler_pickle_read (butler_span (block, size), &name, &message)) {
        assert (*name && strlen (name) <= 255);
        char *clean = butler_utf8_clean (butler_span_string (message));
        assert (strcmp (clean, message) == 0);
        free (clean);
        free (name);
        free (message);
    }
    else
        assert (!name && !message);
    free (block);

    char *class = fuzz_string (fuzz_until (&rest, 0));
    char *text = fuzz_string (fuzz_until (&rest, 0));
    char *pickle = butler_pickle_exception (class, text);
    assert (butler_pickle_read (butler_span_string (pickle), &name, &message));
    char *clean = butler_utf8_clean (butler_span_string (text));
    const bool own = strcmp (name, class) == 0;
    assert (own || strcmp (name, "Exception") == 0);
    const size_t more = strlen (message) - strlen (clean);
    assert (strlen (message) >= strlen (clean) && strcmp (message + more, clean) == 0);
    free (clean);
    free (name);
    free (message);
    free (pickle);
    free (class);
    free (text);
    return 0;
}
