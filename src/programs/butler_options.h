/*  butler_options.h - command lines as tables: parsed, checked and explained from one place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_OPTIONS_H
#define BUTLER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    BUTLER_OPTION_FLAG,             //  where: bool, set to true
    BUTLER_OPTION_NUMBER,           //  where: int, least to most
    BUTLER_OPTION_TEXT,             //  where: const char *
    BUTLER_OPTION_TEXTS,            //  where: butler_texts_t; may come again
    BUTLER_OPTION_HELP              //  where: bool, set to true where --help is asked for beside
                                    //  operands: it is theirs then, however many there are
} butler_option_kind_t;

typedef struct {
    const char *name;               //  "timeout"; the last row's is NULL
    char letter;                    //  't'; 0: none
    butler_option_kind_t kind;
    const char *argument;           //  "MS"; NULL for a flag
    const char *help;               //  one line
    void *where;                    //  keeps its value where the option is not given
    int least, most;
} butler_option_t;

//  Borrowed from the command line
typedef struct {
    const char **text;
    size_t count;
} butler_texts_t;

typedef struct {
    const char *name;               //  "butler call"
    const char *usage;              //  "SERVICE METHOD [ARG]..."
    const char *about;              //  a paragraph
    const butler_option_t *options; //  --help is understood beside them
    const char *more;               //  what the help ends with: examples
    size_t least, most;             //  operands
} butler_command_line_t;

#define BUTLER_GO_ON (-1)

//  Options may stand anywhere before "--"; what begins with a dash and a digit is no option.
//  BUTLER_GO_ON; or the program's exit status, where help was asked for, or after a message that
//  says what is wrong. The operands are filled in any case.
int
butler_options_parse (const butler_command_line_t *self, int argc, char **argv,
                      butler_texts_t *operands);

void
butler_texts_add (butler_texts_t *self, const char *text);

void
butler_texts_fini (butler_texts_t *self);

#endif
