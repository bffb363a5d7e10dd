/*  butler_public_key.c - somebody else's public key, by itself or in a file
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_public_key.h"
#include <errno.h>
#include <fcntl.h>
#include "butler_file.h"

static int
s_read_file (char key [BUTLER_KEY_SIZE], const char *name, char **fault)
{
    butler_file_t file = { .most = BUTLER_CERTIFICATE_MAX };
    butler_certificate_t certificate;
    char *reason = NULL;
    if (butler_file_read (&file, AT_FDCWD, name, &reason)) {
        *fault = zsys_sprintf ("'%s': %s", name, reason);
        zstr_free (&reason);
        return -1;
    }
    const int rc = butler_certificate_parse (&certificate, file.text);
    if (rc == 0)
        memcpy (key, certificate.public_key, BUTLER_KEY_SIZE);
    else
        *fault = zsys_sprintf ("'%s' has no public key in it; butler keygen makes such files", name);
    butler_certificate_wipe (&certificate);
    butler_file_fini (&file);
    return rc;
}

int
butler_public_key_read (char key [BUTLER_KEY_SIZE], const char *file_or_key, char **fault)
{
    if (access (file_or_key, F_OK) == 0)
        return s_read_file (key, file_or_key, fault);
    if (butler_certificate_is_key (file_or_key)) {
        memcpy (key, file_or_key, BUTLER_KEY_SIZE);
        return 0;
    }
    *fault = zsys_sprintf ("'%s' is neither a file nor a key of 40 characters (Z85)", file_or_key);
    return -1;
}
