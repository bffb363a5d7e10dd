/*  butler_access.c - what a subcommand shows to routers: a key, or a user's name and password
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_access.h"
#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include "programs/butler_order.h"
#include "programs/butler_output.h"

//  ---- before the subcommand

#define DASHES 2                    //  before a name

static char s_key [] = "--key", s_router_key [] = "--router-key", s_user [] = "--user";

static const struct option s_rows [] = {
    { s_key + DASHES, required_argument, NULL, 'k' },
    { s_router_key + DASHES, required_argument, NULL, 'r' },
    { s_user + DASHES, required_argument, NULL, 'u' },
    { NULL, 0, NULL, 0 }
};

static int
s_move (const char *program, int argc, char **argv, char **moved, int *count)
{
    int letter;
    opterr = 0;
    while ((letter = getopt_long (argc, argv, "+:k:", s_rows, NULL)) != -1) {
        if (letter == '?' || letter == ':') {
            butler_complain (program, letter == ':'? "a value is missing after %s; 'butler --help' explains it"
                : "there is no option %s before a command; 'butler --help' explains it", argv [optind - 1]);
            return BUTLER_EXIT_USAGE;
        }
        moved [(*count)++] = letter == 'k'? s_key: letter == 'r'? s_router_key: s_user;
        moved [(*count)++] = optarg;
    }
    if (optind < argc)
        return BUTLER_GO_ON;
    butler_complain (program, "a command is missing; 'butler --help' names them");
    return BUTLER_EXIT_USAGE;
}

int
butler_access_move (const char *program, int *argc_p, char **argv, char ***moved_p)
{
    char **moved = (char **) calloc ((size_t) *argc_p * 2 + 1, sizeof *moved);
    assert (moved);
    int count = 1;                  //  the first is the subcommand's
    const int status = s_move (program, *argc_p, argv, moved, &count);
    if (status != BUTLER_GO_ON) {
        free (moved);
        return status;
    }
    moved [0] = argv [optind++];
    while (optind < *argc_p)
        moved [count++] = argv [optind++];
    *argc_p = count;
    *moved_p = moved;
    return BUTLER_GO_ON;
}

//  ---- what is meant

static const char *
s_variable (const char *name)
{
    const char *value = getenv (name);
    return value && *value? value: NULL;
}

//  Programs that we run, and who looks at our environment from now on, don't see it
static char *
s_take_password (void)
{
    char *shown = getenv ("BUTLER_PASSWORD");
    if (!shown)
        return NULL;
    char *password = strdup (shown);
    assert (password);
    explicit_bzero (shown, strlen (shown));
    unsetenv ("BUTLER_PASSWORD");
    unsetenv ("BUTLER_USER");
    return password;
}

//  What the command line says goes before the environment, all of it
static int
s_choose (butler_access_t *self, const char *program)
{
    const bool told = self->key || self->user;
    if (self->key && self->user) {
        butler_complain (program, "--key and --user are two ways to come in; give one of them");
        return -1;
    }
    if (!told)
        self->key = s_variable ("BUTLER_KEY");
    if (!told && !self->key)
        self->user = s_variable ("BUTLER_USER");
    if (self->router_key && !self->key) {
        butler_complain (program, "--router-key is of no use without --key, or BUTLER_KEY");
        return -1;
    }
    if (!self->router_key)
        self->router_key = s_variable ("BUTLER_ROUTER_KEY");
    self->password = s_take_password ();
    if (!self->user || self->password)
        return 0;
    butler_complain (program, "the user '%s' has no password: it is taken from BUTLER_PASSWORD in the environment",
                     self->user);
    return -1;
}

static int
s_settle (butler_access_t *self, const char *program)
{
    if (self->settled)
        return 0;
    if (s_choose (self, program) == -1)
        return -1;
    self->settled = true;
    return 0;
}

//  ---- who is told

int
butler_access_show_client (butler_access_t *self, const char *program, butler_client_t *client)
{
    if (s_settle (self, program) == -1)
        return -1;
    int rc = 0;
    if (self->key)
        rc = butler_client_set_curve (client, self->key, self->router_key);
    else
    if (self->user)
        rc = butler_client_set_plain (client, self->user, self->password);
    if (rc == -1)
        butler_complain (program, "%s", butler_client_error (client));
    return rc;
}

int
butler_access_show_worker (butler_access_t *self, const char *program, zactor_t *worker)
{
    if (s_settle (self, program) == -1)
        return -1;
    bool shown = true;
    if (self->key)
        shown = butler_order (worker, program, "CURVE", self->key, self->router_key);
    else
    if (self->user)
        shown = butler_order (worker, program, "PLAIN", self->user, self->password);
    return shown? 0: -1;
}

void
butler_access_fini (butler_access_t *self)
{
    if (self->password)
        explicit_bzero (self->password, strlen (self->password));
    zstr_free (&self->password);
}
