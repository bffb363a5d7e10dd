/*  butlerd.c - the daemon: a router in the foreground, from a configuration
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_router.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/butler_log.h"
#include "config/butler_config.h"
#include "config/butler_endpoint.h"
#include "config/butler_keys.h"
#include "programs/butler_notify.h"
#include "programs/butler_options.h"
#include "programs/butler_order.h"
#include "programs/butler_output.h"
#include "programs/butler_staff.h"
#include "programs/butler_stop.h"

#define NAME "butlerd"
#define ALWAYS BUTLER_LOG_DEBUG     //  a threshold that lets everything through

typedef struct {
    const char *file;               //  as it was named; NULL: the defaults
    char path [PATH_MAX];           //  the same, from anywhere
    bool check, defaults, verbose, version;
    butler_config_t *config;
    butler_stop_t stop;
    zactor_t *router;
    butler_staff_t *staff;
} daemon_t;

//  ---- the configuration

//  BUTLER_GO_ON, or the exit status after a complaint
static int
s_configure (daemon_t *self)
{
    self->config = butler_config_new ();
    if (self->file && butler_config_load (self->config, self->file) == -1) {
        butler_complain (NAME, "%s", butler_config_error (self->config));
        return BUTLER_EXIT_USAGE;
    }
    if (self->file && !realpath (self->file, self->path)) {
        butler_complain (NAME, "%s: %s", self->file, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    if (chdir (self->config->workdir) == -1) {
        butler_complain (NAME, "%s: server/workdir: cannot go to '%s': %s", self->file? self->file: "default",
                         self->config->workdir, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    return BUTLER_GO_ON;
}

static int
s_defaults (void)
{
    char *text = butler_keys_defaults ();
    fputs (text, stdout);
    free (text);
    return BUTLER_EXIT_DONE;
}

static int
s_check (const daemon_t *self)
{
    if (!self->file) {
        butler_complain (NAME, "--check takes a file to check: -c FILE");
        return BUTLER_EXIT_USAGE;
    }
    printf ("%s: ok\n", self->file);
    return BUTLER_EXIT_DONE;
}

//  ---- the router

static int
s_tell (daemon_t *self, const char *command, const char *first, const char *second)
{
    return butler_order (self->router, NAME, command, first, second)? BUTLER_GO_ON: BUTLER_EXIT_EXCEPTION;
}

//  What the file names, and the defaults for what it does not name
static int
s_bind (daemon_t *self)
{
    int status = BUTLER_GO_ON;
    if (self->file)
        status = s_tell (self, "LOAD", self->path, NULL);
    if (status == BUTLER_GO_ON && self->verbose)
        status = s_tell (self, "VERBOSE", NULL, NULL);
    if (status == BUTLER_GO_ON && self->config->frontend_count == 0)
        status = s_tell (self, "BIND", "frontend", BUTLER_FRONTEND);
    if (status == BUTLER_GO_ON && self->config->backend_count == 0)
        status = s_tell (self, "BIND", "backend", BUTLER_BACKEND);
    return status;
}

//  Whatever the level: this is how scripts learn which ports the system chose
static void
s_announce_socket (const json_t *stats, const char *socket)
{
    size_t index;
    json_t *endpoint;
    json_array_foreach (json_object_get (stats, socket), index, endpoint) {
        const char *name = json_string_value (endpoint);
        butler_log (ALWAYS, BUTLER_LOG_INFO, "bound", "socket", socket, "endpoint", name, NULL);
        if (!butler_endpoint_is_local (name))
            butler_log (ALWAYS, BUTLER_LOG_WARNING, "open", "socket", socket, "endpoint", name, "reason",
                        "whoever reaches it may use it: there is no authentication", NULL);
    }
}

//  What the router says of itself, or NULL after a complaint
static json_t *
s_announce (daemon_t *self)
{
    char *text = butler_order_ask (self->router, NAME, "STATS", NULL, NULL);
    json_t *stats = text? json_loads (text, 0, NULL): NULL;
    s_announce_socket (stats, "frontend");
    s_announce_socket (stats, "backend");
    zstr_free (&text);
    return stats;
}

static int
s_begin (daemon_t *self)
{
    json_t *stats = s_announce (self);
    if (!stats)
        return BUTLER_EXIT_EXCEPTION;
    const char *backend = json_string_value (json_array_get (json_object_get (stats, "backend"), 0));
    self->staff = butler_staff_new (self->config, backend, NAME, self->verbose);
    json_decref (stats);
    if (!self->staff)
        return BUTLER_EXIT_EXCEPTION;
    butler_log (ALWAYS, BUTLER_LOG_INFO, "ready", "version", BUTLER_VERSION_STRING,
                "pid", BUTLER_LOG_NUMBER (getpid ()), NULL);
    butler_notify_ready ();
    return BUTLER_GO_ON;
}

//  ---- signals

static void
s_open_log (daemon_t *self)
{
    if (butler_log_open (self->config->log_to) == -1)
        butler_log (ALWAYS, BUTLER_LOG_ERROR, "log", "to", self->config->log_to, "reason", strerror (errno), NULL);
}

//  What the file says now is what the router has taken from it; what that kept is kept here, too
static void
s_follow (daemon_t *self)
{
    butler_config_t *config = butler_config_new ();
    if (butler_config_load (config, self->path) == 0) {
        char *kept = butler_config_keep (config, self->config);
        zstr_free (&kept);
        butler_config_t *old = self->config;
        self->config = config;
        config = old;
    }
    butler_config_destroy (&config);
}

static void
s_reload_file (daemon_t *self)
{
    zstr_send (self->router, "RELOAD");
    char *answer = zstr_recv (self->router);
    if (!answer || strncmp (answer, "ERROR ", 6) == 0)
        butler_log (ALWAYS, BUTLER_LOG_ERROR, "reload", "reason", answer? answer + 6: "the router does not answer",
                    "kept", "everything", NULL);
    else {
        s_follow (self);
        s_open_log (self);
        if (self->verbose)
            s_tell (self, "VERBOSE", NULL, NULL);
        json_decref (s_announce (self));
        const char *kept = strncmp (answer, "KEPT ", 5) == 0? answer + 5: NULL;
        butler_log (ALWAYS, kept? BUTLER_LOG_WARNING: BUTLER_LOG_INFO, "reload", "file", self->path, "kept", kept,
                    "reason", kept? "only a restart changes these": NULL, NULL);
    }
    zstr_free (&answer);
}

//  The log's file is opened anew even where nothing else can be reloaded: it may have been renamed
static void
s_reload (daemon_t *self)
{
    butler_notify_reloading ();
    s_open_log (self);
    if (self->file)
        s_reload_file (self);
    butler_notify_ready ();
}

//  What runs may finish; a second signal ends it at once
static void
s_drain (daemon_t *self)
{
    butler_log (ALWAYS, BUTLER_LOG_INFO, "stopping", "drain", BUTLER_LOG_NUMBER (self->config->drain), NULL);
    butler_notify_stopping ();
    zstr_send (self->router, "DRAIN");
    butler_stop_reason_t reason;
    do
        reason = butler_stop_wait (&self->stop, self->router, butler_staff_kill_expired (self->staff));
    while (reason != BUTLER_STOP_SOCKET && reason != BUTLER_STOP_SIGNAL);
    char *abandoned = reason == BUTLER_STOP_SOCKET? zstr_recv (self->router): NULL;
    butler_log (ALWAYS, BUTLER_LOG_INFO, "stopped", "abandoned", abandoned? abandoned: "unknown", NULL);
    zstr_free (&abandoned);
}

//  Until it is told to stop
static int
s_watch (daemon_t *self)
{
    for (;;) {
        const butler_stop_reason_t reason = butler_stop_wait (&self->stop, self->router, -1);
        if (reason == BUTLER_STOP_SIGNAL)
            return BUTLER_GO_ON;
        if (reason == BUTLER_STOP_RELOAD)
            s_reload (self);
        if (reason != BUTLER_STOP_SOCKET)
            continue;
        char *unasked = zstr_recv (self->router);
        if (!unasked)
            return BUTLER_EXIT_EXCEPTION;
        zstr_free (&unasked);
    }
}

//  ---- the whole

//  Each peer takes a descriptor, or two
static void
s_raise_limits (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static int
s_serve (daemon_t *self)
{
    if (butler_log_open (self->config->log_to) == -1) {
        butler_complain (NAME, "%s: log/to: cannot write to '%s': %s", self->file? self->file: "default",
                         self->config->log_to, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    s_raise_limits ();
    const int rc = butler_stop_init (&self->stop, true);
    zsys_set_io_threads ((size_t) self->config->io_threads);
    self->router = rc == 0? zactor_new (butler_router, NULL): NULL;
    if (!self->router) {
        butler_complain (NAME, "cannot start: %s", zmq_strerror (errno));
        return BUTLER_EXIT_EXCEPTION;
    }
    int status = s_bind (self);
    if (status == BUTLER_GO_ON)
        status = s_begin (self);
    if (status == BUTLER_GO_ON)
        status = s_watch (self);
    if (status != BUTLER_GO_ON)
        return status;
    s_drain (self);
    return BUTLER_EXIT_DONE;
}

//  ---- the command line

static int
s_version (void)
{
    int major, minor, patch;
    butler_version (&major, &minor, &patch);
    printf ("butlerd %d.%d.%d\n", major, minor, patch);
    return BUTLER_EXIT_DONE;
}

static int
s_run (daemon_t *self)
{
    if (self->version)
        return s_version ();
    if (self->defaults)
        return s_defaults ();
    int status = s_configure (self);
    if (status == BUTLER_GO_ON)
        status = self->check? s_check (self): s_serve (self);
    return status;
}

static const char s_more [] =
    "Without a file, clients connect to " BUTLER_FRONTEND " and workers to " BUTLER_BACKEND ";\n"
    "so they do for a file that names no endpoint of that kind. Port * lets the system choose:\n"
    "the log on stderr has a line 'event=bound socket=frontend endpoint=...' for each endpoint,\n"
    "and then 'event=ready'. SIGTERM and SIGINT end it: requests that run may finish within\n"
    "server/drain; a second signal does not wait. SIGHUP reads the file again, and opens the log's\n"
    "file anew. Exit status: 0 ended by a signal, 1 it can't run (an endpoint is in use), 2 command\n"
    "line or configuration are wrong.\n\n"
    "Examples:\n"
    "  butlerd\n"
    "  butlerd -c /etc/butler/butler.cfg\n"
    "  butlerd --check -c butler.cfg\n"
    "  butlerd --defaults > butler.cfg\n";

int
main (int argc, char **argv)
{
    daemon_t self = { .stop.handle = -1 };
    butler_texts_t operands = { NULL, 0 };
    const butler_option_t options [] = {
        { "config", 'c', BUTLER_OPTION_TEXT, "FILE", "read the configuration from there", &self.file, 0, 0 },
        { "verbose", 'v', BUTLER_OPTION_FLAG, NULL, "log all that happens, whatever log/level says",
          &self.verbose, 0, 0 },
        { "check", 0, BUTLER_OPTION_FLAG, NULL, "say whether the configuration is right, and end", &self.check, 0, 0 },
        { "defaults", 0, BUTLER_OPTION_FLAG, NULL, "print a configuration with every key at its default, and end",
          &self.defaults, 0, 0 },
        { "version", 0, BUTLER_OPTION_FLAG, NULL, "tell the version", &self.version, 0, 0 },
        { .name = NULL }
    };
    const butler_command_line_t line = {
        NAME, "[OPTION]...",
        "Run a router between clients and workers, in the foreground.", options, s_more, 0, 0
    };
    butler_output_start ();
    int status = butler_options_parse (&line, argc, argv, &operands);
    if (status == BUTLER_GO_ON)
        status = butler_output_end (NAME, s_run (&self));
    butler_staff_destroy (&self.staff);
    zactor_destroy (&self.router);
    butler_stop_fini (&self.stop);
    butler_config_destroy (&self.config);
    butler_texts_fini (&operands);
    return status;
}
