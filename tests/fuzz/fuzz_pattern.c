/*  fuzz_pattern.c - fuzzing: which services a pattern covers, beside the C library's fnmatch ()
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include <fnmatch.h>
#include "broker/butler_permissions.h"

//  The same pattern for who knows more signs than `*`
static char *
s_escape (const char *pattern)
{
    char *escaped = (char *) malloc (2 * strlen (pattern) + 1), *next = escaped;
    assert (escaped);
    for (; *pattern; pattern++) {
        if (strchr ("?[\\", *pattern))
            *next++ = '\\';
        *next++ = *pattern;
    }
    *next = 0;
    return escaped;
}

//  A pattern that allows, one that denies, and a name, with a NUL between them
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size < 200? size: 200);     //  fnmatch () takes its time
    char *allow = fuzz_string (fuzz_until (&rest, 0)), *deny = fuzz_string (fuzz_until (&rest, 0));
    char *name = fuzz_string (fuzz_until (&rest, 0));
    char *other_allow = s_escape (allow), *other_deny = s_escape (deny);
    butler_grant_t grant = { .allow = { { &allow, 1 } }, .deny = { { &deny, 1 } } };
    const butler_granted_t granted = { .own = &grant };
    const bool allowed = butler_granted_allow (&granted, BUTLER_MAY_CALL, butler_span_string (name));
    assert (allowed == (fnmatch (other_allow, name, 0) == 0 && fnmatch (other_deny, name, 0) != 0));
    assert (!butler_granted_allow (&granted, BUTLER_MAY_SERVE, butler_span_string (name)));
    free (allow);
    free (deny);
    free (name);
    free (other_allow);
    free (other_deny);
    return 0;
}
