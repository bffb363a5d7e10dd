/*  butler_files.c - whether the files that a configuration names can be used
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_files.h"
#include <czmq.h>
#include "auth/butler_credentials.h"
#include "auth/butler_key_file.h"
#include "auth/butler_keyring.h"
#include "auth/butler_passwords.h"
#include "base/butler_user_name.h"
#include "config/butler_config_users.h"
#include "programs/butler_output.h"

typedef struct {
    const butler_config_t *config;
    const char *name, *file;
    size_t faults;
    butler_keyring_t *keyring;
    butler_passwords_t *passwords;
} check_t;

//  Takes the fault, which may be NULL
static void
s_complain (check_t *self, const char *key, char *fault)
{
    if (!fault)
        return;
    butler_complain (self->name, "%s: %s: %s", self->file, key, fault);
    self->faults++;
    zstr_free (&fault);
}

static void
s_warn (const check_t *self, const char *key, const char *reason)
{
    butler_complain (self->name, "%s: warning: %s: %s", self->file, key, reason);
}

static bool
s_asks_for (const check_t *self, butler_security_t security)
{
    return self->config->security [0] == (int) security || self->config->security [1] == (int) security;
}

static void
s_check_certificate (check_t *self)
{
    char *fault = NULL;
    butler_certificate_t certificate;
    if (butler_key_file_load (&certificate, self->config->certificate, &fault) == 0)
        butler_certificate_wipe (&certificate);
    s_complain (self, "auth/certificate", fault);
}

//  A file that can't be used is known as such at the second look: it may have been written at the first
static void
s_check_certificates (check_t *self)
{
    char *fault = NULL;
    self->keyring = butler_keyring_new (self->config->certificates, &fault);
    s_complain (self, "auth/certificates", fault);
    char *skipped = self->keyring && butler_keyring_look (self->keyring)? butler_keyring_skipped (self->keyring): NULL;
    if (skipped)
        s_warn (self, "auth/certificates", skipped);
    zstr_free (&skipped);
}

static void
s_check_passwords (check_t *self)
{
    char *fault = NULL;
    self->passwords = butler_passwords_new (self->config->passwords, &fault);
    s_complain (self, "auth/passwords", fault);
}

static void
s_check_workers (check_t *self)
{
    for (size_t index = 0; index < self->config->workers; index++) {
        const butler_config_worker_t *worker = &self->config->worker [index];
        char *fault = NULL;
        butler_credentials_t *credentials = worker->key
            ? butler_credentials_curve (worker->key, worker->router_key, &fault): NULL;
        butler_credentials_destroy (&credentials);
        s_complain (self, "butler_worker/key", fault);
    }
}

static bool
s_is_known (void *arg, const char *user)
{
    const check_t *self = arg;
    return (self->keyring && butler_keyring_have (self->keyring, user))
        || (self->passwords && butler_passwords_have (self->passwords, butler_span_string (user)))
        || (s_asks_for (self, BUTLER_SECURITY_NULL) && streq (user, BUTLER_ANONYMOUS));
}

static void
s_check_users (check_t *self)
{
    char *unknown = butler_config_unknown_users (self->config, s_is_known, self);
    if (unknown)
        s_warn (self, unknown, BUTLER_CONFIG_UNKNOWN);
    zstr_free (&unknown);
}

size_t
butler_files_check (const butler_config_t *config, const char *name, const char *file)
{
    check_t self = { .config = config, .name = name, .file = file };
    if (s_asks_for (&self, BUTLER_SECURITY_CURVE)) {
        s_check_certificate (&self);
        s_check_certificates (&self);
    }
    if (s_asks_for (&self, BUTLER_SECURITY_PLAIN))
        s_check_passwords (&self);
    s_check_workers (&self);
    if (!self.faults)
        s_check_users (&self);
    butler_keyring_destroy (&self.keyring);
    butler_passwords_destroy (&self.passwords);
    return self.faults;
}
