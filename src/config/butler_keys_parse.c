/*  butler_keys_parse.c - what a key takes, and what is wrong with what it does not take
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_keys.h"
#include <stdlib.h>
#include <string.h>
#include "base/butler_address.h"
#include "base/butler_string.h"
#include "config/butler_endpoint.h"

static char *
s_parse_integer (const butler_key_t *key, const char *value, int64_t *number)
{
    const char *space = key->unit? " ": "", *unit = key->unit? key->unit: "";
    const size_t digits = strspn (value + (*value == '-'), "0123456789");
    if (digits == 0 || value [(*value == '-') + digits])
        return butler_string_print ("'%s' is no integer; it takes %lld to %lld%s%s", value,
                        (long long) key->least, (long long) key->most, space, unit);
    if (digits < 18)                //  so that it can't overflow
        *number = strtoll (value, NULL, 10);
    if (digits >= 18 || *number < key->least || *number > key->most)
        return butler_string_print ("'%s' is out of range, %lld to %lld%s%s", value,
                        (long long) key->least, (long long) key->most, space, unit);
    return NULL;
}

static char *
s_parse_choice (const butler_key_t *key, const char *value, int64_t *number)
{
    const size_t length = strlen (value);
    int64_t place = 0;
    for (const char *word = key->choices; *word; place++) {
        const size_t size = strcspn (word, ",");
        if (size == length && memcmp (word, value, size) == 0) {
            *number = place;
            return NULL;
        }
        word += size;
        word += strspn (word, ", ");
    }
    return butler_string_print ("'%s' is none of: %s", value, key->choices);
}

static char *
s_parse_string (const butler_key_t *key, const char *value)
{
    const int64_t size = (int64_t) strlen (value);
    if (size >= key->least && size <= key->most)
        return NULL;
    return butler_string_print ("a text of %lld bytes; it takes %lld to %lld", (long long) size,
                    (long long) key->least, (long long) key->most);
}

char *
butler_key_parse (const butler_key_t *key, const char *value, int64_t *number)
{
    const char *fault;
    butler_address_t address;
    switch (key->type) {
        case BUTLER_KEY_INTEGER:
            return s_parse_integer (key, value, number);
        case BUTLER_KEY_BOOLEAN:
            if (strcmp (value, "0") && strcmp (value, "1"))
                return butler_string_print ("'%s' is neither 0 nor 1", value);
            *number = *value - '0';
            return NULL;
        case BUTLER_KEY_CHOICE:
            return s_parse_choice (key, value, number);
        case BUTLER_KEY_STRING:
        case BUTLER_KEY_SERVICE:        //  whoever stores it, knows which names are right
            return s_parse_string (key, value);
        case BUTLER_KEY_ADDRESSES:
            fault = butler_address_parse (&address, value);
            return fault? butler_string_print ("'%s' %s", value, fault): NULL;
        case BUTLER_KEY_ENDPOINTS:
        case BUTLER_KEY_PEERS:
            fault = key->type == BUTLER_KEY_PEERS? butler_endpoint_peer_fault (value): butler_endpoint_fault (value);
            return fault? butler_string_print ("'%s' %s", value, fault): NULL;
        case BUTLER_KEY_USERS:
        case BUTLER_KEY_PATTERNS:
        case BUTLER_KEY_METHOD:
        case BUTLER_KEY_COMMAND:
            break;                  //  whoever carries it out says what is wrong
    }
    return NULL;
}
