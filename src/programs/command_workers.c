/*  command_workers.c - butler workers: who serves what
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include "programs/butler_list.h"
#include "programs/butler_output.h"

int
command_workers (int argc, char **argv)
{
    static const butler_column_t columns [] = {
        { "ID", "id" }, { "SERVICE", "service" }, { "HOLDS", "holds" }, { "CAPACITY", "capacity" },
        { "THREADS", "threads" }, { "ANSWERED", "answered" }, { "AGE_MS", "age_ms" },
        { "SILENT_MS", "silent_ms" }, { "LEAVING", "leaving" }, { "USER", "user" }, { "WORKER", "properties/worker" },
        { NULL, NULL }
    };
    butler_caller_t self = BUTLER_CALLER ("workers");
    butler_list_t list = { .method = "workers", .columns = columns };
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an array of objects, with the workers' properties"),
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]... [SERVICE]",
        "List the workers that are registered with the router, or those of one service: the\n"
        "requests each holds and has answered, its age, how long it has been silent, its user, and its name.",
        options, "Examples:\n  butler workers\n  butler workers --json api.images\n", 0, 1
    };
    butler_client_t *client;
    const int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status != BUTLER_GO_ON)
        return status;
    if (self.operands.count) {
        list.filter = "service";
        list.wanted = self.operands.text [0];
    }
    return butler_caller_end (&self, &client, butler_list_print (&list, &self, client));
}
