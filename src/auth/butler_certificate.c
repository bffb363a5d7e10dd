/*  butler_certificate.c - reads a certificate's file, as zcert_save () writes it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_certificate.h"
#include "base/butler_zpl.h"

//  Keeps no copy of what it looks at, which may be secret
static bool
s_decode (const char *text, bool *is_zero)
{
    static const uint8_t zeros [32];
    uint8_t bytes [32];
    if (!text || strlen (text) != BUTLER_KEY_SIZE - 1 || !zmq_z85_decode (bytes, text))
        return false;
    *is_zero = memcmp (bytes, zeros, sizeof zeros) == 0;
    explicit_bzero (bytes, sizeof bytes);
    return true;
}

bool
butler_certificate_is_key (const char *text)
{
    bool is_zero;
    return s_decode (text, &is_zero);
}

//  A key of zeros is none: CZMQ writes it so where there is no secret one
static int
s_take_key (char key [BUTLER_KEY_SIZE], const char *value)
{
    bool is_zero;
    if (!s_decode (value, &is_zero))
        return -1;
    if (!is_zero)
        memcpy (key, value, BUTLER_KEY_SIZE);
    return 0;
}

static int
s_take (butler_certificate_t *self, const butler_zpl_t *item)
{
    if (streq (item->path, "curve/public-key"))
        return s_take_key (self->public_key, item->value);
    if (streq (item->path, "curve/secret-key"))
        return s_take_key (self->secret_key, item->value);
    if (streq (item->path, "metadata/router") && item->value && *item->value)
        self->misnames_router = s_take_key (self->router_key, item->value) == -1;
    return 0;                       //  other metadata are of no interest
}

int
butler_certificate_parse (butler_certificate_t *self, char *text)
{
    butler_certificate_t read = { .public_key = "" };
    butler_zpl_t item;
    int rc;
    butler_zpl_init (&item, text);
    while ((rc = butler_zpl_next (&item)) == 1)
        if (s_take (&read, &item)) {
            rc = -1;
            break;
        }
    if (rc == 0 && *read.public_key == 0)
        rc = -1;
    if (rc == 0)
        *self = read;
    butler_certificate_wipe (&read);
    return rc;
}

void
butler_certificate_wipe (butler_certificate_t *self)
{
    explicit_bzero (self, sizeof *self);
}
