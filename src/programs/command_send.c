/*  command_send.c - butler send: any bytes there, any bytes back
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include "programs/butler_arguments.h"
#include "programs/butler_caller.h"
#include "programs/butler_output.h"

static int
s_send (butler_caller_t *self, butler_client_t *client)
{
    zchunk_t *body = butler_arguments_body (self->name, self->operands.count > 1? self->operands.text [1]: "");
    if (!body)
        return BUTLER_EXIT_TROUBLE;
    butler_caller_send (self, client, self->operands.text [0], zchunk_data (body), zchunk_size (body));
    zchunk_destroy (&body);
    const int status = butler_caller_verdict (self, client);
    const void *answer = butler_client_body (client);
    const size_t size = butler_client_size (client);
    if (status == BUTLER_EXIT_DONE && self->as_json)
        butler_caller_print_result (butler_json_of_bytes (answer, size));
    else
    if (status == BUTLER_EXIT_DONE)
        butler_print_bytes (answer, size);
    return status;
}

int
command_send (int argc, char **argv)
{
    butler_caller_t self = BUTLER_CALLER ("send");
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an object: status, and result or error"),
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]... SERVICE [BODY|-]",
        "Send a direct request: BODY as it is, or all of stdin for -, or nothing. The bytes of the\n"
        "answer go to stdout, and nothing else; with --json as JSON where they parse as JSON, as a string\n"
        "where they are text, else as {\"base64\": ...}.",
        options,
        "Examples:\n"
        "  butler send api.text 'hello'\n"
        "  butler send -t 60000 api.thumbnail - <photo.jpeg >small.jpeg\n", 1, 2
    };
    butler_client_t *client;
    const int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status != BUTLER_GO_ON)
        return status;
    return butler_caller_end (&self, &client, s_send (&self, client));
}
