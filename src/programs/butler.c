/*  butler.c - the command: calls services, lists them, serves as a worker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "programs/butler_access.h"
#include "programs/butler_commands.h"
#include "programs/butler_output.h"

#define NAME "butler"

typedef struct {
    const char *name, *usage, *summary;
    butler_subcommand_fn *run;
} subcommand_t;

static const subcommand_t s_subcommands [] = {
    { "call", "SERVICE METHOD [ARG]...", "call a method, print its result", command_call },
    { "send", "SERVICE [BODY|-]", "send any bytes, print those of the answer", command_send },
    { "find", "SERVICE", "tell whether a worker serves it", command_find },
    { "describe", "SERVICE [METHOD]", "list a service's methods", command_describe },
    { "services", "", "list the services of a router", command_services },
    { "workers", "[SERVICE]", "list its workers", command_workers },
    { "stats", "", "print what it has counted", command_stats },
    { "work", "SERVICE -- COMMAND...", "serve requests by running a program", command_work },
    { "sink", "", "print what workers emit", command_sink },
    { "bench", "[SERVICE [METHOD...]]", "put load on a service, and measure", command_bench },
    { "keygen", "NAME", "make keys, for a router or for who uses it", command_keygen },
    { NULL, NULL, NULL, NULL }
};

static int
s_help (void)
{
    puts ("Usage: butler [-k FILE] COMMAND [OPTION]... [ARG]...\n\n"
          "Call services through a router, and serve them.\n\nCommands:");
    for (const subcommand_t *one = s_subcommands; one->name; one++)
        printf ("  %-8s %-25s %s\n", one->name, one->usage, one->summary);
    puts ("\n'butler COMMAND --help' explains one, with examples; man butler explains all.\n"
          "-h, --help explains this, and --version tells the version.\n"
          "The router is at -e ENDPOINT, $BUTLER_ENDPOINT, or " BUTLER_FRONTEND ".\n"
          "It is shown the secret key of -k FILE or $BUTLER_KEY, if there is one.\n\n"
          "Exit status: 0 done, 1 the handler failed, 2 wrong usage, 3 no answer in time,\n"
          "4 no such service or method, 5 refused otherwise, 6 trouble on this side.");
    return butler_output_end (NAME, BUTLER_EXIT_DONE);
}

static int
s_version (void)
{
    int major, minor, patch;
    butler_version (&major, &minor, &patch);
    printf ("butler %d.%d.%d\n", major, minor, patch);
    return butler_output_end (NAME, BUTLER_EXIT_DONE);
}

static int
s_run (int argc, char **argv)
{
    for (const subcommand_t *one = s_subcommands; one->name; one++)
        if (streq (one->name, argv [0]))
            return one->run (argc, argv);
    butler_complain (NAME, "there is no command '%s'; 'butler --help' names them", argv [0]);
    return BUTLER_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
    butler_output_start ();
    zsys_handler_set (NULL);        //  SIGINT ends a call that waits, as it ends any program
    const char *name = argc < 2? "": argv [1];
    if (streq (name, "--help") || streq (name, "-h") || streq (name, "help"))
        return s_help ();
    if (streq (name, "--version"))
        return s_version ();
    char **moved;
    int status = butler_access_move (NAME, &argc, argv, &moved);
    if (status != BUTLER_GO_ON)
        return status;
    status = s_run (argc, moved);
    free (moved);
    return status;
}
