/*  command_call.c - butler call: call a method, print its result
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include <stdint.h>
#include "programs/butler_arguments.h"
#include "programs/butler_caller.h"
#include "programs/butler_description.h"
#include "programs/butler_output.h"

static int
s_call (butler_caller_t *self, butler_client_t *client, const json_t *args, const json_t *kwargs)
{
    json_t *result = butler_caller_call (
        self, client, self->operands.text [0], self->operands.text [1], args, kwargs);
    const int status = butler_caller_verdict (self, client);
    if (status == BUTLER_EXIT_DONE && self->as_json) {
        if (!result)
            result = butler_json_of_bytes (butler_client_body (client), butler_client_size (client));
        butler_caller_print_result (result);
        return status;
    }
    if (result)
        butler_print_json (result);
    json_decref (result);
    if (result || status != BUTLER_EXIT_DONE)
        return status;
    butler_complain (self->name, "the answer, %zu bytes, is neither JSON nor UTF-8 text",
                     butler_client_size (client));
    return BUTLER_EXIT_TROUBLE;
}

//  --help of a service, or of a method
static int
s_explain (butler_caller_t *self, butler_client_t *client)
{
    butler_description_t description;
    int status = butler_description_ask (&description, self, client);
    if (status == BUTLER_EXIT_DONE && description.method)
        butler_description_explain (&description);
    else
    if (status == BUTLER_EXIT_DONE)
        butler_description_print_table (&description);
    butler_description_fini (&description);
    return status;
}

static int
s_run (butler_caller_t *self, butler_client_t *client, const butler_texts_t *named)
{
    json_t *args = butler_arguments_listed (self->name, &self->operands, 2);
    json_t *kwargs = args? butler_arguments_named (self->name, named): NULL;
    const int status = kwargs? s_call (self, client, args, kwargs): BUTLER_EXIT_USAGE;
    json_decref (args);
    json_decref (kwargs);
    return status;
}

static const char s_more [] =
    "An ARG or VALUE that parses as JSON is JSON, anything else is a string.\n"
    "Put -- before arguments that begin with a dash, numbers excepted.\n\n"
    "Examples:\n"
    "  butler call api.images resize_image photo.png 150x180\n"
    "  butler call api.images resize_image photo.png --kw size=150x180 --kw quality=90\n"
    "  butler call api.math add -1 2.5\n"
    "  butler call -e tcp://router:5555 -t 60000 api.text upper '{\"text\": \"hello\"}' '\"17\"'\n"
    "  butler call api.images resize_image --help\n";

int
command_call (int argc, char **argv)
{
    butler_caller_t self = BUTLER_CALLER ("call");
    butler_texts_t named = { NULL, 0 };
    bool help = false;
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self, "print an object: status, and result or error"),
        { "kw", 'k', BUTLER_OPTION_TEXTS, "NAME=VALUE", "an argument by its name; again for another", &named, 0, 0 },
        { "help", 'h', BUTLER_OPTION_HELP, NULL, "explain all this; behind SERVICE or METHOD, explain that",
          &help, 0, 0 },
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.name, "[OPTION]... SERVICE METHOD [ARG]...",
        "Call a service's method, wait for its result and print it as JSON. With --help behind them,\n"
        "SERVICE lists its methods, and METHOD tells how it is called.",
        options, s_more, 2, SIZE_MAX
    };
    butler_client_t *client;
    int status = butler_caller_start (&self, &line, argc, argv, &client);
    if (status == BUTLER_GO_ON) {
        status = help? s_explain (&self, client): s_run (&self, client, &named);
        status = butler_caller_end (&self, &client, status);
    }
    butler_texts_fini (&named);
    return status;
}
