/*  butler_keys_defaults.c - a configuration file with every key, made from their table
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_keys.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define COLUMN 36                   //  where comments begin
#define WIDTH 110

static const char s_head [] =
    "#   A configuration of butlerd, every key at its default: what butlerd --defaults prints\n"
    "#\n"
    "#   butlerd --check -c butler.cfg       tells whether it is right\n"
    "#   butlerd -c butler.cfg               runs a router with it\n"
    "#\n"
    "#   A line is NAME, which begins a section, or NAME = VALUE. What stands in a section is indented by\n"
    "#   4 spaces. A comment begins with #; values that have a # in them stand in quotes. A key may be left\n"
    "#   out. One that does not exist, or a bad value, is an error and never ignored. More: man butler.cfg\n";

//  Words, wrapped, each line behind `indent` and a #
static void
s_wrap (FILE *file, size_t indent, size_t column, const char *text)
{
    const size_t gap = column < indent? indent - column: column > 0;
    fprintf (file, "%*s#  ", (int) gap, "");
    size_t at = indent + 3;
    while (*text) {
        const size_t size = strcspn (text, " ");
        if (at + 1 + size > WIDTH) {
            fprintf (file, "\n%*s#  ", (int) indent, "");
            at = indent + 3;
        }
        fprintf (file, " %.*s", (int) size, text);
        at += 1 + size;
        text += size;
        text += strspn (text, " ");
    }
    fprintf (file, "\n");
}

void
butler_key_explain (const butler_key_t *key, char *text, size_t size)
{
    const char *unit = key->unit? key->unit: "";
    if (key->type == BUTLER_KEY_INTEGER)
        snprintf (text, size, "%s%s%lld to %lld: %s", unit, key->unit? ", ": "", (long long) key->least,
                  (long long) key->most, key->doc);
    else
    if (key->type == BUTLER_KEY_BOOLEAN)
        snprintf (text, size, "0 or 1: %s", key->doc);
    else
    if (key->type == BUTLER_KEY_CHOICE)
        snprintf (text, size, "%s: %s", key->choices, key->doc);
    else
        snprintf (text, size, "%s", key->doc);
}

//  One that has no default stands there as a comment
static void
s_print_key (FILE *file, const butler_key_t *key)
{
    char explained [512];
    butler_key_explain (key, explained, sizeof explained);
    const char *value = key->fallback? key->fallback: key->sample;
    const char *name = strrchr (key->path, '/') + 1;
    const int indent = key->owner >= BUTLER_KEY_OF_METHOD? 8: 4;
    const bool commented = key->owner >= BUTLER_KEY_OF_WORKER || !key->fallback;
    const int column = commented
        ? fprintf (file, "#%*s%s = %s", indent - 1, "", name, value)
        : fprintf (file, "%*s%s = %s", indent, "", name, value);
    s_wrap (file, COLUMN, (size_t) column, explained);
}

static void
s_print_section (FILE *file, const butler_key_section_t *section)
{
    const size_t size = strlen (section->name);
    const bool permission = strcmp (section->name, "permission") == 0;
    const bool sample = permission || strncmp (section->name, "butler_", 7) == 0;
    fprintf (file, "\n");
    s_wrap (file, 0, 0, section->doc);
    fprintf (file, "%s%s\n", sample? "#": "", section->name);
    if (permission)
        fprintf (file, "#   alice                           #   a user, everyone, or anonymous\n");
    for (const butler_key_t *key = butler_keys; key->path; key++)
        if (strncmp (key->path, section->name, size) == 0 && key->path [size] == '/')
            s_print_key (file, key);
    if (strcmp (section->name, "service") == 0)
        fprintf (file, "#   api.images                      #   for this one, any of the keys above\n"
                       "#       retry = 3\n");
}

char *
butler_keys_defaults (void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream (&text, &size);
    assert (file);
    fputs (s_head, file);
    for (const butler_key_section_t *section = butler_key_sections; section->name; section++)
        s_print_section (file, section);
    fclose (file);
    return text;
}
