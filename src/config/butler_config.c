/*  butler_config.c - the configuration: ZPL text in, checked and typed settings out
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config.h"
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "config/butler_config_permission.h"
#include "config/butler_config_security.h"
#include "config/butler_config_store.h"
#include "config/butler_config_worker.h"

//  What a configuration begins with: workers have none, and endpoints are bound where one is named
static bool
s_has_default (const butler_key_t *key)
{
    return key->fallback && key->type != BUTLER_KEY_ENDPOINTS
        && (key->owner == BUTLER_KEY_OF_CONFIG || key->owner == BUTLER_KEY_OF_SERVICE);
}

static void
s_assign_default (butler_config_t *self, const char *path)
{
    char *fault = butler_config_assign (self, path, butler_config_key (path)->fallback);
    assert (!fault);
    (void) fault;
}

butler_config_t *
butler_config_new (void)
{
    butler_config_t *self = (butler_config_t *) calloc (1, sizeof *self);
    assert (self);
    butler_settings_init (&self->settings);
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (s_has_default (key))
            s_assign_default (self, key->path);
    return self;
}

void
butler_config_destroy (butler_config_t **self_p)
{
    butler_config_t *self = *self_p;
    if (!self)
        return;
    butler_string_free (self->frontend, self->frontend_count);
    butler_string_free (self->backend, self->backend_count);
    for (size_t index = 0; index < self->settings.override_count; index++)
        free (self->settings.overrides [index].name);
    free (self->settings.overrides);
    free (self->override_keys);
    butler_string_free (self->echo, self->echoes);
    butler_config_workers_fini (self);
    free (self->user);
    butler_config_permissions_fini (&self->settings.permissions);
    butler_string_free (self->allow, self->allow_count);
    butler_string_free (self->deny, self->deny_count);
    free (self->allow);
    free (self->deny);
    free (self->certificate);
    free (self->certificates);
    free (self->passwords);
    free (self->workdir);
    free (self->log_to);
    free (self->error);
    free (self);
    *self_p = NULL;
}

int
butler_config_fail (butler_config_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *error = butler_string_vprint (format, arguments);
    va_end (arguments);
    free (self->error);
    self->error = error;
    return -1;
}

static int
s_listen (butler_config_t *self, const char *path, size_t count)
{
    char *fault = count? NULL: butler_config_assign (self, path, butler_config_key (path)->fallback);
    if (!fault)
        return 0;
    butler_config_fail (self, "%s: by default %s", path, fault);
    free (fault);
    return -1;
}

int
butler_config_listen (butler_config_t *self)
{
    const int rc = s_listen (self, "frontend/bind", self->frontend_count);
    return rc? rc: s_listen (self, "backend/bind", self->backend_count);
}

static int
s_set (butler_config_t *self, const char *path, const char *value, bool early)
{
    const butler_key_t *key = butler_config_key (path);
    if (key && key->fixed && !(early && key->early))
        return butler_config_fail (self, "%s: %s", path, key->fixed);
    char *fault = butler_config_assign (self, path, value);
    if (fault) {
        butler_config_fail (self, "%s: %s", path, fault);
        free (fault);
        return -1;
    }
    if (key && key->early)
        butler_config_security_resolve (self);
    return 0;
}

int
butler_config_set (butler_config_t *self, const char *path, const char *value)
{
    return s_set (self, path, value, false);
}

int
butler_config_set_early (butler_config_t *self, const char *path, const char *value)
{
    return s_set (self, path, value, true);
}

int
butler_config_check (butler_config_t *self)
{
    const char *path;
    const char *fault = butler_config_security_fault (self, &path);
    return fault? butler_config_fail (self, "%s: %s", path, fault): 0;
}

static bool
s_same_text (const char *one, const char *other)
{
    return one && other? strcmp (one, other) == 0: one == other;
}

//  True where it had another value
static bool
s_keep (const butler_key_t *key, butler_config_t *self, const butler_config_t *running)
{
    char *ours = (char *) self + key->offset;
    const char *theirs = (const char *) running + key->offset;
    if (key->type == BUTLER_KEY_STRING) {
        char **text = (char **) (void *) ours;
        const char *kept = *(char *const *) (const void *) theirs;
        if (s_same_text (*text, kept))
            return false;
        free (*text);
        *text = kept? strdup (kept): NULL;
        assert (*text || !kept);
        return true;
    }
    if (memcmp (ours, theirs, key->size) == 0)
        return false;
    memcpy (ours, theirs, key->size);
    return true;
}

char *
butler_config_keep (butler_config_t *self, butler_config_t *running)
{
    char *names = NULL;
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (key->restart && s_keep (key, self, running))
            butler_string_list (&names, key->path, strlen (key->path));
    butler_config_security_keep (self, running, &names);
    if (!butler_config_workers_same (self, running)) {
        butler_string_list (&names, "butler_worker", strlen ("butler_worker"));
        butler_config_workers_swap (self, running);
    }
    return names;
}

const char *
butler_config_error (const butler_config_t *self)
{
    return self->error;
}
