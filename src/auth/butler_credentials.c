/*  butler_credentials.c - what a client or worker shows to a router: a key, or a name and a password
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_credentials.h"
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <czmq.h>
#include "butler_key_file.h"
#include "butler_public_key.h"

#define TEXT_MAX 255                //  bytes of a name or a password, says libzmq

struct butler_credentials {
    butler_security_t security;
    butler_certificate_t key;       //  CURVE
    char user [TEXT_MAX + 1], password [TEXT_MAX + 1];      //  PLAIN
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

//  ---- made

//  NULL, or what is wrong
static char *
s_set_router (butler_credentials_t *self, const char *router_key, const char *key_file)
{
    char *wrong = NULL;
    if (router_key) {
        if (butler_public_key_read (self->key.router_key, router_key, &wrong) == 0)
            return NULL;
        char *text = zsys_sprintf ("the router's key: %s", wrong);
        zstr_free (&wrong);
        return text;
    }
    if (self->key.misnames_router)
        return zsys_sprintf ("'%s': what it says of its router is no key, which has 40 characters (Z85)", key_file);
    return *self->key.router_key? NULL: zsys_sprintf (
        "'%s' does not say which router it is for: give the router's public key, or its file", key_file);
}

butler_credentials_t *
butler_credentials_curve (const char *key_file, const char *router_key, char **fault)
{
    if (!key_file || !*key_file) {
        *fault = zsys_sprintf ("the name of the key's file is empty");
        return NULL;
    }
    butler_credentials_t *self = s_new (BUTLER_SECURITY_CURVE);
    char *wrong = NULL;
    char *unread = NULL;
    if (butler_key_file_load (&self->key, key_file, &unread) == 0)
        wrong = s_set_router (self, router_key, key_file);
    else
        wrong = zsys_sprintf ("the key: %s", unread);
    zstr_free (&unread);
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
        memcpy (self->user, user, strlen (user));
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
            s_set (socket, ZMQ_CURVE_SERVERKEY, self->key.router_key, BUTLER_KEY_SIZE);
            s_set (socket, ZMQ_CURVE_PUBLICKEY, self->key.public_key, BUTLER_KEY_SIZE);
            s_set (socket, ZMQ_CURVE_SECRETKEY, self->key.secret_key, BUTLER_KEY_SIZE);
            break;
        case BUTLER_SECURITY_PLAIN:
            s_set (socket, ZMQ_PLAIN_USERNAME, self->user, strlen (self->user));
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
    return !self? "": self->security == BUTLER_SECURITY_CURVE? self->key.public_key: self->user;
}

const char *
butler_credentials_router (const butler_credentials_t *self)
{
    return self? self->key.router_key: "";
}
