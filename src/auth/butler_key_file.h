/*  butler_key_file.h - a file with a secret key of one's own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_KEY_FILE_H
#define BUTLER_KEY_FILE_H

#include "butler_certificate.h"

//  Reads the certificate in this file or, as zcert_load () has it, where there is FILE_secret, in that one; to be
//  wiped. 0; or -1, and *fault is a fresh text of what is wrong and the remedy: others can read it, it has no
//  secret key (a public certificate), its two keys do not belong together, it is no certificate, this libzmq
//  has no CURVE. Then the certificate is untouched.
int
butler_key_file_load (butler_certificate_t *certificate, const char *file, char **fault);

#endif
