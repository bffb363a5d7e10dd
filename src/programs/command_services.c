/*  command_services.c - butler services: what a router serves
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include "programs/butler_list.h"
#include "programs/butler_output.h"

int
command_services (int argc, char **argv)
{
    static const butler_column_t columns [] = {
        { "SERVICE", "name" }, { "WORKERS", "workers" }, { "WAITING", "waiting" },
        { "RUNNING", "running" }, { NULL, NULL }
    };
    butler_caller_t self = BUTLER_CALLER ("services");
    butler_list_t list = { .method = "services", .columns = columns };
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an array of objects"),
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]...",
        "List the services that the router knows: those that have workers, and those whose last\n"
        "worker left not long ago, with the requests that wait and run.",
        options, "Examples:\n  butler services\n  butler services --json\n", 0, 0
    };
    butler_client_t *client;
    const int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status != BUTLER_GO_ON)
        return status;
    return butler_caller_end (&self, &client, butler_list_print (&list, &self, client));
}
