/*  fuzz_certificate.c - fuzzing: any file among the keys is a certificate or refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "auth/butler_certificate.h"

static void
s_check (const char key [BUTLER_KEY_SIZE])
{
    assert (!*key || (butler_certificate_is_key (key) && strlen (key) == BUTLER_KEY_SIZE - 1));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    char *text = fuzz_string (butler_span (data, size));
    butler_certificate_t certificate;
    if (butler_certificate_parse (&certificate, text) == 0) {
        assert (*certificate.public_key);
        s_check (certificate.public_key);
        s_check (certificate.secret_key);
        s_check (certificate.router_key);
        butler_certificate_wipe (&certificate);
        assert (!*certificate.secret_key);
    }
    free (text);
    return 0;
}
