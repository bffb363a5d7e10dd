/*  butler_user_name.c - what users may be called
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_user_name.h"
#include "base/butler_utf8.h"

bool
butler_user_name_is_reserved (const char *name)
{
    return strcmp (name, BUTLER_ANONYMOUS) == 0 || strcmp (name, BUTLER_EVERYONE) == 0;
}

const char *
butler_user_name_fault (butler_span_t name)
{
    bool right = name.size && name.size < BUTLER_USER_SIZE && butler_utf8_is_printable (name);
    for (size_t at = 0; right && at < name.size; at++)
        right = !memchr (" /=#'\"", name.data [at], 6);
    return right? NULL: "is no user's name; it takes 1 to 255 bytes of printable UTF-8, without blanks and / = # ' \"";
}
