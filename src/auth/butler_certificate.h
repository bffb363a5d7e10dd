/*  butler_certificate.h - reads a certificate's file, as zcert_save () writes it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CERTIFICATE_H
#define BUTLER_CERTIFICATE_H

#include <czmq.h>

#define BUTLER_KEY_SIZE 41          //  a key as text, Z85, and its 0
#define BUTLER_CERTIFICATE_MAX 65536    //  bytes of a file

//  Why not zcert_load (): it prints lines that it can't read, secrets among them, takes NAME_secret for NAME,
//  looks at no mode, and takes as long for one certificate as this for twenty.
typedef struct {
    char public_key [BUTLER_KEY_SIZE];
    char secret_key [BUTLER_KEY_SIZE];      //  "": it has none
    char router_key [BUTLER_KEY_SIZE];      //  public, of the router that it is for; "": it does not say
    bool misnames_router;                   //  what it says of that is no key
} butler_certificate_t;

//  The text is written into. 0, or -1: it is no certificate.
int
butler_certificate_parse (butler_certificate_t *self, char *text);

//  Zeroes it
void
butler_certificate_wipe (butler_certificate_t *self);

//  Whether the text is one, Z85
bool
butler_certificate_is_key (const char *text);

#endif
