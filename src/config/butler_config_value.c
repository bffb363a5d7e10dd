/*  butler_config_value.c - a key's value, checked and put in its place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_value.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "config/butler_config_permission.h"
#include "config/butler_config_worker.h"
#include "config/butler_script.h"

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
s_store_endpoint (const butler_key_t *key, char *base, const char *value)
{
    const char *holder = key->type == BUTLER_KEY_ENDPOINTS
        ? s_holder ((const butler_config_t *) (const void *) base, value): NULL;
    if (holder)
        return butler_string_print ("'%s' is bound by %s already; name another", value, holder);
    char **endpoints = (char **) (void *) (base + key->offset);
    size_t *count = (size_t *) (void *) (base + key->mark);
    if (*count == BUTLER_CONFIG_ENDPOINTS_MAX)
        return butler_string_copy ("more than 16 endpoints");
    endpoints [(*count)++] = butler_string_copy (value);
    return NULL;
}

static char *
s_store_listed (const butler_key_t *key, char *base, const char *value)
{
    char ***list = (char ***) (void *) (base + key->offset);
    size_t *count = (size_t *) (void *) (base + key->mark);
    if (*count == (size_t) key->most)
        return butler_string_print ("more than %zu of them", *count);
    *list = (char **) realloc (*list, (*count + 1) * sizeof **list);
    assert (*list);
    (*list) [(*count)++] = butler_string_copy (value);
    return NULL;
}

static void
s_store_text (const butler_key_t *key, char *base, const char *value)
{
    char **text = (char **) (void *) (base + key->offset);
    free (*text);
    *text = butler_string_copy (value);
}

//  NULL, or a fresh text that says what is wrong with a value, and where it is a number of any kind that number
static char *
s_check (const butler_key_t *key, const char *value, int64_t *number)
{
    char *fault = butler_key_parse (key, value, number);
    if (fault)
        return fault;
    if (key->type == BUTLER_KEY_SERVICE)
        return butler_config_service_fault (value);
    const char *wrong = key->type == BUTLER_KEY_USERS? butler_config_admin_fault (value)
        : key->type == BUTLER_KEY_PATTERNS? butler_config_pattern_fault (value): NULL;
    return wrong? butler_string_print ("'%s' %s", value, wrong): NULL;
}

char *
butler_config_value_put (const butler_key_t *key, void *where, const char *value)
{
    char *base = (char *) where;
    int64_t number = 0;
    char *fault = s_check (key, value, &number);
    if (fault)
        return fault;
    switch (key->type) {
        case BUTLER_KEY_ENDPOINTS:
        case BUTLER_KEY_PEERS:
            return s_store_endpoint (key, base, value);
        case BUTLER_KEY_ADDRESSES:
        case BUTLER_KEY_USERS:
        case BUTLER_KEY_PATTERNS:
            return s_store_listed (key, base, value);
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
