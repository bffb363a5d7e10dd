/*  butler_pickle_read.c - what a pickled exception says, read as the text that it is
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_pickle.h"
#include <assert.h>
#include <stdlib.h>
#include "wire/butler_text.h"
#include "base/butler_utf8.h"

#define NAME_LONGEST 255            //  bytes

//  Takes one operation's byte where it comes next
static bool
s_accept (butler_span_t *rest, char operation)
{
    if (rest->size == 0 || rest->data [0] != (uint8_t) operation)
        return false;
    *rest = butler_span (rest->data + 1, rest->size - 1);
    return true;
}

//  Takes what stands before the next newline, and that
static bool
s_line (butler_span_t *rest, butler_span_t *line)
{
    const uint8_t *end = rest->size? memchr (rest->data, '\n', rest->size): NULL;
    if (!end)
        return false;
    *line = butler_span (rest->data, (size_t) (end - rest->data));
    *rest = butler_span (end + 1, rest->size - line->size - 1);
    return true;
}

static bool
s_is_identifier (butler_span_t name)
{
    for (size_t at = 0; at < name.size; at++) {
        const uint8_t byte = name.data [at];
        const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        if (!letter && byte != '_' && (at == 0 || byte < '0' || byte > '9'))
            return false;
    }
    return name.size > 0 && name.size <= NAME_LONGEST;
}

//  A number of so many hexadecimal digits behind text [at]; false: there are none
static bool
s_hex (butler_span_t text, size_t at, size_t digits, uint32_t *code)
{
    uint32_t value = 0;
    if (text.size - at <= digits)
        return false;
    while (digits--) {
        const uint8_t byte = text.data [++at], low = byte | 0x20;
        const bool letter = low >= 'a' && low <= 'f';
        if (!letter && (byte < '0' || byte > '9'))
            return false;
        value = value * 16 + (uint32_t) (letter? low - 'a' + 10: byte - '0');
    }
    *code = value;
    return true;
}

static void
s_append (butler_text_t *into, uint32_t code)
{
    char bytes [4];
    butler_text_append (bytes, butler_utf8_put (bytes, code), into);
}

//  A backslash and what it stands for: how many bytes of it there are. `wide` tells a V line, where
//  characters stand as \uXXXX, from an S line, which is as repr () writes a string.
static size_t
s_unescape (butler_span_t text, size_t at, bool wide, butler_text_t *into)
{
    static const char letters [] = "ntr\\'\"", meanings [] = "\n\t\r\\'\"";
    const char kind = at + 1 < text.size? (char) text.data [at + 1]: 0;
    const size_t digits = !wide? (kind == 'x'? 2: 0): kind == 'u'? 4: kind == 'U'? 8: 0;
    uint32_t code;
    if (digits && s_hex (text, at + 1, digits, &code)) {
        if (wide)
            s_append (into, code);
        else
            butler_text_append ((char []) { (char) code }, 1, into);
        return digits + 2;
    }
    const char *letter = wide || !kind? NULL: strchr (letters, kind);
    butler_text_append (letter? &meanings [letter - letters]: "\\", 1, into);
    return letter? 2: 1;
}

//  The string that a line holds, fresh: bytes of an S line as they are, of a V line as Latin-1
static char *
s_string (butler_span_t line, bool wide)
{
    butler_text_t text;
    butler_text_init (&text);
    for (size_t at = 0; at < line.size;)
        if (line.data [at] == '\\')
            at += s_unescape (line, at, wide, &text);
        else
        if (wide)
            s_append (&text, line.data [at++]);
        else
            butler_text_append ((const char *) &line.data [at++], 1, &text);
    char *clean = butler_utf8_clean (butler_span (text.data, text.size));
    butler_text_fini (&text);
    return clean;
}

//  The first argument that is a string, numbers before it (an errno) or not; "" where there is none
static char *
s_message (butler_span_t rest)
{
    butler_span_t line;
    while (s_accept (&rest, 'I') && s_line (&rest, &line))
        continue;
    if (s_accept (&rest, 'V') && s_line (&rest, &line))
        return s_string (line, true);
    if (s_accept (&rest, 'S') && s_line (&rest, &line) && line.size >= 2
    &&  line.data [0] == line.data [line.size - 1])
        return s_string (butler_span (line.data + 1, line.size - 2), false);
    return s_string (butler_span (NULL, 0), false);
}

bool
butler_pickle_read (butler_span_t pickle, char **name, char **message)
{
    butler_span_t module, class, memo;
    if (!s_accept (&pickle, 'c') || !s_line (&pickle, &module) || !s_line (&pickle, &class)
    ||  !s_is_identifier (class))
        return false;
    if (s_accept (&pickle, 'p') && !s_line (&pickle, &memo))
        return false;
    if (!s_accept (&pickle, '('))
        return false;
    *name = strndup ((const char *) class.data, class.size);
    assert (*name);
    *message = s_message (pickle);
    return true;
}
