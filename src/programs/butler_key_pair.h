/*  butler_key_pair.h - a new CURVE key pair, written to two files
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_KEY_PAIR_H
#define BUTLER_KEY_PAIR_H

#include "auth/butler_certificate.h"

typedef struct {
    const char *file;               //  the public certificate's name
    char secret_file [PATH_MAX];    //  "FILE_secret"
    char public_key [BUTLER_KEY_SIZE];           //  Z85
    char router_key [BUTLER_KEY_SIZE];           //  the same of the router that it is for; "": none
} butler_key_pair_t;

//  NULL; or what is wrong with the last part of the name, which is the user's, as the rest of a sentence
const char *
butler_key_pair_fault (const char *file);

//  Makes keys, and both files, zcert's, the one with the secret key with mode 0600. None of them may be
//  there. 0; or -1, and *fault is a fresh text: then neither of them was made.
int
butler_key_pair_make (butler_key_pair_t *self, char **fault);

#endif
