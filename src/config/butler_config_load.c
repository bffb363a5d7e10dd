/*  butler_config_load.c - a configuration from a file, all of it or nothing
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "config/butler_config_store.h"
#include <assert.h>
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "base/butler_zpl.h"
#include "config/butler_config_permission.h"
#include "config/butler_config_security.h"
#include "config/butler_config_worker.h"

#define FILE_MAX 1048576            //  bytes

//  One file being read
typedef struct {
    const char *file;
    butler_config_t *config;        //  what is being made of it
    butler_config_t *told;          //  where an error goes
    zhash_t *lines;                 //  path of each key so far -> its line
    char *bare;                     //  the last item, where it had no value: a section?
    unsigned bare_line;
    unsigned permission_line;       //  the last one that begins permission sections
} load_t;

static int
s_fail_at (load_t *self, unsigned line, const char *path, const char *fault)
{
    return butler_config_fail (self->told, "%s:%u: %s%s%s", self->file, line,
                               path? path: "", path? ": ": "", fault);
}

static int
s_fail_fresh (load_t *self, unsigned line, const char *path, char *fault)
{
    s_fail_at (self, line, path, fault);
    free (fault);
    return -1;
}

static int
s_assign (load_t *self, unsigned line, const char *path, const char *value)
{
    char *fault = butler_config_assign (self->config, path, value);
    if (fault)
        return s_fail_fresh (self, line, path, fault);
    butler_config_workers_note (self->config, line);
    return 0;
}

//  A user's section holds even if nothing stands in it: he may nothing
static int
s_check_bare_user (load_t *self, const char *bare, bool parent)
{
    if (!parent && strchr (bare + strlen (BUTLER_CONFIG_PERMISSION), '/'))
        return s_assign (self, self->bare_line, bare, "");
    char *fault = butler_config_permit (self->config, bare);
    return fault? s_fail_fresh (self, self->bare_line, bare, fault): 0;
}

//  An item without a value is right only where it is a section, or a command that says itself what it
//  misses. A service may have the name of a key: it is a section where another item stands in it.
static int
s_check_bare (load_t *self, const char *next)
{
    char *bare = self->bare;
    if (!bare)
        return 0;
    self->bare = NULL;
    const size_t size = strlen (bare);
    const bool parent = next && strncmp (next, bare, size) == 0 && next [size] == '/';
    const butler_key_t *key = butler_config_key (bare);
    int rc = 0;
    if (key && key->type == BUTLER_KEY_COMMAND)
        rc = s_assign (self, self->bare_line, bare, "");
    else
    if (key && !parent)
        rc = s_fail_at (self, self->bare_line, bare, "has no value; write NAME = VALUE");
    else
    if (strncmp (bare, BUTLER_CONFIG_PERMISSION, strlen (BUTLER_CONFIG_PERMISSION)) == 0)
        rc = s_check_bare_user (self, bare, parent);
    else
    if (!butler_keys_is_section (bare, size) && strncmp (bare, "service/", 8))
        rc = s_assign (self, self->bare_line, bare, "");
    zstr_free (&bare);
    return rc;
}

//  Which of several sections or methods of one name the item stands in
static char *
s_place (const load_t *self, const butler_key_t *key, const char *path)
{
    const size_t workers = self->config->workers;
    const bool of_worker = key->owner >= BUTLER_KEY_OF_WORKER && workers;
    const size_t methods = of_worker && key->owner == BUTLER_KEY_OF_METHOD
        ? self->config->worker [workers - 1].methods: 0;
    return zsys_sprintf ("%s %zu %zu", path, of_worker? workers: 0, methods);
}

static int
s_check_twice (load_t *self, const butler_zpl_t *item)
{
    const butler_key_t *key = butler_config_key (item->path);
    if (!key || key->type >= BUTLER_KEY_ENDPOINTS)
        return 0;
    char *place = s_place (self, key, item->path);
    const uintptr_t before = (uintptr_t) zhash_lookup (self->lines, place);
    if (before == 0)
        zhash_insert (self->lines, place, (void *) (uintptr_t) item->line);
    zstr_free (&place);
    if (before == 0)
        return 0;
    char fault [64];
    snprintf (fault, sizeof fault, "stands in line %u already; remove one of them", (unsigned) before);
    return s_fail_at (self, item->line, item->path, fault);
}

//  A name alone: a section, or a key whose value is missing. Which of them, the next item tells.
static int
s_take_bare (load_t *self, const butler_zpl_t *item)
{
    self->bare = strdup (item->path);
    self->bare_line = item->line;
    assert (self->bare);
    if (strcmp (item->path, "permission") == 0)
        self->permission_line = item->line;
    if (strcmp (item->path, "butler_worker"))
        return 0;
    char *fault = butler_config_worker_add (self->config);
    if (fault)
        return s_fail_fresh (self, item->line, item->path, fault);
    butler_config_workers_note (self->config, item->line);
    return 0;
}

static int
s_take (load_t *self, const butler_zpl_t *item)
{
    if (s_check_bare (self, item->path) == -1)
        return -1;
    if (!item->value)
        return s_take_bare (self, item);
    if (!butler_config_key (item->path) && butler_keys_is_section (item->path, strlen (item->path)))
        return s_fail_at (self, item->line, item->path, "is a section, which has no value of its own");
    if (s_check_twice (self, item) == -1)
        return -1;
    return s_assign (self, item->line, item->path, item->value);
}

static int
s_check_workers (load_t *self)
{
    const char *path = NULL;
    unsigned line = 0;
    char *fault = butler_config_workers_fault (self->config, &path, &line);
    return fault? s_fail_fresh (self, line, path, fault): 0;
}

//  Whoever writes it alone might think that it denies all
static int
s_check_permissions (load_t *self)
{
    if (!self->permission_line || self->config->settings.permissions.grants)
        return 0;
    return s_fail_at (self, self->permission_line, "permission",
                      "names no user; write NAME below it, and below that what he may, or remove it");
}

static int
s_check_security (load_t *self)
{
    const char *path;
    butler_config_security_resolve (self->config);
    const char *fault = butler_config_security_fault (self->config, &path);
    if (!fault)
        return 0;
    char *place = s_place (self, butler_config_key (path), path);
    const uintptr_t line = (uintptr_t) zhash_lookup (self->lines, place);
    zstr_free (&place);
    return s_fail_at (self, (unsigned) line, path, fault);
}

//  What no single line has wrong
static int
s_check_whole (load_t *self)
{
    if (s_check_bare (self, NULL) == -1 || s_check_workers (self) == -1)
        return -1;
    return s_check_permissions (self) == -1? -1: s_check_security (self);
}

static int
s_parse (load_t *self, char *text)
{
    butler_zpl_t item;
    butler_zpl_init (&item, text);
    int rc;
    while ((rc = butler_zpl_next (&item)) == 1)
        if (s_take (self, &item) == -1)
            return -1;
    if (rc == -1)
        return s_fail_at (self, item.line, NULL, item.fault);
    return s_check_whole (self);
}

//  The whole text, fresh; or NULL and *fault says why
static char *
s_read (int handle, const char **fault)
{
    struct stat status;
    if (fstat (handle, &status) == 0 && !S_ISREG (status.st_mode))
        *fault = S_ISDIR (status.st_mode)? "is a folder": "is no regular file";
    char *text = (char *) zmalloc (FILE_MAX + 2);
    assert (text);
    size_t size = 0;
    ssize_t some = 1;
    while (!*fault && some > 0 && size <= FILE_MAX) {
        some = read (handle, text + size, FILE_MAX + 1 - size);
        size += some > 0? (size_t) some: 0;
    }
    if (some < 0)
        *fault = strerror (errno);
    else
    if (size > FILE_MAX)
        *fault = "is larger than 1 MiB, which no configuration is";
    else
    if (memchr (text, 0, size))
        *fault = "has a NUL byte; configurations are plain text";
    if (*fault)
        zstr_free (&text);
    return text;
}

//  Takes over all but the error
static void
s_replace (butler_config_t *self, butler_config_t *by)
{
    const butler_config_t old = *self;
    *self = *by;
    *by = old;
}

int
butler_config_load (butler_config_t *self, const char *file)
{
    const int handle = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (handle == -1)
        return butler_config_fail (self, "%s: %s", file, strerror (errno));
    const char *fault = NULL;
    char *text = s_read (handle, &fault);
    close (handle);
    if (!text)
        return butler_config_fail (self, "%s: %s", file, fault);

    load_t load = { .file = file, .config = butler_config_new (), .told = self, .lines = zhash_new () };
    const int rc = s_parse (&load, text);
    if (rc == 0)
        s_replace (self, load.config);
    butler_config_destroy (&load.config);
    zhash_destroy (&load.lines);
    zstr_free (&load.bare);
    zstr_free (&text);
    return rc;
}
