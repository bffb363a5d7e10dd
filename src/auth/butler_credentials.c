/*  butler_credentials.c - what a client or worker shows to a router: a key, or a name and a password
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_credentials.h"
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <czmq.h>
#include "auth/butler_key_file.h"

#define KEY_SIZE 32                 //  bytes
#define Z85_SIZE 41                 //  of the same as text, with its NUL
#define TEXT_MAX 255                //  bytes of a name or a password, says libzmq

struct butler_credentials {
    butler_security_t security;
    char who [TEXT_MAX + 1];
    char password [TEXT_MAX + 1];
    uint8_t public_key [KEY_SIZE], secret_key [KEY_SIZE], router_key [KEY_SIZE];
    char router [Z85_SIZE];
};

static butler_credentials_t *
s_new (butler_security_t security)
{
    butler_credentials_t *self = calloc (1, sizeof *self);
    assert (self);
    self->security = security;
    return self;
}

void
butler_credentials_destroy (butler_credentials_t **self_p)
{
    butler_credentials_t *self = *self_p;
    if (!self)
        return;
    explicit_bzero (self, sizeof *self);
    free (self);
    *self_p = NULL;
}

//  ---- the router's public key

//  True: the text is a key
static bool
s_decode (butler_credentials_t *self, const char *text)
{
    if (!text || strlen (text) != Z85_SIZE - 1 || !zmq_z85_decode (self->router_key, text))
        return false;
    memcpy (self->router, text, Z85_SIZE);
    return true;
}

//  Whatever else stands in the file is of no interest, nor is one beside it that has the secret key
static char *
s_read_router (butler_credentials_t *self, const char *file)
{
    zconfig_t *root = zconfig_load (file);
    const bool found = root && s_decode (self, zconfig_get (root, "/curve/public-key", NULL));
    zconfig_destroy (&root);
    return found? NULL: zsys_sprintf ("the router's key: '%s' has no public key; butler keygen makes such files, "
                                      "and the one without _secret in its name is for others", file);
}

//  NULL, or what is wrong. A text of 40 characters may be a key and the name of a file: what is there counts.
static char *
s_set_router (butler_credentials_t *self, const char *router_key, const char *key_file, const char *meant)
{
    if (router_key && zsys_file_exists (router_key))
        return s_read_router (self, router_key);
    if (router_key)
        return s_decode (self, router_key)? NULL: zsys_sprintf (
            "the router's key: '%s' is neither a file nor a key, which has 40 characters (Z85)", router_key);
    if (!meant || !*meant)
        return zsys_sprintf ("'%s' does not say which router it is for: give the router's public key, or its file",
                             key_file);
    return s_decode (self, meant)? NULL: zsys_sprintf (
        "'%s': router = '%s' is no key, which has 40 characters (Z85)", key_file, meant);
}

//  ---- made

//  CZMQ frees a certificate as it is
static void
s_forget (zcert_t **cert_p)
{
    union { const void *read; void *write; } secret = { zcert_secret_key (*cert_p) }, text = { zcert_secret_txt (*cert_p) };
    explicit_bzero (secret.write, KEY_SIZE);
    explicit_bzero (text.write, strlen (text.write));
    zcert_destroy (cert_p);
}

butler_credentials_t *
butler_credentials_curve (const char *key_file, const char *router_key, char **fault)
{
    if (!key_file || !*key_file) {
        *fault = zsys_sprintf ("the name of the key's file is empty");
        return NULL;
    }
    if (!zsys_has_curve ()) {
        *fault = zsys_sprintf ("this libzmq was built without CURVE");
        return NULL;
    }
    char *reason = NULL;
    zcert_t *cert = butler_key_file_load (key_file, &reason);
    if (!cert) {
        *fault = zsys_sprintf ("the key: %s", reason);
        zstr_free (&reason);
        return NULL;
    }
    butler_credentials_t *self = s_new (BUTLER_SECURITY_CURVE);
    char *wrong = s_set_router (self, router_key, key_file, zcert_meta (cert, "router"));
    memcpy (self->public_key, zcert_public_key (cert), KEY_SIZE);
    memcpy (self->secret_key, zcert_secret_key (cert), KEY_SIZE);
    zmq_z85_encode (self->who, self->public_key, KEY_SIZE);
    s_forget (&cert);
    if (wrong) {
        butler_credentials_destroy (&self);
        *fault = wrong;
    }
    return self;
}

butler_credentials_t *
butler_credentials_plain (const char *user, const char *password, char **fault)
{
    if (!user || !*user)
        *fault = zsys_sprintf ("the user's name is empty");
    else
    if (!password || !*password)
        *fault = zsys_sprintf ("the password is empty");
    else
    if (strlen (user) > TEXT_MAX || strlen (password) > TEXT_MAX)
        *fault = zsys_sprintf ("the user's name or the password is longer than %d bytes", TEXT_MAX);
    else {
        butler_credentials_t *self = s_new (BUTLER_SECURITY_PLAIN);
        memcpy (self->who, user, strlen (user));
        memcpy (self->password, password, strlen (password));
        return self;
    }
    return NULL;
}

//  ---- used

//  What was checked as it was made can't be refused
static void
s_set (void *socket, int option, const void *value, size_t size)
{
    const int rc = zmq_setsockopt (socket, option, value, size);
    assert (rc == 0);
    (void) rc;
}

void
butler_credentials_apply (const butler_credentials_t *self, void *socket)
{
    switch (butler_credentials_security (self)) {
        case BUTLER_SECURITY_CURVE:
            s_set (socket, ZMQ_CURVE_SERVERKEY, self->router_key, KEY_SIZE);
            s_set (socket, ZMQ_CURVE_PUBLICKEY, self->public_key, KEY_SIZE);
            s_set (socket, ZMQ_CURVE_SECRETKEY, self->secret_key, KEY_SIZE);
            break;
        case BUTLER_SECURITY_PLAIN:
            s_set (socket, ZMQ_PLAIN_USERNAME, self->who, strlen (self->who));
            s_set (socket, ZMQ_PLAIN_PASSWORD, self->password, strlen (self->password));
            break;
        default:
            break;
    }
}

butler_security_t
butler_credentials_security (const butler_credentials_t *self)
{
    return self? self->security: BUTLER_SECURITY_NULL;
}

const char *
butler_credentials_who (const butler_credentials_t *self)
{
    return self? self->who: "";
}

const char *
butler_credentials_router (const butler_credentials_t *self)
{
    return self? self->router: "";
}
