/*  butler_key_file.c - a file with a secret key of one's own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_key_file.h"
#include <errno.h>
#include <fcntl.h>
#include "butler_file.h"

#define SECRET "_secret"

static char *
s_prefix (const char *file, const char *reason)
{
    return zsys_sprintf ("%s: %s", file, reason);
}

static char *
s_lacks_secret (const char *file)
{
    return zsys_sprintf ("%s: has no secret key, it is a public certificate; name the one that ends in " SECRET, file);
}

//  NULL, or a fresh text of why these keys are of no use
static char *
s_check (const butler_certificate_t *certificate, const char *file)
{
    char public_key [BUTLER_KEY_SIZE];
    if (*certificate->secret_key == 0)
        return s_lacks_secret (file);
    if (zmq_curve_public (public_key, certificate->secret_key))
        return s_prefix (file, "can't be used: this libzmq is built without CURVE");
    if (strneq (public_key, certificate->public_key))
        return s_prefix (file, "has a public and a secret key that do not belong together; make a new pair");
    return NULL;
}

static int
s_parse (butler_certificate_t *certificate, char *text, const char *file, char **fault)
{
    butler_certificate_t read;
    if (butler_certificate_parse (&read, text)) {
        *fault = s_prefix (file, "is no certificate");
        return -1;
    }
    char *wrong = s_check (&read, file);
    if (wrong)
        *fault = wrong;
    else
        *certificate = read;
    butler_certificate_wipe (&read);
    return wrong? -1: 0;
}

//  All may read it then, and to forbid that would be no remedy
static bool
s_is_public (const char *file)
{
    butler_file_t read = { .most = BUTLER_CERTIFICATE_MAX };
    butler_certificate_t certificate;
    char *reason;
    if (butler_file_read (&read, AT_FDCWD, file, &reason)) {
        zstr_free (&reason);
        return false;
    }
    const bool is_public = butler_certificate_parse (&certificate, read.text) == 0 && *certificate.secret_key == 0;
    butler_certificate_wipe (&certificate);
    butler_file_fini (&read);
    return is_public;
}

//  1: there is no such file
static int
s_load (butler_certificate_t *certificate, const char *file, char **fault)
{
    butler_file_t read = { .most = BUTLER_CERTIFICATE_MAX, .secret = true };
    char *reason;
    if (butler_file_read (&read, AT_FDCWD, file, &reason)) {
        const bool absent = errno == ENOENT || errno == ENAMETOOLONG;
        *fault = !absent && s_is_public (file)? s_lacks_secret (file): s_prefix (file, reason);
        zstr_free (&reason);
        return absent? 1: -1;
    }
    const int rc = s_parse (certificate, read.text, file, fault);
    butler_file_fini (&read);
    return rc;
}

int
butler_key_file_load (butler_certificate_t *certificate, const char *file, char **fault)
{
    char *wrong = NULL;
    char *secret = zsys_sprintf ("%s" SECRET, file);
    int rc = s_load (certificate, secret, &wrong);
    zstr_free (&secret);
    if (rc == 1) {
        zstr_free (&wrong);
        rc = s_load (certificate, file, &wrong);
    }
    if (rc)
        *fault = wrong;
    return rc? -1: 0;
}
