/*  butler_json.c - JSON strings written straight into a text
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_json.h"
#include <stdio.h>
#include "base/butler_utf8.h"

//  Eight times the same byte
#define EACH(byte) ((byte) * UINT64_C (0x0101010101010101))

static bool
s_byte_is_plain (uint8_t byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

//  Eight bytes at once: ASCII that stands for itself, all of them. One below 0x20 borrows, as do a quote
//  and a backslash once they are zero; a borrow into the next byte comes from one that is not plain.
static bool
s_word_is_plain (const uint8_t *data)
{
    uint64_t word;
    memcpy (&word, data, sizeof word);
    const uint64_t quote = (word ^ EACH ('"')) - EACH (0x01);
    const uint64_t backslash = (word ^ EACH ('\\')) - EACH (0x01);
    return ((word | (word - EACH (0x20)) | quote | backslash) & EACH (0x80)) == 0;
}

//  How many bytes from the first on stand for themselves
static size_t
s_plain_run (butler_span_t self)
{
    size_t at = 0;
    while (self.size - at >= 8 && s_word_is_plain (self.data + at))
        at += 8;
    while (at < self.size && s_byte_is_plain (self.data [at]))
        at++;
    return at;
}

static void
s_put_escaped (butler_text_t *text, uint32_t code)
{
    static const char letters [] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t index = 0; letters [index]; index += 2)
        if (code == (uint8_t) letters [index]) {
            const char escape [] = { '\\', letters [index + 1] };
            butler_text_append (escape, sizeof escape, text);
            return;
        }
    char escape [sizeof "\\u001F"];
    snprintf (escape, sizeof escape, "\\u%04X", (unsigned) (code & 0xFFFF));
    butler_text_append (escape, sizeof escape - 1, text);
}

//  A character that does not stand for itself, or is none; returns its size
static size_t
s_put_character (butler_text_t *text, butler_span_t rest)
{
    uint32_t code = 0;
    const size_t size = butler_utf8_next (rest, &code);
    if (size == 0 || code == 0)
        butler_text_append ("\xEF\xBF\xBD", 3, text);
    else
    if (size > 1)
        butler_text_append ((const char *) rest.data, size, text);
    else
        s_put_escaped (text, code);
    return size? size: 1;
}

void
butler_json_put_string (butler_text_t *text, butler_span_t string)
{
    butler_text_append ("\"", 1, text);
    while (string.size) {
        size_t size = s_plain_run (string);
        if (size)
            butler_text_append ((const char *) string.data, size, text);
        else
            size = s_put_character (text, string);
        string = butler_span (string.data + size, string.size - size);
    }
    butler_text_append ("\"", 1, text);
}

//  Behind a string's first quote: the position of its last
static size_t
s_string_end (butler_span_t text, size_t at)
{
    while (at < text.size && text.data [at] != '"')
        at += text.data [at] == '\\'? 2: 1;
    return at;
}

bool
butler_json_is_shallow (butler_span_t text, unsigned most)
{
    unsigned depth = 0;
    for (size_t at = 0; at < text.size; at++)
        switch (text.data [at]) {
            case '"':
                at = s_string_end (text, at + 1);
                break;
            case '[': case '{':
                if (++depth > most)
                    return false;
                break;
            case ']': case '}':
                depth -= depth > 0;
                break;
            default:
                break;
        }
    return true;
}
