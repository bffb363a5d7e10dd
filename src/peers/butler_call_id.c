/*  butler_call_id.c - the api:id of a client's requests: a version of dialect 1, and a number
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_call_id.h"

#define PREFIX "1.0:"
#define DIGITS_MAX 19               //  of a number that surely fits

butler_span_t
butler_call_id_encode (char text [BUTLER_DIGITS], uint64_t number)
{
    char *digit = text + BUTLER_DIGITS;
    do
        *--digit = (char) ('0' + number % 10);
    while (number /= 10);
    const size_t size = strlen (PREFIX);
    digit -= size;
    memcpy (digit, PREFIX, size);
    return butler_span (digit, (size_t) (text + BUTLER_DIGITS - digit));
}

uint64_t
butler_call_id_number (butler_span_t api_id)
{
    const size_t skip = strlen (PREFIX);
    if (!butler_span_begins (api_id, PREFIX) || api_id.size == skip || api_id.size > skip + DIGITS_MAX)
        return UINT64_MAX;
    uint64_t number = 0;
    for (size_t index = skip; index < api_id.size; index++) {
        const uint8_t byte = api_id.data [index];
        if (byte < '0' || byte > '9')
            return UINT64_MAX;
        number = number * 10 + (uint64_t) (byte - '0');
    }
    return number;
}
