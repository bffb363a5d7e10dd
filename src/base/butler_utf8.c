/*  butler_utf8.c - text that may come from anywhere, made fit for JSON
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_utf8.h"
#include <assert.h>
#include <stdlib.h>

static const char s_replacement [] = "\xEF\xBF\xBD";    //  U+FFFD
#define S_REPLACEMENT_SIZE (sizeof s_replacement - 1)

//  What a leading byte promises: how many bytes, its own bits, the least code point that needs
//  so many bytes (a smaller one is overlong)
typedef struct {
    size_t size;
    uint32_t bits;
    uint32_t least;
} s_lead_t;

static s_lead_t
s_lead (uint8_t byte)
{
    if (byte < 0x80)
        return (s_lead_t) { 1, byte, 0 };
    if ((byte & 0xE0) == 0xC0)
        return (s_lead_t) { 2, byte & 0x1FU, 0x80 };
    if ((byte & 0xF0) == 0xE0)
        return (s_lead_t) { 3, byte & 0x0FU, 0x800 };
    if ((byte & 0xF8) == 0xF0)
        return (s_lead_t) { 4, byte & 0x07U, 0x10000 };
    return (s_lead_t) { 0, 0, 0 };
}

size_t
butler_utf8_next (butler_span_t text, uint32_t *code)
{
    if (text.size == 0)
        return 0;
    const s_lead_t lead = s_lead (text.data [0]);
    if (lead.size == 0 || lead.size > text.size)
        return 0;

    uint32_t value = lead.bits;
    for (size_t index = 1; index < lead.size; index++) {
        if ((text.data [index] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (text.data [index] & 0x3FU);
    }
    if (value < lead.least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code = value;
    return lead.size;
}

size_t
butler_utf8_printable (butler_span_t text)
{
    uint32_t code = 0;
    const size_t size = butler_utf8_next (text, &code);
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    return control? 0: size;
}

bool
butler_utf8_is_printable (butler_span_t text)
{
    size_t size = 1;
    for (size_t at = 0; size && at < text.size; at += size)
        size = butler_utf8_printable (butler_span (text.data + at, text.size - at));
    return size > 0;
}

size_t
butler_utf8_put (char into [4], uint32_t code)
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = 0xFFFD;
    const size_t size = code < 0x80? 1: code < 0x800? 2: code < 0x10000? 3: 4;
    static const uint8_t leads [] = { 0, 0x00, 0xC0, 0xE0, 0xF0 };
    for (size_t index = size; index-- > 1; code >>= 6)
        into [index] = (char) (0x80 | (code & 0x3F));
    into [0] = (char) (leads [size] | code);
    return size;
}

size_t
butler_utf8_valid (butler_span_t text)
{
    size_t valid = 0;
    for (;;) {
        uint32_t code;
        const size_t size = butler_utf8_next (butler_span (text.data + valid, text.size - valid), &code);
        if (size == 0)
            return valid;
        valid += size;
    }
}

char *
butler_utf8_clean (butler_span_t text)
{
    char *clean = (char *) malloc (text.size * S_REPLACEMENT_SIZE + 1);
    assert (clean);
    char *into = clean;
    for (size_t index = 0; index < text.size;) {
        uint32_t code = 0;
        const uint8_t *from = text.data + index;
        const size_t size = butler_utf8_next (butler_span (from, text.size - index), &code);
        const bool good = size && code;
        memcpy (into, good? (const char *) from: s_replacement, good? size: S_REPLACEMENT_SIZE);
        into += good? size: S_REPLACEMENT_SIZE;
        index += size? size: 1;
    }
    *into = 0;
    return clean;
}
