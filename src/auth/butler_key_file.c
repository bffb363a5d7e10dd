/*  butler_key_file.c - a file with a secret key of one's own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_key_file.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include "butler_certificate.h"
#include "butler_file.h"

#define FILE_MAX 65536              //  bytes of a certificate
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

static zcert_t *
s_cert_new (const butler_certificate_t *certificate, zhash_t *metadata)
{
    uint8_t public_key [32], secret_key [32];
    butler_certificate_decode (certificate->public_key, public_key);
    butler_certificate_decode (certificate->secret_key, secret_key);
    zcert_t *cert = zcert_new_from (public_key, secret_key);
    explicit_bzero (secret_key, sizeof secret_key);
    assert (cert);
    for (const char *value = zhash_first (metadata); value; value = zhash_next (metadata))
        zcert_set_meta (cert, zhash_cursor (metadata), "%s", value);
    return cert;
}

static zcert_t *
s_parse (char *text, const char *file, char **fault)
{
    butler_certificate_t certificate;
    zcert_t *cert = NULL;
    zhash_t *metadata = zhash_new ();
    assert (metadata);
    zhash_autofree (metadata);
    char *wrong = butler_certificate_parse (&certificate, text, metadata)
        ? s_prefix (file, "is no certificate"): s_check (&certificate, file);
    if (wrong)
        *fault = wrong;
    else
        cert = s_cert_new (&certificate, metadata);
    explicit_bzero (&certificate, sizeof certificate);
    zhash_destroy (&metadata);
    return cert;
}

//  All may read it then, and to forbid that would be no remedy
static bool
s_is_public (const char *file)
{
    butler_file_t read = { .most = FILE_MAX };
    butler_certificate_t certificate;
    char *reason;
    if (butler_file_read (&read, AT_FDCWD, file, &reason)) {
        zstr_free (&reason);
        return false;
    }
    const bool is_public = butler_certificate_parse (&certificate, read.text, NULL) == 0 && *certificate.secret_key == 0;
    explicit_bzero (&certificate, sizeof certificate);
    butler_file_fini (&read);
    return is_public;
}

//  1: there is no such file
static int
s_load (const char *file, zcert_t **cert, char **fault)
{
    butler_file_t read = { .most = FILE_MAX, .secret = true };
    char *reason;
    if (butler_file_read (&read, AT_FDCWD, file, &reason)) {
        const bool absent = errno == ENOENT || errno == ENAMETOOLONG;
        *fault = !absent && s_is_public (file)? s_lacks_secret (file): s_prefix (file, reason);
        zstr_free (&reason);
        return absent? 1: -1;
    }
    *cert = s_parse (read.text, file, fault);
    butler_file_fini (&read);
    return *cert? 0: -1;
}

zcert_t *
butler_key_file_load (const char *file, char **fault)
{
    zcert_t *cert = NULL;
    char *wrong = NULL;
    char *secret = zsys_sprintf ("%s" SECRET, file);
    int rc = s_load (secret, &cert, &wrong);
    zstr_free (&secret);
    if (rc == 1) {
        zstr_free (&wrong);
        rc = s_load (file, &cert, &wrong);
    }
    if (rc)
        *fault = wrong;
    return cert;
}
