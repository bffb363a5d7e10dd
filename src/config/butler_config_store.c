/*  butler_config_store.c - a path and a value, checked and put in their place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_store.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config/butler_config_worker.h"
#include "config/butler_script.h"

#define SERVICE "service/"
#define SERVICE_NAME_MAX 250        //  bytes

//  ---- values into their places

static char *
s_copy (const char *text)
{
    char *copy = strdup (text);
    assert (copy);
    return copy;
}

static void
s_store_number (void *place, size_t size, int64_t number)
{
    if (size == sizeof (bool))
        *(bool *) place = number != 0;
    else
    if (size == sizeof (int))
        *(int *) place = (int) number;
    else {
        assert (size == sizeof (int64_t));
        *(int64_t *) place = number;
    }
}

//  The socket that the file binds to this endpoint already. The system chooses for a wildcard, each time
//  another one.
static const char *
s_holder (const butler_config_t *self, const char *endpoint)
{
    if (endpoint [strlen (endpoint) - 1] == '*')
        return NULL;
    for (size_t index = 0; index < self->frontend_count; index++)
        if (strcmp (self->frontend [index], endpoint) == 0)
            return "frontend";
    for (size_t index = 0; index < self->backend_count; index++)
        if (strcmp (self->backend [index], endpoint) == 0)
            return "backend";
    return NULL;
}

static char *
s_held (const char *endpoint, const char *holder)
{
    char *fault = NULL;
    const int rc = asprintf (&fault, "'%s' is bound by %s already; name another", endpoint, holder);
    assert (rc >= 0);
    (void) rc;
    return fault;
}

static char *
s_store_endpoint (const butler_key_t *key, char *base, const char *value)
{
    const char *holder = key->type == BUTLER_KEY_ENDPOINTS
        ? s_holder ((const butler_config_t *) (const void *) base, value): NULL;
    if (holder)
        return s_held (value, holder);
    char **endpoints = (char **) (void *) (base + key->offset);
    size_t *count = (size_t *) (void *) (base + key->mark);
    if (*count == BUTLER_CONFIG_ENDPOINTS_MAX)
        return s_copy ("more than 16 endpoints");
    endpoints [(*count)++] = s_copy (value);
    return NULL;
}

static void
s_store_text (const butler_key_t *key, char *base, const char *value)
{
    char **text = (char **) (void *) (base + key->offset);
    free (*text);
    *text = s_copy (value);
}

//  NULL, or a fresh text that says what is wrong with the value; then nothing is stored
static char *
s_store (const butler_key_t *key, void *where, const char *value)
{
    char *base = (char *) where;
    int64_t number = 0;
    char *fault = butler_key_parse (key, value, &number);
    if (!fault && key->type == BUTLER_KEY_SERVICE)
        fault = butler_config_service_fault (value);
    if (fault)
        return fault;
    switch (key->type) {
        case BUTLER_KEY_ENDPOINTS:
        case BUTLER_KEY_PEERS:
            return s_store_endpoint (key, base, value);
        case BUTLER_KEY_METHOD:
            return butler_config_method_add ((butler_config_worker_t *) where, value);
        case BUTLER_KEY_COMMAND:
            return butler_script_do ((butler_config_t *) where, strchr (key->path, '/') + 1, value);
        case BUTLER_KEY_STRING:
        case BUTLER_KEY_SERVICE:
            s_store_text (key, base, value);
            return NULL;
        default:
            s_store_number (base + key->offset, key->size, number);
    }
    if (key->mark)
        *(bool *) (base + key->mark) = true;
    return NULL;
}

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
        return s_copy ("a service's name has 1 to 250 bytes");
    if (strncmp (name, "mmi.", 4) == 0 || strncmp (name, "butler.", 7) == 0)
        return s_copy ("names that begin with mmi. or butler. are reserved");
    if (self->settings.override_count == BUTLER_CONFIG_SERVICES_MAX)
        return s_copy ("more than 4096 services with settings of their own");
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
    return s_store (key, &self->settings.overrides [index].settings, value);
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
s_unknown (const char *path)
{
    char *fault = NULL;
    const size_t size = s_section (path);
    char *list = butler_keys_list (path, size);
    const int rc = size
        ? asprintf (&fault, "there is no such key; %.*s has %s", (int) size, path, list)
        : asprintf (&fault, "there is no such section; there are %s", list);
    assert (rc >= 0);
    (void) rc;
    free (list);
    return fault;
}

//  The key of "service/NAME/KEY", and where NAME stands in it; NULL where it is none
static const butler_key_t *
s_find_service_key (const char *path, const char **name, size_t *size)
{
    const char *slash = strrchr (path, '/');
    if (strncmp (path, SERVICE, strlen (SERVICE)) || slash < path + strlen (SERVICE))
        return NULL;
    *name = path + strlen (SERVICE);
    *size = (size_t) (slash - *name);
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (key->owner == BUTLER_KEY_OF_SERVICE && strcmp (key->path + strlen (SERVICE), slash + 1) == 0)
            return key;
    return NULL;
}

const butler_key_t *
butler_config_key (const char *path)
{
    const char *name;
    size_t size;
    const butler_key_t *key = butler_keys_find (path);
    return key? key: s_find_service_key (path, &name, &size);
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
    }
    return NULL;
}

char *
butler_config_assign (butler_config_t *self, const char *path, const char *value)
{
    const char *name;
    size_t size;
    const butler_key_t *key = butler_keys_find (path);
    if (!key) {
        key = s_find_service_key (path, &name, &size);
        return key? s_store_override (self, key, name, size, value): s_unknown (path);
    }
    void *where = s_owner (self, key);
    if (!where)
        return s_copy (key->owner == BUTLER_KEY_OF_METHOD? "belongs to a method; write method = NAME above it"
                       : "belongs to a section; write butler_worker above it, and indent it");
    char *fault = s_store (key, where, value);
    for (size_t index = 0; where == &self->settings.service && index < self->settings.override_count; index++)
        s_inherit (self, index);
    return fault;
}
