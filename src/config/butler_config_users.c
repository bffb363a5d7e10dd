/*  butler_config_users.c - which users a configuration names that nobody can be
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_users.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_user_name.h"

#define NAMED 5                     //  at most, of many

typedef struct {
    FILE *stream;
    size_t count;
} list_t;

static void
s_add (list_t *self, const char *key, const char *user)
{
    if (self->count < NAMED)
        fprintf (self->stream, "%s%s%s", self->count? ", ": "", key, user);
    self->count++;
}

//  All who show that they are somebody
static bool
s_is_anybody (const butler_config_t *self, const char *user)
{
    return strcmp (user, BUTLER_EVERYONE) == 0 && (self->security [0] || self->security [1]);
}

char *
butler_config_unknown_users (const butler_config_t *self, butler_config_known_fn *known, void *arg)
{
    const butler_permissions_t *permissions = &self->settings.permissions;
    char *text = NULL;
    size_t size;
    list_t list = { .stream = open_memstream (&text, &size) };
    assert (list.stream);
    for (size_t index = 0; index < permissions->grants; index++) {
        const char *user = permissions->grant [index].user;
        if (!s_is_anybody (self, user) && !known (arg, user))
            s_add (&list, "permission/", user);
    }
    for (size_t index = 0; index < permissions->admins; index++)
        if (!known (arg, permissions->admin [index]))
            s_add (&list, "auth/admin = ", permissions->admin [index]);
    if (list.count > NAMED)
        fprintf (list.stream, ", and %zu more", list.count - NAMED);
    fclose (list.stream);
    if (list.count)
        return text;
    free (text);
    return NULL;
}
