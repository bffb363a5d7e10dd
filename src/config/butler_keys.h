/*  butler_keys.h - the configuration's keys: one table says all about each
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_KEYS_H
#define BUTLER_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    BUTLER_KEY_INTEGER,             //  least to most
    BUTLER_KEY_BOOLEAN,             //  0 or 1
    BUTLER_KEY_CHOICE,              //  one of several words; the number is its place
    BUTLER_KEY_STRING,
    BUTLER_KEY_ENDPOINTS            //  again for each further one
} butler_key_type_t;

typedef struct {
    const char *path;               //  "router/heartbeat"; the last row's is NULL
    butler_key_type_t type;
    int64_t least, most;            //  of an integer; of a string: bytes
    const char *choices;            //  of a choice: "reject, queue"
    const char *fallback;           //  the default, as a file would have it; NULL: none
    const char *unit;               //  "ms", or NULL
    const char *doc;                //  one line for people
    const char *fixed;              //  why it can't change in a router that runs; NULL: it can
    bool service;                   //  may stand in service/NAME, too
    //  Where it goes, in a butler_config_t, or in a butler_service_settings_t
    size_t offset;
    size_t size;
    size_t mark;                    //  of a number: where a bool tells that it was named, 0: nowhere;
                                    //  of endpoints: where a size_t counts them
} butler_key_t;

extern const butler_key_t butler_keys [];

//  The row of a path, NULL where there is none
const butler_key_t *
butler_keys_find (const char *path);

//  Whether any key is in this section
bool
butler_keys_is_section (const char *path, size_t size);

//  The names of all keys in a section, "heartbeat, liveness"; for the empty one, the names of all
//  sections. Fresh.
char *
butler_keys_list (const char *section, size_t size);

//  NULL, and where the value is a number of any kind that number; or a fresh text that says what
//  is wrong with it and what is right
char *
butler_key_parse (const butler_key_t *key, const char *value, int64_t *number);

#endif
