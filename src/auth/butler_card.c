/*  butler_card.c - one file of a keyring: whose key, as it was read last
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_card.h"
#include <errno.h>
#include "base/butler_string.h"
#include "base/butler_user_name.h"
#include "butler_file.h"

void
butler_card_fini (butler_card_t *self)
{
    zstr_free (&self->fault);
}

void
butler_card_set_fault (butler_card_t *self, const char *fault)
{
    if (fault && self->fault && streq (self->fault, fault))
        return;
    zstr_free (&self->fault);
    self->told = false;
    if (fault)
        self->fault = butler_string_copy (fault);
}

static bool
s_set_key (butler_card_t *self, const char key [BUTLER_KEY_SIZE])
{
    if (streq (self->key, key))
        return false;
    memcpy (self->key, key, BUTLER_KEY_SIZE);
    butler_card_set_fault (self, NULL);
    return true;
}

//  One that is being written is whole at the next look
static bool
s_doubt (butler_card_t *self, const char *fault)
{
    static const char none [BUTLER_KEY_SIZE];
    if (!self->doubted) {
        self->stamp.settled = false;
        self->doubted = true;
        return false;
    }
    const bool changed = s_set_key (self, none);
    butler_card_set_fault (self, fault);
    return changed;
}

static bool
s_take (butler_card_t *self, const char *name, char *text)
{
    if (butler_user_name_is_reserved (name))
        return s_doubt (self, "has a name that no user can have; rename it");
    butler_certificate_t certificate;
    if (butler_certificate_parse (&certificate, text))
        return s_doubt (self, "is no certificate");
    self->doubted = false;
    const bool changed = s_set_key (self, certificate.public_key);
    butler_certificate_wipe (&certificate);
    return changed;
}

static bool
s_read (butler_card_t *self, int folder, const char *name)
{
    butler_file_t file = { .most = BUTLER_CERTIFICATE_MAX };
    char *fault = NULL;
    bool changed = false;
    if (butler_file_read (&file, folder, name, &fault) == 0) {
        self->stamp = file.stamp;
        changed = s_take (self, name, file.text);
        butler_file_fini (&file);
    }
    else
    if (!butler_stamp_is_passing (errno))
        changed = s_doubt (self, fault);
    zstr_free (&fault);
    return changed;
}

bool
butler_card_look (butler_card_t *self, int folder, const char *name, const struct stat *status)
{
    const butler_stamp_t stamp = butler_stamp_of (status);
    return !butler_stamp_holds (&self->stamp, &stamp) && s_read (self, folder, name);
}
