/*  butler_config_permission.c - permission sections: who may call and who may serve what
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_permission.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "base/butler_user_name.h"
#include "base/butler_utf8.h"

#define PATTERN_MAX 254             //  bytes

//  ---- users

const char *
butler_config_admin_fault (const char *user)
{
    if (strcmp (user, BUTLER_EVERYONE) == 0)
        return "is no user's name; name each admin";
    return butler_user_name_fault (butler_span_string (user));
}

static bool
s_is_of (const butler_grant_t *grant, butler_span_t user)
{
    return butler_span_equal (butler_span_string (grant->user), user);
}

//  The last one most often, as a section's lines stand together
static butler_grant_t *
s_find (const butler_permissions_t *self, butler_span_t user)
{
    for (size_t index = self->grants; index-- > 0;)
        if (s_is_of (&self->grant [index], user))
            return &self->grant [index];
    return NULL;
}

butler_grant_t *
butler_config_grant_require (butler_config_t *self, butler_span_t user, char **fault)
{
    butler_permissions_t *all = &self->settings.permissions;
    butler_grant_t *grant = s_find (all, user);
    if (grant)
        return grant;
    const char *wrong = butler_user_name_fault (user);
    if (wrong || all->grants == BUTLER_CONFIG_USERS_MAX) {
        *fault = wrong? butler_string_print ("'%.*s' %s", (int) user.size, (const char *) user.data, wrong)
            : butler_string_copy ("more than 4096 users with permissions of their own");
        return NULL;
    }
    all->grant = (butler_grant_t *) realloc (all->grant, (all->grants + 1) * sizeof *all->grant);
    assert (all->grant);
    grant = &all->grant [all->grants++];
    *grant = (butler_grant_t) { .user = strndup ((const char *) user.data, user.size) };
    assert (grant->user);
    return grant;
}

//  ---- patterns

const char *
butler_config_pattern_fault (const char *pattern)
{
    const butler_span_t text = butler_span_string (pattern);
    if (text.size == 0 || text.size > PATTERN_MAX || !butler_utf8_is_printable (text))
        return "is no pattern of services' names; it takes 1 to 254 bytes of printable UTF-8, where * is for any bytes";
    if (butler_span_begins (text, "mmi.") || butler_span_begins (text, "butler."))
        return "matches reserved names alone, which begin with mmi. or butler.; permissions are for others";
    return NULL;
}

//  ---- all of them

void
butler_config_grants_swap (butler_config_t *self, butler_config_t *other)
{
    butler_permissions_t *ours = &self->settings.permissions, *theirs = &other->settings.permissions;
    const butler_permissions_t kept = *ours;
    ours->grant = theirs->grant;
    ours->grants = theirs->grants;
    theirs->grant = kept.grant;
    theirs->grants = kept.grants;
}

static void
s_free_list (char **list, size_t count)
{
    butler_string_free (list, count);
    free (list);
}

void
butler_config_permissions_fini (butler_permissions_t *self)
{
    for (size_t index = 0; index < self->grants; index++) {
        butler_grant_t *grant = &self->grant [index];
        for (int what = 0; what < 2; what++) {
            s_free_list (grant->allow [what].pattern, grant->allow [what].count);
            s_free_list (grant->deny [what].pattern, grant->deny [what].count);
        }
        free (grant->user);
    }
    free (self->grant);
    s_free_list (self->admin, self->admins);
}
