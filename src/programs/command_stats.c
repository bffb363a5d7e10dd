/*  command_stats.c - butler stats: what a router has counted
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include "programs/butler_caller.h"
#include "programs/butler_columns.h"
#include "programs/butler_output.h"

//  An object's members as rows of two columns
static void
s_print_table (json_t *stats)
{
    static const butler_column_t columns [] = {
        { "COUNTER", "name" }, { "VALUE", "value" }, { NULL, NULL }
    };
    const char *name;
    json_t *value, *rows = json_array ();
    json_object_foreach (stats, name, value)
        json_array_append_new (rows, json_pack ("{s:s, s:O}", "name", name, "value", value));
    butler_columns_print (columns, rows);
    json_decref (rows);
}

static int
s_print (butler_caller_t *self, butler_client_t *client)
{
    json_t *stats = butler_caller_call (self, client, "butler.router", "stats", NULL, NULL);
    if (stats && self->as_json)
        butler_print_json (stats);
    else
    if (stats)
        s_print_table (stats);
    json_decref (stats);
    return butler_caller_verdict (self, client);
}

int
command_stats (int argc, char **argv)
{
    butler_caller_t self = BUTLER_CALLER ("stats");
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an object"),
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]...",
        "Print what the router has counted since it started, and what it holds now.",
        options, "Examples:\n  butler stats\n  butler stats --json\n", 0, 0
    };
    butler_client_t *client;
    const int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status != BUTLER_GO_ON)
        return status;
    return butler_caller_end (&self, &client, s_print (&self, client));
}
