/*  butler_certificate.h - reads a certificate's file, as zcert_save () writes it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CERTIFICATE_H
#define BUTLER_CERTIFICATE_H

#include <czmq.h>

#define BUTLER_KEY_SIZE 41          //  a key as text, Z85, and its 0

//  Why not zcert_load (): it prints lines that it can't read, secrets among them, takes NAME_secret for NAME,
//  looks at no mode, and takes as long for one certificate as this for twenty.
typedef struct {
    char public_key [BUTLER_KEY_SIZE];
    char secret_key [BUTLER_KEY_SIZE];      //  "": it has none
} butler_certificate_t;

//  The text is written into. What the certificate says about its owner is added to metadata, an autofree hash,
//  or NULL. 0, or -1: it is no certificate.
int
butler_certificate_parse (butler_certificate_t *self, char *text, zhash_t *metadata);

//  The 32 bytes of a key
void
butler_certificate_decode (const char key [BUTLER_KEY_SIZE], uint8_t bytes [32]);

#endif
