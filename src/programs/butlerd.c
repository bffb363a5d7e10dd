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
#include "programs/butler_notify.h"
#include "programs/butler_options.h"
#include "programs/butler_output.h"
#include "programs/butler_stop.h"

#define NAME "butlerd"
#define ALWAYS BUTLER_LOG_DEBUG     //  a threshold that lets everything through

typedef struct {
    const char *file;               //  as it was named; NULL: the defaults
    char path [PATH_MAX];           //  the same, from anywhere
    bool check, verbose, version;
    butler_config_t *config;
    butler_stop_t stop;
    zactor_t *router;
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

//  A command's answer, fresh; NULL after a complaint
static char *
s_ask (daemon_t *self, const char *command, const char *first, const char *second)
{
    zstr_sendx (self->router, command, first, second, NULL);
    char *answer = zstr_recv (self->router);
    if (answer && strncmp (answer, "ERROR ", 6))
        return answer;
    butler_complain (NAME, "%s", answer? answer + 6: "the router does not answer");
    zstr_free (&answer);
    return NULL;
}

static int
s_tell (daemon_t *self, const char *command, const char *first, const char *second)
{
    char *answer = s_ask (self, command, first, second);
    const int status = answer? BUTLER_GO_ON: BUTLER_EXIT_EXCEPTION;
    zstr_free (&answer);
    return status;
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
        butler_log (ALWAYS, BUTLER_LOG_INFO, "bound", "socket=%s endpoint=%s", socket, name);
        if (!butler_endpoint_is_local (name))
            butler_log (ALWAYS, BUTLER_LOG_WARNING, "open", "socket=%s endpoint=%s reason=\"whoever reaches it "
                        "may use it: there is no authentication\"", socket, name);
    }
}

static int
s_announce (daemon_t *self)
{
    char *text = s_ask (self, "STATS", NULL, NULL);
    if (!text)
        return BUTLER_EXIT_EXCEPTION;
    json_t *stats = json_loads (text, 0, NULL);
    s_announce_socket (stats, "frontend");
    s_announce_socket (stats, "backend");
    json_decref (stats);
    zstr_free (&text);
    butler_log (ALWAYS, BUTLER_LOG_INFO, "ready", "version=%s pid=%d", BUTLER_VERSION_STRING, (int) getpid ());
    butler_notify_ready ();
    return BUTLER_GO_ON;
}

//  What runs may finish; a second signal ends it at once
static void
s_drain (daemon_t *self)
{
    butler_log (ALWAYS, BUTLER_LOG_INFO, "stopping", "drain=%lld", (long long) self->config->drain);
    butler_notify_stopping ();
    zstr_send (self->router, "DRAIN");
    char *abandoned = NULL;
    if (butler_stop_wait (&self->stop, self->router, -1) == BUTLER_STOP_SOCKET)
        abandoned = zstr_recv (self->router);
    butler_log (ALWAYS, BUTLER_LOG_INFO, "stopped", "abandoned=%s", abandoned? abandoned: "unknown");
    zstr_free (&abandoned);
}

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
    s_raise_limits ();
    const int rc = butler_stop_init (&self->stop);
    zsys_set_io_threads ((size_t) self->config->io_threads);
    self->router = rc == 0? zactor_new (butler_router, NULL): NULL;
    if (!self->router) {
        butler_complain (NAME, "cannot start: %s", zmq_strerror (errno));
        return BUTLER_EXIT_EXCEPTION;
    }
    int status = s_bind (self);
    if (status == BUTLER_GO_ON)
        status = s_announce (self);
    if (status != BUTLER_GO_ON)
        return status;
    while (butler_stop_wait (&self->stop, self->router, -1) == BUTLER_STOP_SOCKET) {
        char *unasked = zstr_recv (self->router);
        if (!unasked)
            return BUTLER_EXIT_EXCEPTION;
        zstr_free (&unasked);
    }
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
    "server/drain; a second signal does not wait. Exit status: 0 ended by a signal, 1 it can't\n"
    "run (an endpoint is in use), 2 command line or configuration are wrong.\n\n"
    "Examples:\n"
    "  butlerd\n"
    "  butlerd -c /etc/butler/butler.cfg\n"
    "  butlerd --check -c butler.cfg\n";

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
    zactor_destroy (&self.router);
    butler_stop_fini (&self.stop);
    butler_config_destroy (&self.config);
    butler_texts_fini (&operands);
    return status;
}
