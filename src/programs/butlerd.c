/*  butlerd.c - the daemon's command line
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "butler_library.h"
#include "config/butler_keys.h"
#include "programs/butler_account.h"
#include "programs/butler_daemon.h"
#include "programs/butler_files.h"
#include "programs/butler_options.h"
#include "programs/butler_output.h"

#define NAME "butlerd"

typedef struct {
    bool check, defaults, version;
    butler_daemon_t daemon;
} program_t;

//  ---- the configuration

static int
s_complain_of_user (const butler_daemon_t *self, char *fault)
{
    butler_complain (NAME, "%s: server/user: %s", self->file, fault);
    free (fault);
    return BUTLER_EXIT_USAGE;
}

//  Before anything is opened or bound: whoever it names, nothing goes on as root by mistake
static int
s_become_user (const butler_daemon_t *self, bool runs)
{
    const char *name = self->config->user;
    char *fault = !name? NULL: runs? butler_account_enter (name): butler_account_fault (name);
    if (fault)
        return s_complain_of_user (self, fault);
    if (name && runs && access (self->path, R_OK) == -1) {
        butler_complain (NAME, "%s: server/user: '%s' cannot read it again on SIGHUP: %s",
                         self->file, name, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    return BUTLER_GO_ON;
}

//  BUTLER_GO_ON, or the exit status after a complaint
static int
s_configure (butler_daemon_t *self, bool runs)
{
    self->config = butler_config_new ();
    if (self->file && butler_config_load (self->config, self->file) == -1) {
        butler_complain (NAME, "%s", butler_config_error (self->config));
        return BUTLER_EXIT_USAGE;
    }
    if (self->file && butler_config_listen (self->config) == -1) {
        butler_complain (NAME, "%s: %s", self->file, butler_config_error (self->config));
        return BUTLER_EXIT_USAGE;
    }
    if (self->file && !realpath (self->file, self->path)) {
        butler_complain (NAME, "%s: %s", self->file, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    if (s_become_user (self, runs) != BUTLER_GO_ON)
        return BUTLER_EXIT_USAGE;
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
s_check (const butler_daemon_t *self)
{
    if (!self->file) {
        butler_complain (NAME, "--check takes a file to check: -c FILE");
        return BUTLER_EXIT_USAGE;
    }
    if (butler_files_check (self->config, NAME, self->file))
        return BUTLER_EXIT_USAGE;
    printf ("%s: ok\n", self->file);
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
s_run (program_t *self)
{
    if (self->version)
        return s_version ();
    if (self->defaults)
        return s_defaults ();
    int status = s_configure (&self->daemon, !self->check);
    if (status == BUTLER_GO_ON)
        status = self->check? s_check (&self->daemon): butler_daemon_run (&self->daemon);
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
    program_t self = { .daemon = BUTLER_DAEMON_INIT };
    butler_texts_t operands = { NULL, 0 };
    const butler_option_t options [] = {
        { "config", 'c', BUTLER_OPTION_TEXT, "FILE", "read the configuration from there", &self.daemon.file, 0, 0 },
        { "verbose", 'v', BUTLER_OPTION_FLAG, NULL, "log all that happens, whatever log/level says",
          &self.daemon.verbose, 0, 0 },
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
    butler_daemon_fini (&self.daemon);
    butler_texts_fini (&operands);
    return status;
}
