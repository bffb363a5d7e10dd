/*  butler_key_file.h - a file with a secret key
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_KEY_FILE_H
#define BUTLER_KEY_FILE_H

#include <czmq.h>

//  A file with a secret key, as a zcert. NULL, and *fault is a fresh text that names what is wrong and the
//  remedy: others can read it, it has no secret key, or is no certificate.
zcert_t *
butler_key_file_load (const char *file, char **fault);

#endif
