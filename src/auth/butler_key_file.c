/*  butler_key_file.c - a file with a secret key
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_key_file.h"
#include <errno.h>
#include <sys/stat.h>

zcert_t *
butler_key_file_load (const char *file, char **fault)
{
    struct stat status;
    if (stat (file, &status)) {
        *fault = zsys_sprintf ("can't read '%s': %s", file, strerror (errno));
        return NULL;
    }
    if (status.st_mode & 077) {
        *fault = zsys_sprintf ("'%s' can be read by others; chmod 600 %s", file, file);
        return NULL;
    }
    zcert_t *cert = zcert_load (file);
    if (!cert)
        *fault = zsys_sprintf ("'%s' is no certificate", file);
    else
    if (streq (zcert_secret_txt (cert), "0000000000000000000000000000000000000000")) {
        *fault = zsys_sprintf ("'%s' has no secret key", file);
        zcert_destroy (&cert);
    }
    return cert;
}
