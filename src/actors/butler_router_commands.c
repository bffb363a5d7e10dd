/*  butler_router_commands.c - what the router's pipe takes
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router_parts.h"
#include "broker/butler_introspect.h"
#include <errno.h>
#include <stdlib.h>

static butler_bindings_t *
s_bindings (butler_router_parts_t *self, const char *name)
{
    if (streq (name, "frontend"))
        return &self->frontend;
    return streq (name, "backend")? &self->backend: NULL;
}

//  A command's two arguments: which socket, and an endpoint
static char *
s_bind_or_unbind (butler_router_parts_t *self, zmsg_t *arguments, bool bind)
{
    char *name = zmsg_popstr (arguments);
    char *endpoint = zmsg_popstr (arguments);
    butler_bindings_t *bindings = s_bindings (self, name);
    char *answer = NULL;
    if (!bindings)
        answer = butler_actor_error ("there is no socket '%s': frontend or backend", name);
    else
    if (bind) {
        const char *bound = butler_bindings_bind (bindings, endpoint);
        answer = bound? strdup (bound)
            : butler_actor_error ("cannot bind %s to %s: %s", name, endpoint, zmq_strerror (errno));
    }
    else
    if (butler_bindings_unbind (bindings, endpoint) == -1)
        answer = butler_actor_error ("%s is not bound to %s: %s", name, endpoint, zmq_strerror (errno));
    zstr_free (&name);
    zstr_free (&endpoint);
    return answer;
}

static char *
s_do_bind (void *arg, zmsg_t *arguments)
{
    return s_bind_or_unbind (arg, arguments, true);
}

static char *
s_do_unbind (void *arg, zmsg_t *arguments)
{
    return s_bind_or_unbind (arg, arguments, false);
}

//  The settings have changed
static void
s_apply (butler_router_parts_t *self)
{
    butler_dispatch_configure (&self->dispatch, &self->config->settings);
    butler_bindings_configure (&self->frontend, &self->config->settings);
    butler_bindings_configure (&self->backend, &self->config->settings);
}

static char *
s_do_set (void *arg, zmsg_t *arguments)
{
    butler_router_parts_t *self = arg;
    char *path = zmsg_popstr (arguments);
    char *value = zmsg_popstr (arguments);
    char *answer = NULL;
    if (butler_config_set (self->config, path, value) == -1)
        answer = butler_actor_error ("%s", butler_config_error (self->config));
    else {
        s_apply (self);
        if (streq (path, "log/level"))
            self->log_level = (butler_log_level_t) self->config->log_level;
    }
    zstr_free (&path);
    zstr_free (&value);
    return answer;
}

//  Bind to all that a file names, or to none of it
static char *
s_bind_all (butler_bindings_t *bindings, char *const *endpoints, size_t count)
{
    const size_t before = zlist_size (bindings->endpoints);
    for (size_t index = 0; index < count; index++) {
        if (butler_bindings_bind (bindings, endpoints [index]))
            continue;
        char *answer = butler_actor_error (
            "cannot bind to %s: %s", endpoints [index], zmq_strerror (errno));
        butler_bindings_trim (bindings, before);
        return answer;
    }
    return NULL;
}

static char *
s_bind_config (butler_router_parts_t *self, const butler_config_t *config)
{
    const size_t before = zlist_size (self->frontend.endpoints);
    butler_bindings_configure (&self->frontend, &config->settings);
    butler_bindings_configure (&self->backend, &config->settings);
    char *answer = s_bind_all (&self->frontend, config->frontend, config->frontend_count);
    if (answer)
        return answer;
    answer = s_bind_all (&self->backend, config->backend, config->backend_count);
    if (answer)
        butler_bindings_trim (&self->frontend, before);
    return answer;
}

static char *
s_do_load (void *arg, zmsg_t *arguments)
{
    butler_router_parts_t *self = arg;
    char *file = zmsg_popstr (arguments);
    butler_config_t *config = butler_config_new ();
    char *answer = butler_config_load (config, file) == -1
        ? butler_actor_error ("%s", butler_config_error (config)): s_bind_config (self, config);
    if (!answer) {
        butler_config_t *old = self->config;
        self->config = config;
        config = old;
        self->log_level = (butler_log_level_t) self->config->log_level;
    }
    s_apply (self);                 //  the new ones, or again the old ones
    butler_config_destroy (&config);
    zstr_free (&file);
    return answer;
}

static char *
s_do_stats (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    butler_router_parts_t *self = arg;
    json_t *stats = butler_introspect_stats (&self->dispatch);
    json_object_set_new (stats, "frontend", butler_bindings_list (&self->frontend));
    json_object_set_new (stats, "backend", butler_bindings_list (&self->backend));
    char *answer = json_dumps (stats, JSON_COMPACT);
    json_decref (stats);
    return answer;
}

static char *
s_do_verbose (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    ((butler_router_parts_t *) arg)->log_level = BUTLER_LOG_DEBUG;
    return NULL;
}

static char *
s_do_drain (void *arg, zmsg_t *arguments)
{
    butler_router_parts_t *self = arg;
    char *limit = zmsg_popstr (arguments);
    const int64_t wait = limit? strtoll (limit, NULL, 10): self->config->drain;
    zstr_free (&limit);
    if (wait < 0 || self->drained_by)
        return butler_actor_error (wait < 0? "DRAIN takes milliseconds": "it is draining already");
    butler_router_update_now (self);
    butler_dispatch_drain (&self->dispatch);
    self->drained_by = self->now.mono + wait;
    butler_router_adjust_timer (self);
    return butler_actor_later ();
}

const butler_command_t butler_router_commands [] = {
    { "BIND", 2, 2, "frontend|backend ENDPOINT", s_do_bind },
    { "UNBIND", 2, 2, "frontend|backend ENDPOINT", s_do_unbind },
    { "SET", 2, 2, "PATH VALUE", s_do_set },
    { "LOAD", 1, 1, "FILE", s_do_load },
    { "STATS", 0, 0, "nothing", s_do_stats },
    { "VERBOSE", 0, 0, "nothing", s_do_verbose },
    { "DRAIN", 0, 1, "[MILLISECONDS]", s_do_drain },
    { NULL, 0, 0, NULL, NULL }
};
