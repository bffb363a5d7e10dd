/*  butler_file.h - reads a whole file, one with secrets only where others can't
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_FILE_H
#define BUTLER_FILE_H

#include <stddef.h>
#include "butler_stamp.h"

//  What there is to read, and what was read
typedef struct {
    size_t most;                    //  bytes that it may have
    bool secret;                    //  it is refused where others can read it
    char *text;                     //  with a 0 behind it
    size_t size;                    //  bytes, without that 0
    butler_stamp_t stamp;           //  of the file that was read
} butler_file_t;

//  The name is relative to an open folder, or AT_FDCWD. 0, or -1 with errno, and *fault is a fresh text of
//  what is wrong, without the name.
int
butler_file_read (butler_file_t *self, int folder, const char *name, char **fault);

//  Zeroes the text, and frees it
void
butler_file_fini (butler_file_t *self);

#endif
