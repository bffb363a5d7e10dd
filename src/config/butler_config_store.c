/*  butler_config_store.c - a path and a value, checked and put in their place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_store.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "config/butler_config_permission.h"
#include "config/butler_config_value.h"

#define SERVICE "service/"
#define OF_USER "permission/NAME"   //  as the table of keys has a user's section
#define SERVICE_NAME_MAX 250        //  bytes

//  ---- services with settings of their own

static uint64_t
s_bit (const butler_key_t *key)
{
    return UINT64_C (1) << (key - butler_keys);
}

//  What an override does not name itself, it has from the defaults for every service
static void
s_inherit (butler_config_t *self, size_t index)
{
    butler_service_settings_t *to = &self->settings.overrides [index].settings;
    const butler_service_settings_t own = *to, *from = &self->settings.service;
    *to = *from;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        if (key->owner != BUTLER_KEY_OF_SERVICE || !(self->override_keys [index] & s_bit (key)))
            continue;
        memcpy ((char *) to + key->offset, (const char *) &own + key->offset, key->size);
        if (key->mark)
            *(bool *) (void *) ((char *) to + key->mark) = true;
    }
}

static size_t
s_find_override (const butler_config_t *self, const char *name, size_t size)
{
    size_t index = 0;
    for (; index < self->settings.override_count; index++) {
        const char *known = self->settings.overrides [index].name;
        if (strlen (known) == size && memcmp (known, name, size) == 0)
            break;
    }
    return index;
}

static void
s_add_override (butler_config_t *self, const char *name, size_t size)
{
    const size_t count = self->settings.override_count++;
    self->settings.overrides = (butler_service_override_t *)
        realloc (self->settings.overrides, (count + 1) * sizeof *self->settings.overrides);
    self->override_keys = (uint64_t *)
        realloc (self->override_keys, (count + 1) * sizeof *self->override_keys);
    assert (self->settings.overrides && self->override_keys);
    self->settings.overrides [count].name = strndup (name, size);
    assert (self->settings.overrides [count].name);
    self->settings.overrides [count].settings = self->settings.service;
    self->override_keys [count] = 0;
}

static char *
s_name_fault (const butler_config_t *self, const char *name, size_t size)
{
    if (size == 0 || size > SERVICE_NAME_MAX)
        return butler_string_copy ("a service's name has 1 to 250 bytes");
    if (strncmp (name, "mmi.", 4) == 0 || strncmp (name, "butler.", 7) == 0)
        return butler_string_copy ("names that begin with mmi. or butler. are reserved");
    if (self->settings.override_count == BUTLER_CONFIG_SERVICES_MAX)
        return butler_string_copy ("more than 4096 services with settings of their own");
    return NULL;
}

static char *
s_store_override (butler_config_t *self, const butler_key_t *key, const char *name, size_t size,
                  const char *value)
{
    int64_t number;
    const size_t index = s_find_override (self, name, size);
    char *fault = butler_key_parse (key, value, &number);
    if (!fault && index == self->settings.override_count)
        fault = s_name_fault (self, name, size);
    if (fault)
        return fault;
    if (index == self->settings.override_count)
        s_add_override (self, name, size);
    self->override_keys [index] |= s_bit (key);
    return butler_config_value_put (key, &self->settings.overrides [index].settings, value);
}

//  ---- users with permissions

static bool
s_is_of_user (const char *path)
{
    return strncmp (path, BUTLER_CONFIG_PERMISSION, strlen (BUTLER_CONFIG_PERMISSION)) == 0;
}

static char *
s_store_granted (butler_config_t *self, const butler_key_t *key, const char *name, size_t size, const char *value)
{
    char *fault = NULL;
    butler_grant_t *grant = butler_config_grant_require (self, butler_span (name, size), &fault);
    return grant? butler_config_value_put (key, grant, value): fault;
}

char *
butler_config_permit (butler_config_t *self, const char *path)
{
    char *fault = NULL;
    butler_config_grant_require (self, butler_span_string (path + strlen (BUTLER_CONFIG_PERMISSION)), &fault);
    return fault;
}

//  ---- paths

//  How much of a path names a section that there is
static size_t
s_section (const char *path)
{
    size_t size = strlen (path);
    do
        while (size && path [--size] != '/')
            continue;
    while (size && !butler_keys_is_section (path, size));
    return size? size: butler_keys_is_section (path, strlen (path))? strlen (path): 0;
}

static char *
s_no_such (const char *section, size_t size, char *list)
{
    char *fault = size? butler_string_print ("there is no such key; %.*s has %s", (int) size, section, list)
        : butler_string_print ("there is no such section; there are %s", list);
    free (list);
    return fault;
}

static char *
s_unknown (const char *path)
{
    const char *slash = s_is_of_user (path)? strchr (path + strlen (BUTLER_CONFIG_PERMISSION), '/'): NULL;
    if (slash)
        return s_no_such (path, (size_t) (slash - path), butler_keys_list (OF_USER, strlen (OF_USER)));
    const size_t size = s_section (path);
    char *list = butler_keys_list (path, size);
    return list? s_no_such (path, size, list)       //  permission alone has users, and no keys
        : butler_string_copy ("belongs to a user; write his name, and below it, indented, what he may");
}

//  The key of "service/NAME/KEY" or "permission/NAME/KEY", and where NAME stands in it; NULL where it is none
static const butler_key_t *
s_find_named (const char *path, const char **name, size_t *size)
{
    const bool of_user = s_is_of_user (path);
    const char *section = of_user? BUTLER_CONFIG_PERMISSION: SERVICE, *slash = strrchr (path, '/');
    if (strncmp (path, section, strlen (section)) || slash < path + strlen (section))
        return NULL;
    *name = path + strlen (section);
    *size = (size_t) (slash - *name);
    const butler_key_owner_t owner = of_user? BUTLER_KEY_OF_GRANT: BUTLER_KEY_OF_SERVICE;
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (key->owner == owner && strcmp (strrchr (key->path, '/'), slash) == 0)
            return key;
    return NULL;
}

//  NAME is untouched where none stands in the path. What the table calls a user may be a user's name.
static const butler_key_t *
s_find (const char *path, const char **name, size_t *size)
{
    const butler_key_t *key = s_is_of_user (path)? NULL: butler_keys_find (path);
    return key? key: s_find_named (path, name, size);
}

const butler_key_t *
butler_config_key (const char *path)
{
    const char *name;
    size_t size;
    return s_find (path, &name, &size);
}

//  What the key is a member of; NULL where there is none yet
static void *
s_owner (butler_config_t *self, const butler_key_t *key)
{
    butler_config_worker_t *worker = self->workers? &self->worker [self->workers - 1]: NULL;
    switch (key->owner) {
        case BUTLER_KEY_OF_CONFIG:
            return self;
        case BUTLER_KEY_OF_SERVICE:
            return &self->settings.service;
        case BUTLER_KEY_OF_WORKER:
            return worker;
        case BUTLER_KEY_OF_METHOD:
            return worker && worker->methods? &worker->method [worker->methods - 1]: NULL;
        case BUTLER_KEY_OF_GRANT:   //  never without a name
            break;
    }
    return NULL;
}

char *
butler_config_assign (butler_config_t *self, const char *path, const char *value)
{
    const char *name = NULL;
    size_t size = 0;
    const butler_key_t *key = s_find (path, &name, &size);
    if (!key)
        return s_unknown (path);
    if (key->owner == BUTLER_KEY_OF_GRANT)
        return s_store_granted (self, key, name, size, value);
    if (name)
        return s_store_override (self, key, name, size, value);
    void *where = s_owner (self, key);
    if (!where)
        return butler_string_copy (key->owner == BUTLER_KEY_OF_METHOD? "belongs to a method; write method = NAME above it"
                       : "belongs to a section; write butler_worker above it, and indent it");
    char *fault = butler_config_value_put (key, where, value);
    for (size_t index = 0; where == &self->settings.service && index < self->settings.override_count; index++)
        s_inherit (self, index);
    return fault;
}
