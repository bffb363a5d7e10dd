/*  butler_public_key.h - somebody else's public key, by itself or in a file
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PUBLIC_KEY_H
#define BUTLER_PUBLIC_KEY_H

#include "butler_certificate.h"

//  The key of a certificate's file, with a secret one or without, or else the text itself: Z85. What is both,
//  is a file. 0, or -1, and *fault is a fresh text; then the key is untouched.
int
butler_public_key_read (char key [BUTLER_KEY_SIZE], const char *file_or_key, char **fault);

#endif
