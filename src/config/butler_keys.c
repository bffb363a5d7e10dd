/*  butler_keys.c - the configuration's keys: one table says all about each
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_keys.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config/butler_config.h"
#include "config/butler_endpoint.h"

#define DAY  INT64_C (86400000)             //  ms
#define TERA (INT64_C (1) << 40)

#define IN(type, field) \
    .offset = offsetof (type, field), .size = sizeof (((type *) NULL)->field)
#define IN_CONFIG(field)    IN (butler_config_t, field)
#define IN_SETTINGS(field)  IN (butler_config_t, settings.field)
#define IN_SERVICE(field)   .service = true, IN (butler_service_settings_t, field)

#define AT_START "is read when butlerd starts; set it in its file and start it again"
#define BY_BIND  "can't be set in a router that runs; send it BIND or UNBIND"

//  A section's keys stand together
const butler_key_t butler_keys [] = {
    { "server/drain", BUTLER_KEY_INTEGER, 0, DAY, NULL, "5000", "ms",
      "to finish what runs when told to stop", NULL, IN_CONFIG (drain) },
    { "server/io_threads", BUTLER_KEY_INTEGER, 1, 64, NULL, "1", NULL,
      "threads that move bytes between the router and the network", AT_START, IN_CONFIG (io_threads) },
    { "server/workdir", BUTLER_KEY_STRING, 1, 1023, NULL, ".", NULL,
      "folder to run in; the names in ipc:// endpoints are relative to it", AT_START, IN_CONFIG (workdir) },

    { "log/level", BUTLER_KEY_CHOICE, 0, 0, "error, warning, info, debug", "info", NULL,
      "how much is logged", NULL, IN_CONFIG (log_level) },

    { "frontend/bind", BUTLER_KEY_ENDPOINTS, 0, 0, NULL, NULL, NULL,
      "where clients connect; again for each further endpoint", BY_BIND, IN_CONFIG (frontend),
      .mark = offsetof (butler_config_t, frontend_count) },

    { "backend/bind", BUTLER_KEY_ENDPOINTS, 0, 0, NULL, NULL, NULL,
      "where workers connect; again for each further endpoint", BY_BIND, IN_CONFIG (backend),
      .mark = offsetof (butler_config_t, backend_count) },
    { "backend/relay", BUTLER_KEY_BOOLEAN, 0, 1, NULL, "0", NULL,
      "any peer on the backend may have a heartbeat or reconnect passed on to a worker", NULL,
      IN_SETTINGS (relay) },

    { "router/heartbeat", BUTLER_KEY_INTEGER, 10, 3600000, NULL, "1000", "ms",
      "after so long without a message to a worker, it is sent a heartbeat", NULL, IN_SETTINGS (heartbeat) },
    { "router/liveness", BUTLER_KEY_INTEGER, 1, 100, NULL, "3", NULL,
      "silent intervals after which a worker is dead", NULL, IN_SETTINGS (liveness) },
    { "router/requests", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "100000", NULL,
      "requests, waiting and running, of all services", NULL, IN_SETTINGS (requests) },
    { "router/bytes", BUTLER_KEY_INTEGER, 0, TERA, NULL, "268435456", "bytes",
      "held for what waits, of all services", NULL, IN_SETTINGS (bytes) },
    { "router/message", BUTLER_KEY_INTEGER, 1024, TERA, NULL, "67108864", "bytes",
      "of one frame of a message; a peer that sends more is disconnected", NULL, IN_SETTINGS (message) },
    { "router/services", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "20000", NULL,
      "services that have workers, or are remembered", NULL, IN_SETTINGS (services) },
    { "router/workers", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "100000", NULL,
      "workers that may be registered", NULL, IN_SETTINGS (workers) },

    { "service/ttl", BUTLER_KEY_INTEGER, 0, 365 * DAY, NULL, "3600000", "ms",
      "that a name is remembered after its last worker", NULL, IN_SERVICE (ttl) },
    { "service/unknown", BUTLER_KEY_CHOICE, 0, 0, "reject, queue", "reject", NULL,
      "what becomes of requests for a service that no worker ever offered", NULL, IN_SERVICE (unknown_queue) },
    { "service/queue", BUTLER_KEY_INTEGER, 0, 10000000, NULL, "10000", NULL,
      "requests that may wait", NULL, IN_SERVICE (queue) },
    { "service/queue_bytes", BUTLER_KEY_INTEGER, 0, TERA, NULL, "67108864", "bytes",
      "that may wait", NULL, IN_SERVICE (queue_bytes) },
    { "service/retry", BUTLER_KEY_INTEGER, 0, 1000, NULL, NULL, NULL,
      "further workers for a request whose worker died; without it, what the worker asks for", NULL, IN_SERVICE (retry),
      .mark = offsetof (butler_service_settings_t, retry_set) },

    { "client/limit", BUTLER_KEY_INTEGER, 1, 10000000, NULL, "1000", NULL,
      "requests of one client, waiting or running", NULL, IN_SETTINGS (client_limit) },
    { "client/max_deadline", BUTLER_KEY_INTEGER, 1, 365 * DAY, NULL, "3600000", "ms",
      "that a request may live; later deadlines are clipped", NULL, IN_SETTINGS (max_deadline) },

    { "worker/capacity", BUTLER_KEY_INTEGER, 1, 1000000, NULL, "1024", NULL,
      "requests that one worker may hold at a time", NULL, IN_SETTINGS (worker_capacity) },
    { "worker/properties", BUTLER_KEY_INTEGER, 2, 1048576, NULL, "16384", "bytes",
      "that a worker may say of itself when it registers", NULL, IN_SETTINGS (worker_properties) },
    { .path = NULL }
};

const butler_key_t *
butler_keys_find (const char *path)
{
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (strcmp (key->path, path) == 0)
            return key;
    return NULL;
}

bool
butler_keys_is_section (const char *path, size_t size)
{
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (strncmp (key->path, path, size) == 0 && key->path [size] == '/')
            return true;
    return false;
}

static void
s_append (char **list, const char *name, size_t size)
{
    char *longer = NULL;
    const int rc = asprintf (&longer, "%s%s%.*s", *list? *list: "", *list? ", ": "", (int) size, name);
    assert (rc >= 0);
    (void) rc;
    free (*list);
    *list = longer;
}

char *
butler_keys_list (const char *section, size_t size)
{
    char *list = NULL;
    const char *last = NULL;
    for (const butler_key_t *key = butler_keys; key->path; key++) {
        const size_t length = strcspn (key->path, "/");
        const bool within = length == size && strncmp (key->path, section, size) == 0;
        if (within)
            s_append (&list, key->path + size + 1, strlen (key->path + size + 1));
        else
        if (size == 0 && (!last || strncmp (last, key->path, length + 1)))
            s_append (&list, key->path, length);
        last = key->path;
    }
    return list;
}

static char *
s_fault (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

static char *
s_fault (const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start (arguments, format);
    const int rc = vasprintf (&text, format, arguments);
    va_end (arguments);
    assert (rc >= 0);
    (void) rc;
    return text;
}

static char *
s_parse_integer (const butler_key_t *key, const char *value, int64_t *number)
{
    const char *space = key->unit? " ": "", *unit = key->unit? key->unit: "";
    const size_t digits = strspn (value + (*value == '-'), "0123456789");
    if (digits == 0 || value [(*value == '-') + digits])
        return s_fault ("'%s' is no integer; it takes %lld to %lld%s%s", value,
                        (long long) key->least, (long long) key->most, space, unit);
    if (digits < 18)                //  so that it can't overflow
        *number = strtoll (value, NULL, 10);
    if (digits >= 18 || *number < key->least || *number > key->most)
        return s_fault ("'%s' is out of range, %lld to %lld%s%s", value,
                        (long long) key->least, (long long) key->most, space, unit);
    return NULL;
}

static char *
s_parse_choice (const butler_key_t *key, const char *value, int64_t *number)
{
    const size_t length = strlen (value);
    int64_t place = 0;
    for (const char *word = key->choices; *word; place++) {
        const size_t size = strcspn (word, ",");
        if (size == length && memcmp (word, value, size) == 0) {
            *number = place;
            return NULL;
        }
        word += size;
        word += strspn (word, ", ");
    }
    return s_fault ("'%s' is none of: %s", value, key->choices);
}

static char *
s_parse_string (const butler_key_t *key, const char *value)
{
    const int64_t size = (int64_t) strlen (value);
    if (size >= key->least && size <= key->most)
        return NULL;
    return s_fault ("a text of %lld bytes; it takes %lld to %lld", (long long) size,
                    (long long) key->least, (long long) key->most);
}

char *
butler_key_parse (const butler_key_t *key, const char *value, int64_t *number)
{
    const char *fault;
    switch (key->type) {
        case BUTLER_KEY_INTEGER:
            return s_parse_integer (key, value, number);
        case BUTLER_KEY_BOOLEAN:
            if (strcmp (value, "0") && strcmp (value, "1"))
                return s_fault ("'%s' is neither 0 nor 1", value);
            *number = *value - '0';
            return NULL;
        case BUTLER_KEY_CHOICE:
            return s_parse_choice (key, value, number);
        case BUTLER_KEY_STRING:
            return s_parse_string (key, value);
        case BUTLER_KEY_ENDPOINTS:
            fault = butler_endpoint_fault (value);
            return fault? s_fault ("'%s' %s", value, fault): NULL;
    }
    return NULL;
}
