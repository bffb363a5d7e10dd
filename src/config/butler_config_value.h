/*  butler_config_value.h - a key's value, checked and put in its place
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_VALUE_H
#define BUTLER_CONFIG_VALUE_H

#include "config/butler_keys.h"

//  Puts it into what the key is a member of. NULL, or a fresh text that says what is wrong with it; then nothing
//  has changed.
char *
butler_config_value_put (const butler_key_t *key, void *where, const char *value);

#endif
