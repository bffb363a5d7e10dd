/*  butler_daemon.c - butlerd while it runs: a router, workers, and what it is told by signals
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_daemon.h"
#include "butler_router.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/butler_log.h"
#include "programs/butler_account.h"
#include "programs/butler_notify.h"
#include "programs/butler_options.h"
#include "programs/butler_order.h"
#include "programs/butler_output.h"
#include "programs/butler_process.h"

#define NAME "butlerd"
#define PATIENCE 2000               //  ms for our own workers to register, before others may ask

//  ---- the router

static int
s_tell (butler_daemon_t *self, const char *command, const char *first, const char *second)
{
    return butler_order (self->router, NAME, command, first, second)? BUTLER_GO_ON: BUTLER_EXIT_EXCEPTION;
}

//  What the file names, and the defaults for what it does not name
static int
s_bind (butler_daemon_t *self)
{
    int status;
    if (self->file)
        status = s_tell (self, "LOAD", self->path, "listen");
    else {
        status = s_tell (self, "BIND", "frontend", BUTLER_FRONTEND);
        if (status == BUTLER_GO_ON)
            status = s_tell (self, "BIND", "backend", BUTLER_BACKEND);
    }
    if (status == BUTLER_GO_ON && self->verbose)
        status = s_tell (self, "VERBOSE", NULL, NULL);
    return status;
}

//  What root is needed for is done
static int
s_leave_root (butler_daemon_t *self)
{
    char *fault = self->config->user? butler_account_settle (self->config->user): NULL;
    if (!fault)
        return BUTLER_GO_ON;
    butler_complain (NAME, "server/user: %s", fault);
    zstr_free (&fault);
    return BUTLER_EXIT_EXCEPTION;
}

//  Whatever the level: this is how scripts learn which ports the system chose
static void
s_announce_socket (const json_t *stats, const char *socket)
{
    const char *security = json_string_value (json_object_get (json_object_get (stats, "security"), socket));
    size_t index;
    json_t *endpoint;
    json_array_foreach (json_object_get (stats, socket), index, endpoint) {
        const char *name = json_string_value (endpoint);
        if (streq (name, BUTLER_STAFF_BACKEND))
            continue;               //  for our own workers alone
        butler_log (BUTLER_LOG_ALWAYS, BUTLER_LOG_INFO, "bound", "socket", socket, "endpoint", name,
                    "security", security && strneq (security, "null")? security: NULL, NULL);
    }
}

//  What the router says of itself, or NULL after a complaint
static json_t *
s_stats (butler_daemon_t *self)
{
    char *text = butler_order_ask (self->router, NAME, "STATS", NULL, NULL);
    json_t *stats = text? json_loads (text, 0, NULL): NULL;
    zstr_free (&text);
    return stats;
}

static int
s_announce (butler_daemon_t *self)
{
    json_t *stats = s_stats (self);
    if (!stats)
        return BUTLER_EXIT_EXCEPTION;
    s_announce_socket (stats, "frontend");
    s_announce_socket (stats, "backend");
    json_decref (stats);
    return BUTLER_GO_ON;
}

//  ---- workers

static void
s_set_level (butler_daemon_t *self)
{
    butler_staff_set_level (self->staff,
        self->verbose? BUTLER_LOG_DEBUG: (butler_log_level_t) self->config->log_level);
}

//  Who is told that we are ready may ask for their services at once
static void
s_await_staff (butler_daemon_t *self)
{
    const json_int_t count = (json_int_t) butler_staff_count_own (self->config);
    const int64_t limit = zclock_mono () + PATIENCE;
    json_int_t known = 0;
    while (known < count && zclock_mono () < limit) {
        json_t *stats = s_stats (self);
        known = json_integer_value (json_object_get (stats, "workers"));
        json_decref (stats);
        if (known < count)
            zclock_sleep (1);
    }
}

static int
s_employ (butler_daemon_t *self)
{
    if (butler_staff_count_own (self->config)
    &&  s_tell (self, "BIND", "backend", BUTLER_STAFF_BACKEND) != BUTLER_GO_ON)
        return BUTLER_EXIT_EXCEPTION;
    self->staff = butler_staff_new (self->config, NAME);
    if (!self->staff)
        return BUTLER_EXIT_EXCEPTION;
    s_set_level (self);
    s_await_staff (self);
    return BUTLER_GO_ON;
}

//  ---- signals

static int
s_open_log (butler_daemon_t *self)
{
    const int rc = butler_log_open (self->config->log_to);
    if (rc == -1)
        butler_log (BUTLER_LOG_ALWAYS, BUTLER_LOG_ERROR, "log", "to", self->config->log_to, "reason", strerror (errno),
                    "kept", "log/to", NULL);
    return rc;
}

//  Where another file names a log that can't be opened, the log stays where it is
static void
s_move_log (butler_daemon_t *self, const char *before)
{
    if (s_open_log (self) == 0)
        return;
    zstr_free (&self->config->log_to);
    self->config->log_to = strdup (before);
    assert (self->config->log_to);
}

//  What the file says now is what the router has taken from it; what that kept is kept here, too
static void
s_follow (butler_daemon_t *self)
{
    butler_config_t *config = butler_config_new ();
    if (butler_config_load (config, self->path) == 0) {
        butler_process_hide_memory (config);
        char *kept = butler_config_keep (config, self->config);
        zstr_free (&kept);
        butler_config_t *old = self->config;
        self->config = config;
        config = old;
    }
    butler_config_destroy (&config);
}

static void
s_reload_file (butler_daemon_t *self)
{
    zstr_send (self->router, "RELOAD");
    char *answer = zstr_recv (self->router);
    if (!answer || strncmp (answer, "ERROR ", 6) == 0)
        butler_log (BUTLER_LOG_ALWAYS, BUTLER_LOG_ERROR, "reload", "reason",
                    answer? answer + 6: "the router does not answer", "kept", "everything", NULL);
    else {
        char *before = strdup (self->config->log_to);
        assert (before);
        s_follow (self);
        s_move_log (self, before);
        free (before);
        if (self->verbose)
            s_tell (self, "VERBOSE", NULL, NULL);
        s_set_level (self);
        s_announce (self);
        const char *kept = strncmp (answer, "KEPT ", 5) == 0? answer + 5: NULL;
        butler_log (BUTLER_LOG_ALWAYS, kept? BUTLER_LOG_WARNING: BUTLER_LOG_INFO, "reload",
                    "file", self->path, "kept", kept, "reason", kept? "only a restart changes these": NULL, NULL);
    }
    zstr_free (&answer);
}

//  The log's file is opened anew even where nothing else can be reloaded: it may have been renamed
static void
s_reload (butler_daemon_t *self)
{
    butler_notify_reloading ();
    s_open_log (self);
    if (self->file)
        s_reload_file (self);
    butler_notify_ready ();
}

//  Until it is told to stop
static int
s_watch (butler_daemon_t *self)
{
    for (;;) {
        const butler_stop_reason_t reason = butler_stop_wait (
            &self->stop, self->router, butler_staff_kill_expired (self->staff, false));
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

static int
s_start (butler_daemon_t *self)
{
    const int rc = butler_stop_init (&self->stop, true);
    zsys_set_io_threads ((size_t) self->config->io_threads);
    self->router = rc == 0? zactor_new (butler_router, NULL): NULL;
    if (!self->router) {
        butler_complain (NAME, "cannot start: %s", zmq_strerror (errno));
        return BUTLER_EXIT_EXCEPTION;
    }
    int status = s_bind (self);
    if (status == BUTLER_GO_ON)
        status = s_leave_root (self);
    if (status == BUTLER_GO_ON)
        status = s_announce (self);
    if (status == BUTLER_GO_ON)
        status = s_employ (self);
    return status;
}

int
butler_daemon_run (butler_daemon_t *self)
{
    if (butler_log_open (self->config->log_to) == -1) {
        butler_complain (NAME, "%s: log/to: cannot write to '%s': %s", self->file? self->file: "default",
                         self->config->log_to, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    butler_process_raise_limits ();
    butler_process_hide_memory (self->config);
    int status = s_start (self);
    if (status == BUTLER_GO_ON) {
        butler_log (BUTLER_LOG_ALWAYS, BUTLER_LOG_INFO, "ready", "version", BUTLER_VERSION_STRING,
                    "pid", BUTLER_LOG_NUMBER (getpid ()), NULL);
        butler_notify_ready ();
        status = s_watch (self);
    }
    if (status != BUTLER_GO_ON)
        return status;
    butler_daemon_drain (self);
    return BUTLER_EXIT_DONE;
}

void
butler_daemon_fini (butler_daemon_t *self)
{
    butler_staff_destroy (&self->staff);
    zactor_destroy (&self->router);
    butler_stop_fini (&self->stop);
    butler_config_destroy (&self->config);
}
