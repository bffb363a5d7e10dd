/*  own_folder.h - for tests: a folder of their own, and files in it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef OWN_FOLDER_H
#define OWN_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define OWN_FOLDER "/tmp/butler-test-XXXXXX"

static inline void
own_folder_make (char folder [32])
{
    strcpy (folder, OWN_FOLDER);
    assert_non_null (mkdtemp (folder));
}

static inline int
own_folder_remove_one (const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void) status;
    (void) type;
    (void) where;
    return remove (path);
}

//  With all that is in it
static inline void
own_folder_remove (const char *folder)
{
    nftw (folder, own_folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
own_folder_write (const char *file, const char *text, mode_t mode)
{
    FILE *out = fopen (file, "w");
    assert_non_null (out);
    fputs (text, out);
    fclose (out);
    assert_int_equal (chmod (file, mode), 0);
}

#endif
