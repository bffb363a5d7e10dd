/*  command_keygen.c - butler keygen: make a key pair for a router, a client or a worker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include <stdio.h>
#include "auth/butler_public_key.h"
#include "programs/butler_key_pair.h"
#include "programs/butler_options.h"
#include "programs/butler_output.h"

#define NAME "butler keygen"

typedef struct {
    const char *router;
    bool as_json;
    butler_key_pair_t pair;
} keygen_t;

static void
s_print_json (const butler_key_pair_t *pair)
{
    json_t *made = json_pack ("{s:s, s:s, s:s}", "public", pair->file, "secret", pair->secret_file,
                              "public_key", pair->public_key);
    if (*pair->router_key)
        json_object_set_new (made, "router_key", json_string (pair->router_key));
    butler_print_json (made);
    json_decref (made);
}

//  What was made, and what is to be done with it
static void
s_print (const butler_key_pair_t *pair)
{
    if (*pair->router_key)
        printf ("Made %s, to be copied into the router's folder auth/certificates, and %s, to be kept:\n"
                "  butler -k %s COMMAND...\n", pair->file, pair->secret_file, pair->secret_file);
    else
        printf ("Made %s, to be given away, and %s, to be kept: a router's auth/certificate. For who uses it:\n"
                "  butler keygen USER --router %s\n", pair->file, pair->secret_file, pair->file);
}

static int
s_complain (char *fault, int status)
{
    butler_complain (NAME, "%s", fault);
    zstr_free (&fault);
    return status;
}

static int
s_make (keygen_t *self)
{
    const char *wrong = butler_key_pair_fault (self->pair.file);
    if (wrong) {
        butler_complain (NAME, "no keys can be called '%s': it %s", self->pair.file, wrong);
        return BUTLER_EXIT_USAGE;
    }
    char *fault = NULL;
    if (self->router && butler_public_key_read (self->pair.router_key, self->router, &fault) == -1)
        return s_complain (fault, BUTLER_EXIT_USAGE);
    if (butler_key_pair_make (&self->pair, &fault) == -1)
        return s_complain (fault, BUTLER_EXIT_TROUBLE);
    if (self->as_json)
        s_print_json (&self->pair);
    else
        s_print (&self->pair);
    return BUTLER_EXIT_DONE;
}

static const char s_more [] =
    "A router takes those whose public files are in its folder auth/certificates: a file's name is its\n"
    "user's. With --router the secret file says which router it is for, and is all that a client needs.\n\n"
    "Examples:\n"
    "  butler keygen router\n"
    "  butler keygen alice --router router\n"
    "  butler -k alice_secret call api.images list\n";

int
command_keygen (int argc, char **argv)
{
    keygen_t self = { .router = NULL };
    butler_texts_t operands = { NULL, 0 };
    const butler_option_t options [] = {
        { "router", 0, BUTLER_OPTION_TEXT, "FILE|KEY", "the public key of the router that it is for", &self.router, 0, 0 },
        { "json", 0, BUTLER_OPTION_FLAG, NULL, "print an object: both files, and the public key", &self.as_json, 0, 0 },
        { .name = NULL }
    };
    const butler_command_line_t line = {
        NAME, "[OPTION]... NAME",
        "Make a pair of keys: NAME, a public certificate for everybody, and NAME_secret, for its owner\n"
        "alone. Nothing is overwritten.",
        options, s_more, 1, 1
    };
    int status = butler_options_parse (&line, argc, argv, &operands);
    if (status == BUTLER_GO_ON) {
        self.pair.file = operands.text [0];
        status = butler_output_end (NAME, s_make (&self));
    }
    butler_texts_fini (&operands);
    return status;
}
