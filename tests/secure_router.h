/*  secure_router.h - for tests: bare ROUTERs that ask for keys or passwords, and the files for them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef SECURE_ROUTER_H
#define SECURE_ROUTER_H

#include "own_folder.h"
#include "raw_router.h"

#define SECURE_USER "alice"
#define SECURE_PASSWORD "correct-horse-battery"

typedef enum { OPEN, PLAIN, CURVE } secure_router_kind_t;

//  CZMQ's own handler says who may come in: `known`, and alice with her password
typedef struct {
    char folder [32];
    zactor_t *auth;
    zcert_t *router, *known, *unknown;
    char known_file [96], unknown_file [96];
    char endpoint [64];             //  of the last router
} secure_router_t;

static inline void
secure_router_save (secure_router_t *self, zcert_t *cert, const char *name, char file [96])
{
    char path [96];
    snprintf (path, sizeof path, "%s/%s", self->folder, name);
    zcert_set_meta (cert, "router", "%s", zcert_public_txt (self->router));
    assert_int_equal (zcert_save (cert, path), 0);
    snprintf (file, 96, "%s/%s_secret", self->folder, name);
    assert_int_equal (chmod (file, 0600), 0);
}

static inline void
secure_router_say (secure_router_t *self, const char *command, const char *first, const char *second)
{
    zstr_sendx (self->auth, command, first, second, NULL);
    assert_int_equal (zsock_wait (self->auth), 0);
}

//  What stands there holds for the life of the test: zauth sees each file as it is made
static inline void
secure_router_init (secure_router_t *self)
{
    char path [96];
    own_folder_make (self->folder);
    self->router = zcert_new ();
    self->known = zcert_new ();
    self->unknown = zcert_new ();
    secure_router_save (self, self->known, "known", self->known_file);
    secure_router_save (self, self->unknown, "unknown", self->unknown_file);
    snprintf (path, sizeof path, "%s/clients", self->folder);
    assert_int_equal (mkdir (path, 0700), 0);
    self->auth = zactor_new (zauth, NULL);
    char passwords [96], known [96];
    snprintf (known, sizeof known, "%s/clients/known", self->folder);
    assert_int_equal (zcert_save_public (self->known, known), 0);
    secure_router_say (self, "CURVE", path, NULL);
    snprintf (passwords, sizeof passwords, "%s/passwords", self->folder);
    own_folder_write (passwords, SECURE_USER "=" SECURE_PASSWORD "\n", 0600);
    secure_router_say (self, "PLAIN", passwords, NULL);
}

static inline void
secure_router_fini (secure_router_t *self)
{
    zactor_destroy (&self->auth);
    zcert_destroy (&self->router);
    zcert_destroy (&self->known);
    zcert_destroy (&self->unknown);
    own_folder_remove (self->folder);
}

//  At the endpoint of the last one, which is gone, or at a fresh one. The caller destroys it.
static inline zsock_t *
secure_router_open (secure_router_t *self, secure_router_kind_t kind, bool again)
{
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    assert_non_null (router);
    if (kind != OPEN)
        zsock_set_zap_domain (router, "test");
    if (kind == PLAIN)
        zsock_set_plain_server (router, 1);
    if (kind == CURVE) {
        zcert_apply (self->router, router);
        zsock_set_curve_server (router, 1);
    }
    const int64_t limit = zclock_mono () + PATIENCE;
    while (zsock_bind (router, "%s", again? self->endpoint: raw_router_anywhere ()) < 0) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (10);          //  libzmq gives a port up a little later
    }
    snprintf (self->endpoint, sizeof self->endpoint, "%s", zsock_endpoint (router));
    zsock_set_rcvtimeo (router, PATIENCE);
    return router;
}

#endif
