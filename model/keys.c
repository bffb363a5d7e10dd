/*  keys.c - makes of the configuration's table its part of butler.cfg (5), and the example
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    keys man | keys cfg */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config/butler_keys.h"

//  A backslash and a line's first dot or quote mean something to roff
static void
s_print_text (const char *text)
{
    if (*text == '.' || *text == '\'')
        printf ("\\&");
    for (; *text; text++)
        printf (*text == '\\'? "\\e": *text == '-'? "\\-": "%c", *text);
}

static void
s_print_key (const butler_key_t *key)
{
    char explained [512];
    butler_key_explain (key, explained, sizeof explained);
    printf (".TP\n.B ");
    s_print_text (key->path);
    if (key->fallback)
        printf (" = %s", key->fallback);
    printf ("\n");
    s_print_text (explained);
    printf (".\n");
    if (key->more) {
        s_print_text (key->more);
        printf ("\n");
    }
}

static void
s_print_manual (void)
{
    for (const butler_key_section_t *section = butler_key_sections; section->name; section++) {
        const size_t size = strlen (section->name);
        printf (".SS %s\n", section->name);
        s_print_text (section->doc);
        printf (".\n");
        if (section->more) {
            s_print_text (section->more);
            printf ("\n");
        }
        for (const butler_key_t *key = butler_keys; key->path; key++)
            if (strncmp (key->path, section->name, size) == 0 && key->path [size] == '/')
                s_print_key (key);
    }
}

int
main (int argc, char **argv)
{
    if (argc == 2 && strcmp (argv [1], "man") == 0)
        s_print_manual ();
    else {
        char *text = butler_keys_defaults ();
        fputs (text, stdout);
        free (text);
    }
    return 0;
}
