/*  butler_certificate.c - reads a certificate's file, as zcert_save () writes it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_certificate.h"
#include "base/butler_zpl.h"

#define METADATA "metadata/"

//  A key of zeros is none: CZMQ writes it so where there is no secret one
static int
s_take_key (char key [BUTLER_KEY_SIZE], const char *value)
{
    static const uint8_t zeros [32];
    uint8_t bytes [32];
    if (!value || strlen (value) != BUTLER_KEY_SIZE - 1 || !zmq_z85_decode (bytes, value))
        return -1;
    if (memcmp (bytes, zeros, sizeof zeros))
        memcpy (key, value, BUTLER_KEY_SIZE);
    explicit_bzero (bytes, sizeof bytes);
    return 0;
}

static void
s_take_metadata (zhash_t *metadata, const char *name, const char *value)
{
    char *copy = zsys_sprintf ("%s", value);
    zhash_update (metadata, name, copy);
    zstr_free (&copy);
}

static int
s_take (butler_certificate_t *self, const butler_zpl_t *item, zhash_t *metadata)
{
    if (streq (item->path, "curve/public-key"))
        return s_take_key (self->public_key, item->value);
    if (streq (item->path, "curve/secret-key"))
        return s_take_key (self->secret_key, item->value);
    if (metadata && item->value && strncmp (item->path, METADATA, sizeof METADATA - 1) == 0)
        s_take_metadata (metadata, item->path + sizeof METADATA - 1, item->value);
    return 0;
}

int
butler_certificate_parse (butler_certificate_t *self, char *text, zhash_t *metadata)
{
    butler_certificate_t read = { .public_key = "" };
    butler_zpl_t item;
    int rc;
    butler_zpl_init (&item, text);
    while ((rc = butler_zpl_next (&item)) == 1)
        if (s_take (&read, &item, metadata)) {
            rc = -1;
            break;
        }
    if (rc == 0 && *read.public_key == 0)
        rc = -1;
    if (rc == 0)
        *self = read;
    explicit_bzero (&read, sizeof read);
    return rc;
}

void
butler_certificate_decode (const char key [BUTLER_KEY_SIZE], uint8_t bytes [32])
{
    zmq_z85_decode (bytes, key);
}
