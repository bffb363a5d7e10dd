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
    if (bind)
        answer = butler_router_bind (self, bindings, endpoint);
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

static char *
s_do_set (void *arg, zmsg_t *arguments)
{
    char *path = zmsg_popstr (arguments);
    char *value = zmsg_popstr (arguments);
    char *answer = butler_router_set (arg, path, value);
    zstr_free (&path);
    zstr_free (&value);
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
        : butler_router_load (self, file, listens, &kept);
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
    char *answer = butler_router_load (self, self->file, self->listens, &kept);
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
    json_object_set_new (stats, "security", butler_router_describe_security (self));
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
    self->abandoned = 0;
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
