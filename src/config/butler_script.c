/*  butler_script.c - a butler_router section: commands for the router, in order
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_script.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "config/butler_config_store.h"

#define BLANKS " \t"

//  Two words: the first, fresh, and where the second begins. NULL where there are not two.
static char *
s_split (const char *value, const char **second)
{
    const size_t size = strcspn (value, BLANKS);
    *second = value + size + strspn (value + size, BLANKS);
    if (size == 0 || **second == 0)
        return NULL;
    char *first = strndup (value, size);
    assert (first);
    return first;
}

static char *
s_echo (butler_config_t *self, const char *value)
{
    if (*value == 0)
        return butler_string_copy ("it takes a text");
    if (self->echoes == BUTLER_CONFIG_ECHOES_MAX)
        return butler_string_copy ("more than 256 of them");
    self->echo [self->echoes++] = butler_string_copy (value);
    return NULL;
}

//  The key that holds the endpoints of a socket; NULL where there is no such socket
static const char *
s_socket_key (const char *socket)
{
    if (strcmp (socket, "frontend") == 0)
        return "frontend/bind";
    return strcmp (socket, "backend") == 0? "backend/bind": NULL;
}

static char *
s_unbind_from (char **endpoints, size_t *count, const char *endpoint)
{
    for (size_t index = 0; index < *count; index++)
        if (strcmp (endpoints [index], endpoint) == 0) {
            free (endpoints [index]);
            memmove (&endpoints [index], &endpoints [index + 1], (--*count - index) * sizeof *endpoints);
            return NULL;
        }
    return butler_string_copy ("the file binds no such endpoint above");
}

static char *
s_bind (butler_config_t *self, const char *value, bool bind)
{
    const char *endpoint;
    char *socket = s_split (value, &endpoint);
    const char *key = socket? s_socket_key (socket): NULL;
    char *fault = NULL;
    if (!key)
        fault = butler_string_copy ("it takes frontend or backend, and an endpoint");
    else
    if (bind)
        fault = butler_config_assign (self, key, endpoint);
    else
        fault = strcmp (socket, "frontend") == 0
            ? s_unbind_from (self->frontend, &self->frontend_count, endpoint)
            : s_unbind_from (self->backend, &self->backend_count, endpoint);
    free (socket);
    return fault;
}

static char *
s_set (butler_config_t *self, const char *value)
{
    const char *setting;
    char *path = s_split (value, &setting);
    if (!path)
        return butler_string_copy ("it takes a key's path and its value: router/heartbeat 500");
    char *fault = NULL;
    if (butler_config_set (self, path, setting) == -1) {
        fault = self->error;
        self->error = NULL;
    }
    free (path);
    return fault;
}

char *
butler_script_do (butler_config_t *self, const char *command, const char *value)
{
    if (strcmp (command, "echo") == 0)
        return s_echo (self, value);
    if (strcmp (command, "set") == 0)
        return s_set (self, value);
    if (strcmp (command, "verbose") == 0)
        return *value && strcmp (value, "1")? butler_string_copy ("it takes no value, or 1")
            : butler_config_assign (self, "log/level", "debug");
    return s_bind (self, value, strcmp (command, "bind") == 0);
}
