/*  command_describe.c - butler describe: the methods of a service
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include "programs/butler_description.h"
#include "programs/butler_output.h"

static int
s_describe (butler_caller_t *self, butler_client_t *client)
{
    butler_description_t description;
    const int status = butler_description_ask (&description, self, client);
    if (status == BUTLER_EXIT_DONE && self->as_json)
        butler_print_json (description.method? description.method: description.all);
    else
    if (status == BUTLER_EXIT_DONE)
        butler_description_print_table (&description);
    butler_description_fini (&description);
    return status;
}

int
command_describe (int argc, char **argv)
{
    butler_caller_t self = BUTLER_CALLER ("describe");
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an object: service and methods, or the method's"),
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]... SERVICE [METHOD]",
        "Ask a service for its methods, with their signatures and what they do, or for one of them.\n"
        "'butler call SERVICE METHOD --help' tells how to call it.",
        options,
        "Examples:\n"
        "  butler describe api.images\n"
        "  butler describe --json api.images resize_image\n"
        "  butler describe butler.router\n", 1, 2
    };
    butler_client_t *client;
    const int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status != BUTLER_GO_ON)
        return status;
    return butler_caller_end (&self, &client, s_describe (&self, client));
}
