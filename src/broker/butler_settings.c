/*  butler_settings.c - what the broker obeys; filled by the configuration
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_settings.h"
#include <string.h>

void
butler_settings_init (butler_settings_t *self)
{
    *self = (butler_settings_t) {
        .heartbeat = 1000,
        .liveness = 3,
        .requests = 100000,
        .bytes = 268435456,
        .unread = 268435456,
        .message = 67108864,
        .services = 20000,
        .workers = 100000,
        .client_limit = 1000,
        .max_deadline = 3600000,
        .worker_capacity = 1024,
        .worker_properties = 16384,
        .worker_heartbeat = 60000,
        .service = {
            .ttl = 3600000,
            .queue = 10000,
            .queue_bytes = 67108864,
        },
    };
}

const butler_service_settings_t *
butler_settings_service (const butler_settings_t *self, const void *name, size_t size)
{
    for (size_t index = 0; index < self->override_count; index++) {
        const butler_service_override_t *override = &self->overrides [index];
        if (strlen (override->name) == size && memcmp (override->name, name, size) == 0)
            return &override->settings;
    }
    return &self->service;
}
