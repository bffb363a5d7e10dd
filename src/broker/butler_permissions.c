/*  butler_permissions.c - who may call and serve which services
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_permissions.h"
#include "base/butler_user_name.h"

//  Where it goes wrong behind a `*`, that one takes a byte more: no earlier one has to be tried again
static bool
s_matches (const char *pattern, butler_span_t name)
{
    const char *behind = NULL;      //  the last `*`
    size_t at = 0, from = 0;
    while (at < name.size) {
        if (*pattern == '*') {
            behind = ++pattern;
            from = at;
        }
        else
        if (*pattern && (uint8_t) *pattern == name.data [at]) {
            pattern++;
            at++;
        }
        else {
            if (!behind)
                return false;
            pattern = behind;
            at = ++from;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static bool
s_any_matches (const butler_patterns_t *patterns, butler_span_t name)
{
    for (size_t index = 0; index < patterns->count; index++)
        if (s_matches (patterns->pattern [index], name))
            return true;
    return false;
}

static bool
s_is (butler_span_t user, const char *name)
{
    return butler_span_equal (user, butler_span_string (name));
}

butler_granted_t
butler_permissions_of (const butler_permissions_t *self, butler_span_t user)
{
    butler_granted_t granted = { NULL, NULL };
    const bool known = !s_is (user, BUTLER_ANONYMOUS);
    for (size_t index = 0; index < self->grants; index++) {
        const butler_grant_t *grant = &self->grant [index];
        if (known && strcmp (grant->user, BUTLER_EVERYONE) == 0)
            granted.shared = grant;
        else
        if (s_is (user, grant->user))
            granted.own = grant;
    }
    return granted;
}

bool
butler_granted_allow (const butler_granted_t *self, butler_may_t what, butler_span_t service)
{
    const butler_grant_t *const grants [2] = { self->own, self->shared };
    bool allowed = false;
    for (int index = 0; index < 2; index++) {
        if (!grants [index])
            continue;
        if (s_any_matches (&grants [index]->deny [what], service))
            return false;
        allowed = allowed || s_any_matches (&grants [index]->allow [what], service);
    }
    return allowed;
}

bool
butler_permissions_admin (const butler_permissions_t *self, butler_span_t user)
{
    if (user.size == 0 || self->grants == 0)
        return true;
    for (size_t index = 0; index < self->admins; index++)
        if (s_is (user, self->admin [index]))
            return true;
    return false;
}
