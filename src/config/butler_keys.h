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
    BUTLER_KEY_SERVICE,             //  a service's name
    BUTLER_KEY_ENDPOINTS,           //  to bind to; again for each further one
    BUTLER_KEY_PEERS,               //  endpoints to connect to, likewise
    BUTLER_KEY_ADDRESSES,           //  of peers, or their networks; again for each further one
    BUTLER_KEY_USERS,               //  likewise
    BUTLER_KEY_PATTERNS,            //  of services' names, likewise
    BUTLER_KEY_METHOD,              //  begins a method by its signature; again for each further one
    BUTLER_KEY_COMMAND              //  of the router's script; again and again
} butler_key_type_t;

//  What a key is a member of
typedef enum {
    BUTLER_KEY_OF_CONFIG,
    BUTLER_KEY_OF_SERVICE,          //  may stand in service/NAME, too
    BUTLER_KEY_OF_WORKER,           //  the butler_worker section that was begun last
    BUTLER_KEY_OF_METHOD,           //  the method that was begun last
    BUTLER_KEY_OF_GRANT             //  a user's section; NAME in its path stands for him
} butler_key_owner_t;

typedef struct {
    const char *path;               //  "router/heartbeat"; the last row's is NULL
    butler_key_type_t type;
    int64_t least, most;            //  of an integer; of a string: bytes; of addresses, users, patterns: how many
    const char *choices;            //  of a choice: "reject, queue"
    const char *fallback;           //  the default, as a file would have it; NULL: none
    const char *unit;               //  "ms", or NULL
    const char *doc;                //  one line for people
    const char *fixed;              //  why SET can't change it in a router that runs; NULL: it can
    bool early;                     //  but SET can before the first endpoint is bound
    butler_key_owner_t owner;
    //  Where it goes, in what it is a member of
    size_t offset;
    size_t size;
    size_t mark;                    //  of a number: where a bool tells that it was named, 0: nowhere;
                                    //  of what may stand again: where a size_t counts it
    bool restart;                   //  a router that runs keeps what it has
    const char *sample;             //  a value to show, where there is no default
    const char *more;               //  what the manual says besides, in whole sentences; or NULL
} butler_key_t;

extern const butler_key_t butler_keys [];

//  The sections, in the order of their keys
typedef struct {
    const char *name;               //  the last row's is NULL
    const char *doc;                //  one line for people
    const char *more;               //  as for keys
} butler_key_section_t;

extern const butler_key_section_t butler_key_sections [];

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

//  What it takes and means, for people: "ms, 0 to 86400000: to finish what runs when told to stop"
void
butler_key_explain (const butler_key_t *key, char *text, size_t size);

//  A configuration file that names every key at its default, with what each means. Fresh.
char *
butler_keys_defaults (void);

#endif
