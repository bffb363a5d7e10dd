/*  command_find.c - butler find: is somebody there who serves this?
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include <stdio.h>
#include "programs/butler_caller.h"
#include "programs/butler_output.h"

static int
s_find (const butler_caller_t *self, butler_client_t *client)
{
    const char *service = self->operands.text [0];
    const int code = butler_client_find (client, service);
    if (code == -1 || code == 403)
        return butler_caller_verdict (self, client);
    if (self->as_json) {
        json_t *found = json_pack ("{s:s, s:i}", "service", service, "code", code);
        butler_print_json (found);
        json_decref (found);
    }
    else
        printf ("%s %d\n", service, code);
    return code == 200? BUTLER_EXIT_DONE: BUTLER_EXIT_MISSING;
}

int
command_find (int argc, char **argv)
{
    butler_caller_t self = BUTLER_CALLER ("find");
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an object: service and code"),
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]... SERVICE",
        "Ask the router whether a live worker serves SERVICE. Prints the name and 200 where one\n"
        "does, with exit status 0; or 400 where none does, with exit status 4. Where you may not\n"
        "call it nothing is said of it, and the exit status is 5.",
        options,
        "Examples:\n"
        "  butler find api.images\n"
        "  until butler find api.images >/dev/null; do sleep 1; done\n", 1, 1
    };
    butler_client_t *client;
    const int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status != BUTLER_GO_ON)
        return status;
    return butler_caller_end (&self, &client, s_find (&self, client));
}
