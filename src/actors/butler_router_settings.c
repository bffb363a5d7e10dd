/*  butler_router_settings.c - the router goes over to other settings: one by one, or those of a file
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router_parts.h"
#include <errno.h>
#include <stdlib.h>
#include "base/butler_string.h"

//  One socket could take an ipc:// endpoint away from the other. NULL, or EADDRINUSE and which endpoint
//  that would be.
static const char *
s_held (const butler_bindings_t *other, char *const *endpoints, size_t count)
{
    for (size_t index = 0; index < count; index++)
        if (butler_bindings_has (other, endpoints [index])) {
            errno = EADDRINUSE;
            return endpoints [index];
        }
    return NULL;
}

//  What strangers may reach is told
static void
s_warn_of (const butler_router_parts_t *self, const butler_bindings_t *bindings, const char *endpoint)
{
    const bool frontend = bindings->frontend;
    if (butler_entrance_open_to_all (&self->entrance [frontend? 0: 1], self->config, endpoint))
        butler_log (self->log_level, BUTLER_LOG_WARNING, "open", "socket", frontend? "frontend": "backend",
                    "endpoint", endpoint, "reason", frontend
                    ? "whoever reaches it may call; auth/certificate lets in those alone whose keys are known"
                    : "whoever reaches it may serve; auth/certificate lets in those alone whose keys are known", NULL);
}

static void
s_warn_of_all (const butler_router_parts_t *self, const butler_bindings_t *bindings)
{
    json_t *list = butler_bindings_list (bindings), *endpoint;
    size_t index;
    json_array_foreach (list, index, endpoint)
        s_warn_of (self, bindings, json_string_value (endpoint));
    json_decref (list);
}

char *
butler_router_bind (butler_router_parts_t *self, butler_bindings_t *bindings, char *endpoint)
{
    const butler_bindings_t *other = bindings == &self->frontend? &self->backend: &self->frontend;
    const char *name = bindings->frontend? "frontend": "backend";
    char *fault = butler_config_check (self->config)? strdup (butler_config_error (self->config))
        : butler_router_secure (self, self->config);
    if (fault) {
        char *answer = butler_actor_error ("cannot bind %s to %s: %s", name, endpoint, fault);
        zstr_free (&fault);
        return answer;
    }
    const char *bound = s_held (other, &endpoint, 1)? NULL: butler_bindings_bind (bindings, endpoint);
    if (!bound)
        return butler_actor_error ("cannot bind %s to %s: %s", name, endpoint, zmq_strerror (errno));
    s_warn_of (self, bindings, bound);
    return strdup (bound);
}

//  The settings have changed
static void
s_apply (butler_router_parts_t *self)
{
    butler_dispatch_configure (&self->dispatch, &self->config->settings);
    butler_bindings_configure (&self->frontend, &self->config->settings);
    butler_bindings_configure (&self->backend, &self->config->settings);
    butler_router_admit_again (self);
}

//  What sockets that are bound have no room for, and what they have; NULL where all is well
static const char *
s_too_much (const butler_router_parts_t *self, const butler_config_t *config, int64_t *room)
{
    *room = self->frontend.room;
    if (!butler_bindings_suit (&self->frontend, &config->settings))
        return "client/limit";
    *room = self->backend.room;
    return butler_bindings_suit (&self->backend, &config->settings)? NULL: "worker/capacity";
}

//  Back to what there is room for, which is a right value
static void
s_clip (butler_config_t *config, const char *path, int64_t room)
{
    char *value = zsys_sprintf ("%lld", (long long) room);
    butler_config_set (config, path, value);
    zstr_free (&value);
}

char *
butler_router_set (butler_router_parts_t *self, const char *path, const char *value)
{
    const int64_t limit = self->config->settings.client_limit, capacity = self->config->settings.worker_capacity;
    const bool early = !self->frontend.room && !self->backend.room;
    if ((early? butler_config_set_early: butler_config_set) (self->config, path, value) == -1)
        return butler_actor_error ("%s", butler_config_error (self->config));
    int64_t room;
    if (s_too_much (self, self->config, &room)) {
        s_clip (self->config, path, streq (path, "client/limit")? limit: capacity);
        return butler_actor_error ("%s: more than the %lld that its socket was bound with; that takes a restart",
                                   path, (long long) room);
    }
    s_apply (self);
    if (streq (path, "log/level"))
        self->log_level = (butler_log_level_t) self->config->log_level;
    return NULL;
}

//  Sockets as a file has them, and bound to all that it names, or to none of that
static char *
s_take_sockets (butler_router_parts_t *self, const butler_config_t *config)
{
    butler_bindings_configure (&self->frontend, &config->settings);
    butler_bindings_configure (&self->backend, &config->settings);
    char *fault = butler_router_secure (self, config);
    if (fault) {
        char *answer = butler_actor_error ("%s", fault);
        zstr_free (&fault);
        return answer;
    }
    const char *wrong = s_held (&self->backend, config->frontend, config->frontend_count);
    if (!wrong)
        wrong = s_held (&self->frontend, config->backend, config->backend_count);
    if (!wrong)
        wrong = butler_bindings_take (&self->frontend, config->frontend, config->frontend_count);
    if (!wrong)
        wrong = butler_bindings_take (&self->backend, config->backend, config->backend_count);
    const char *remedy = self->file && errno == EADDRINUSE
        ? "; where this router has it, or another on its port, that takes a restart": "";
    char *answer = wrong? butler_actor_error ("cannot bind to %s: %s%s", wrong, zmq_strerror (errno), remedy): NULL;
    butler_bindings_settle (&self->frontend, !wrong);
    butler_bindings_settle (&self->backend, !wrong);
    return answer;
}

//  From now on a file's configuration holds
static void
s_take_config (butler_router_parts_t *self, butler_config_t **config_p)
{
    butler_config_destroy (&self->config);
    self->config = *config_p;
    *config_p = NULL;
    self->log_level = (butler_log_level_t) self->config->log_level;
    for (size_t index = 0; index < self->config->echoes; index++)
        butler_log (self->log_level, BUTLER_LOG_INFO, "echo", "text", self->config->echo [index], NULL);
}

//  What there is no room for, becomes as much as there is; its name goes to those that are kept
static void
s_clip_all (butler_router_parts_t *self, butler_config_t *config, char **kept_p)
{
    const char *path;
    int64_t room;
    while ((path = s_too_much (self, config, &room))) {
        s_clip (config, path, room);
        butler_string_list (kept_p, path, strlen (path));
    }
}

//  A file as it is to be taken; NULL, or the fault
static char *
s_read (butler_config_t *config, const char *file, bool listens)
{
    if (butler_config_load (config, file) == -1)
        return butler_actor_error ("%s", butler_config_error (config));
    if (listens && butler_config_listen (config) == -1)
        return butler_actor_error ("%s: %s", file, butler_config_error (config));
    return NULL;
}

//  What was taken over from the configuration that runs, and goes on
static void
s_give_back (butler_router_parts_t *self, butler_config_t *config, char **kept_p)
{
    zstr_free (kept_p);
    char *names = self->file? butler_config_keep (self->config, config): NULL;
    zstr_free (&names);
    char *fault = butler_router_secure (self, self->config);
    zstr_free (&fault);             //  what held before does still
}

char *
butler_router_load (butler_router_parts_t *self, const char *file, bool listens, char **kept_p)
{
    butler_config_t *config = butler_config_new ();
    char *answer = s_read (config, file, listens);
    if (answer) {
        butler_config_destroy (&config);
        return answer;
    }
    *kept_p = self->file? butler_config_keep (config, self->config): NULL;
    answer = s_take_sockets (self, config);
    if (!answer) {
        s_clip_all (self, config, kept_p);
        s_take_config (self, &config);
        s_warn_of_all (self, &self->frontend);
        s_warn_of_all (self, &self->backend);
        butler_router_warn_of_users (self);
    }
    else
        s_give_back (self, config, kept_p);
    s_apply (self);                 //  the new ones, or again the old ones
    butler_config_destroy (&config);
    return answer;
}
