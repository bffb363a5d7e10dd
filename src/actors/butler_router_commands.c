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

static const char *
s_bind (butler_router_parts_t *self, butler_bindings_t *bindings, char *endpoint)
{
    const butler_bindings_t *other = bindings == &self->frontend? &self->backend: &self->frontend;
    return s_held (other, &endpoint, 1)? NULL: butler_bindings_bind (bindings, endpoint);
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
        const char *bound = s_bind (self, bindings, endpoint);
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

static char *
s_set (butler_router_parts_t *self, const char *path, const char *value)
{
    const int64_t limit = self->config->settings.client_limit, capacity = self->config->settings.worker_capacity;
    if (butler_config_set (self->config, path, value) == -1)
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

static char *
s_do_set (void *arg, zmsg_t *arguments)
{
    char *path = zmsg_popstr (arguments);
    char *value = zmsg_popstr (arguments);
    char *answer = s_set (arg, path, value);
    zstr_free (&path);
    zstr_free (&value);
    return answer;
}

//  Bind to all that a file names, or to none of it
static char *
s_take_endpoints (butler_router_parts_t *self, const butler_config_t *config)
{
    butler_bindings_configure (&self->frontend, &config->settings);
    butler_bindings_configure (&self->backend, &config->settings);
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
        char *names = zsys_sprintf ("%s%s%s", *kept_p? *kept_p: "", *kept_p? ", ": "", path);
        zstr_free (kept_p);
        *kept_p = names;
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

//  All of a file, or nothing. Where one was taken before, *kept_p says what of it only a restart can
//  change.
static char *
s_load (butler_router_parts_t *self, const char *file, bool listens, char **kept_p)
{
    butler_config_t *config = butler_config_new ();
    char *answer = s_read (config, file, listens);
    if (!answer)
        answer = s_take_endpoints (self, config);
    if (!answer) {
        *kept_p = self->file? butler_config_keep (config, self->config): NULL;
        s_clip_all (self, config, kept_p);
        s_take_config (self, &config);
    }
    s_apply (self);                 //  the new ones, or again the old ones
    butler_config_destroy (&config);
    return answer;
}

static char *
s_kept (char *names)
{
    char *answer = names? zsys_sprintf ("KEPT %s", names): NULL;
    zstr_free (&names);
    return answer;
}

static char *
s_do_load (void *arg, zmsg_t *arguments)
{
    butler_router_parts_t *self = arg;
    char *kept = NULL, *file = zmsg_popstr (arguments), *option = zmsg_popstr (arguments);
    const bool listens = option && streq (option, "listen");
    char *answer = option && !listens? butler_actor_error ("LOAD takes nothing but 'listen' behind the file")
        : s_load (self, file, listens, &kept);
    zstr_free (&option);
    if (!answer) {
        zstr_free (&self->file);
        self->file = file;
        self->listens = listens;
        return s_kept (kept);
    }
    zstr_free (&file);
    return answer;
}

static char *
s_do_reload (void *arg, zmsg_t *arguments)
{
    (void) arguments;
    butler_router_parts_t *self = arg;
    if (!self->file)
        return butler_actor_error ("no file was loaded");
    char *kept = NULL;
    char *answer = s_load (self, self->file, self->listens, &kept);
    return answer? answer: s_kept (kept);
}

static char *
s_do_echo (void *arg, zmsg_t *arguments)
{
    const butler_router_parts_t *self = arg;
    char *text = zmsg_popstr (arguments);
    butler_log (self->log_level, BUTLER_LOG_INFO, "echo", "text", text, NULL);
    zstr_free (&text);
    return NULL;
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
    self->drained_from = self->now.mono;
    self->drained_by = self->now.mono + wait;
    butler_router_adjust_timer (self);
    return butler_actor_later ();
}

const butler_command_t butler_router_commands [] = {
    { "BIND", 2, 2, "frontend|backend ENDPOINT", s_do_bind },
    { "UNBIND", 2, 2, "frontend|backend ENDPOINT", s_do_unbind },
    { "SET", 2, 2, "PATH VALUE", s_do_set },
    { "LOAD", 1, 2, "FILE [listen]", s_do_load },
    { "RELOAD", 0, 0, "nothing", s_do_reload },
    { "ECHO", 1, 1, "TEXT", s_do_echo },
    { "STATS", 0, 0, "nothing", s_do_stats },
    { "VERBOSE", 0, 0, "nothing", s_do_verbose },
    { "DRAIN", 0, 1, "[MILLISECONDS]", s_do_drain },
    { NULL, 0, 0, NULL, NULL }
};
