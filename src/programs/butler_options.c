/*  butler_options.c - command lines as tables: parsed, checked and explained from one place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_options.h"
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "butler_output.h"

#define OPTIONS_MAX 32
#define HELP 'h'
#define OPERAND 1                   //  what getopt returns for one, told to keep the order
#define LONG_ONLY 256               //  and for an option without a letter: this and its row
#define MARGIN 29                   //  columns before an option's help, and for it
#define WIDTH 62

//  The table as getopt wants it
typedef struct {
    struct option rows [OPTIONS_MAX + 2];
    char letters [OPTIONS_MAX * 2 + 40];
} getopt_t;

void
butler_texts_add (butler_texts_t *self, const char *text)
{
    self->text = (const char **) realloc (self->text, (self->count + 1) * sizeof *self->text);
    assert (self->text);
    self->text [self->count++] = text;
}

void
butler_texts_fini (butler_texts_t *self)
{
    free (self->text);
    *self = (butler_texts_t) { NULL, 0 };
}

//  The row for help of operands, or NULL
static const butler_option_t *
s_help_row (const butler_option_t *options)
{
    for (; options->name; options++)
        if (options->kind == BUTLER_OPTION_HELP)
            return options;
    return NULL;
}

//  A digit is an option with more in the same word: "-12.5" is the number
static void
s_prepare (getopt_t *self, const butler_option_t *options)
{
    strcpy (self->letters, "-:h0::1::2::3::4::5::6::7::8::9::");
    char *letter = self->letters + strlen (self->letters);
    struct option *row = self->rows;
    for (size_t index = 0; options [index].name; index++) {
        assert (index < OPTIONS_MAX);
        const butler_option_t *option = &options [index];
        const int has = option->argument? required_argument: no_argument;
        *row++ = (struct option) { option->name, has, NULL,
                                   option->letter? option->letter: LONG_ONLY + (int) index };
        if (option->letter)
            *letter++ = option->letter;
        if (option->letter && option->argument)
            *letter++ = ':';
    }
    *letter = 0;
    if (!s_help_row (options))
        *row++ = (struct option) { "help", no_argument, NULL, HELP };
    *row = (struct option) { NULL, 0, NULL, 0 };
}

//  The help in lines of its own width, each behind a margin but the first
static void
s_print_wrapped (const char *help)
{
    size_t column = 0;
    while (*help) {
        const size_t size = strcspn (help, " ");
        if (column && column + 1 + size > WIDTH) {
            printf ("\n%*s", MARGIN, "");
            column = 0;
        }
        printf ("%s%.*s", column? " ": "", (int) size, help);
        column += size + (column != 0);
        help += size;
        help += strspn (help, " ");
    }
    putchar ('\n');
}

static void
s_print_option (const char *letter, const char *name, const char *argument, const char *help)
{
    char names [64];
    snprintf (names, sizeof names, "  %s%s--%s%s%s", letter, *letter? ", ": "    ", name,
              argument? " ": "", argument? argument: "");
    printf ("%-*s", MARGIN, names);
    s_print_wrapped (help);
}

static void
s_print_help (const butler_command_line_t *self)
{
    printf ("Usage: %s %s\n\n%s\n\nOptions:\n", self->name, self->usage, self->about);
    for (const butler_option_t *option = self->options; option->name; option++) {
        const char letter [] = { '-', option->letter, 0 };
        s_print_option (option->letter? letter: "", option->name, option->argument, option->help);
    }
    if (!s_help_row (self->options))
        s_print_option ("-h", "help", NULL, "explain all this");
    if (self->more)
        printf ("\n%s", self->more);
}

static int
s_wrong (const butler_command_line_t *self, const char *what, const char *word)
{
    butler_complain (self->name, "%s%s%s; '%s --help' explains it", what, *word? " ": "", word, self->name);
    return BUTLER_EXIT_USAGE;
}

static int
s_take_number (const butler_command_line_t *self, const butler_option_t *option)
{
    char *end;
    errno = 0;
    const long number = strtol (optarg, &end, 10);
    if (*optarg && !*end && !errno && number >= option->least && number <= option->most) {
        *(int *) option->where = (int) number;
        return BUTLER_GO_ON;
    }
    butler_complain (self->name, "--%s takes a number from %d to %d, not '%s'",
                     option->name, option->least, option->most, optarg);
    return BUTLER_EXIT_USAGE;
}

static int
s_take (const butler_command_line_t *self, const butler_option_t *option)
{
    switch (option->kind) {
        case BUTLER_OPTION_FLAG:
        case BUTLER_OPTION_HELP:
            *(bool *) option->where = true;
            break;
        case BUTLER_OPTION_NUMBER:
            return s_take_number (self, option);
        case BUTLER_OPTION_TEXT:
            *(const char **) option->where = optarg;
            break;
        case BUTLER_OPTION_TEXTS:
            butler_texts_add ((butler_texts_t *) option->where, optarg);
            break;
    }
    return BUTLER_GO_ON;
}

static int
s_help (const butler_command_line_t *self)
{
    s_print_help (self);
    return butler_output_end (self->name, BUTLER_EXIT_DONE);
}

//  Whose help it is can be told when all operands are known
static int
s_take_help (const butler_command_line_t *self)
{
    const butler_option_t *row = s_help_row (self->options);
    if (!row)
        return s_help (self);
    *(bool *) row->where = true;
    return BUTLER_GO_ON;
}

//  What getopt found next, unless it is an operand
static int
s_take_found (const butler_command_line_t *self, int found, const char *word)
{
    if (found == HELP)
        return s_take_help (self);
    if (found == ':')
        return s_wrong (self, "a value is missing after", word);
    for (size_t index = 0; self->options [index].name; index++)
        if (found == self->options [index].letter || found == LONG_ONLY + (int) index)
            return s_take (self, &self->options [index]);
    return s_wrong (self, "there is no option", word);
}

static int
s_check_count (const butler_command_line_t *self, const butler_texts_t *operands)
{
    const butler_option_t *row = s_help_row (self->options);
    if (row && *(const bool *) row->where)
        return operands->count? BUTLER_GO_ON: s_help (self);
    if (operands->count < self->least)
        return s_wrong (self, "something is missing: it takes", self->usage);
    if (operands->count > self->most)
        return s_wrong (self, "there is no use for", operands->text [self->most]);
    return BUTLER_GO_ON;
}

int
butler_options_parse (const butler_command_line_t *self, int argc, char **argv,
                      butler_texts_t *operands)
{
    getopt_t prepared;
    s_prepare (&prepared, self->options);
    opterr = 0;
    optind = 0;                     //  begin anew
    for (;;) {
        const int at = optind? optind: 1;
        const int found = getopt_long (argc, argv, prepared.letters, prepared.rows, NULL);
        if (found == -1)
            break;
        if (found == OPERAND)
            butler_texts_add (operands, optarg);
        else
        if (found >= '0' && found <= '9')
            butler_texts_add (operands, argv [optind - 1]);
        else {
            const int status = s_take_found (self, found, at < argc? argv [at]: "");
            if (status != BUTLER_GO_ON)
                return status;
        }
    }
    while (optind < argc)
        butler_texts_add (operands, argv [optind++]);
    return s_check_count (self, operands);
}
