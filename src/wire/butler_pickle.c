/*  butler_pickle.c - an exception written so that Python's pickle.loads makes it again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pickle.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "base/butler_utf8.h"

//  Exceptions that are built into Python 2 and 3 and take one string. Those that end a program
//  when they are raised (SystemExit and its kin) are left out: an error must not stop a client.
//  In order of strcmp.
static const char *const s_builtin [] = {
    "ArithmeticError", "AssertionError", "AttributeError", "BufferError", "BytesWarning",
    "DeprecationWarning", "EOFError", "EnvironmentError", "Exception", "FloatingPointError",
    "FutureWarning", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError",
    "KeyError", "LookupError", "MemoryError", "NameError", "NotImplementedError", "OSError",
    "OverflowError", "PendingDeprecationWarning", "ReferenceError", "RuntimeError",
    "RuntimeWarning", "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "TabError",
    "TypeError", "UnboundLocalError", "UnicodeError", "UnicodeWarning", "UserWarning",
    "ValueError", "Warning", "ZeroDivisionError"
};

static int
s_compare (const void *key, const void *row)
{
    return strcmp ((const char *) key, *(const char *const *) row);
}

static bool
s_is_builtin (const char *name)
{
    return bsearch (name, s_builtin, sizeof s_builtin / sizeof *s_builtin, sizeof *s_builtin,
                    s_compare) != NULL;
}

//  A character as raw-unicode-escape has it; a line of protocol 0 holds printable ASCII alone
static int
s_escape (char *into, uint32_t code)
{
    if (code >= 0x20 && code < 0x7F && code != '\\') {
        *into = (char) code;
        return 1;
    }
    return sprintf (into, code > 0xFFFF? "\\U%08x": "\\u%04x", (unsigned) code);
}

//  A character of n bytes becomes at most 10 bytes where n is 4, else at most 6
static char *
s_escaped (const char *text)
{
    char *clean = butler_utf8_clean (butler_span_string (text));
    butler_span_t rest = butler_span_string (clean);
    char *escaped = (char *) malloc (rest.size * 6 + 1);
    assert (escaped);
    char *into = escaped;
    uint32_t code = 0;
    size_t size;
    while ((size = butler_utf8_next (rest, &code)) > 0) {
        into += s_escape (into, code);
        rest = butler_span (rest.data + size, rest.size - size);
    }
    *into = 0;
    free (clean);
    return escaped;
}

char *
butler_pickle_exception (const char *name, const char *message)
{
    const bool builtin = s_is_builtin (name);
    char *escaped = s_escaped (message);
    char *prefix = s_escaped (builtin? "": name);
    //  global, memo 0; mark, unicode, memo 1; tuple, memo 2; reduce, memo 3; stop
    char *pickle = butler_string_print ("cexceptions\n%s\np0\n(V%s%s%s\np1\ntp2\nRp3\n.",
                                        builtin? name: "Exception", prefix, *prefix? ": ": "", escaped);
    free (prefix);
    free (escaped);
    return pickle;
}
