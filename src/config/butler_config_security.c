/*  butler_config_security.c - what the two sockets ask of peers, and whether that fits together
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_config_security.h"
#include "base/butler_string.h"
#include "config/butler_config_permission.h"
#include "config/butler_config_store.h"

//  Places among the choices; behind auto they are in the order of what holds
enum { CHOICE_AUTO, CHOICE_NULL };
enum { HOLDS_NULL, HOLDS_PLAIN, HOLDS_CURVE };

static const char *const s_keys [2] = { "frontend/security", "backend/security" };

void
butler_config_security_resolve (butler_config_t *self)
{
    const int automatic = self->certificate? HOLDS_CURVE: self->passwords? HOLDS_PLAIN: HOLDS_NULL;
    for (int socket = 0; socket < 2; socket++) {
        const int choice = self->security_choice [socket];
        self->security [socket] = choice == CHOICE_AUTO? automatic: choice - CHOICE_NULL;
    }
}

static const char *
s_fault_of (const butler_config_t *self, int socket, const char **path)
{
    const bool automatic = self->security_choice [socket] == CHOICE_AUTO;
    if (automatic && self->certificates && self->security [socket] != HOLDS_CURVE) {
        *path = "auth/certificates";        //  whoever has named keys believes that they are asked for
        return "takes a key of the router besides; name its file, which butler keygen makes, as auth/certificate";
    }
    *path = s_keys [socket];
    switch (self->security [socket]) {
        case HOLDS_CURVE:
            if (automatic)
                *path = "auth/certificate";
            if (!self->certificate)
                return "curve takes a key of the router; name its file, which butler keygen makes, as auth/certificate";
            return self->certificates? NULL
                : "curve takes the keys of those who may come in; name their folder as auth/certificates";
        case HOLDS_PLAIN:
            return self->passwords? NULL
                : "plain takes the passwords of those who may come in; name their file as auth/passwords";
        default:
            return NULL;
    }
}

const char *
butler_config_security_fault (const butler_config_t *self, const char **path)
{
    const char *fault = s_fault_of (self, 0, path);
    if (!fault)
        fault = s_fault_of (self, 1, path);
    if (fault || self->settings.permissions.grants == 0 || !(self->handover || self->settings.relay))
        return fault;
    *path = self->handover? "backend/handover": "backend/relay";
    return self->handover
        ? "lets each worker take another's requests, whatever permission sections say; remove it, or those"
        : "lets each worker speak for the router to another, whatever permission sections say; remove it, or those";
}

static void
s_keep_holding (butler_config_t *self, const butler_config_t *running, char **names)
{
    for (int socket = 0; socket < 2; socket++)
        if (self->security [socket] != running->security [socket]) {
            self->security [socket] = running->security [socket];
            butler_string_list (names, s_keys [socket], strlen (s_keys [socket]));
        }
}

//  What a socket still asks for, when the file names no source of it any longer
static void
s_keep_needed (butler_config_t *self, int asked, char **ours, char **theirs, const char *path, char **names)
{
    if (*ours || (self->security [0] != asked && self->security [1] != asked))
        return;
    *ours = *theirs;
    *theirs = NULL;
    butler_string_list (names, path, strlen (path));
}

void
butler_config_security_keep (butler_config_t *self, butler_config_t *running, char **names)
{
    s_keep_holding (self, running, names);
    s_keep_needed (self, HOLDS_CURVE, &self->certificates, &running->certificates, "auth/certificates", names);
    s_keep_needed (self, HOLDS_PLAIN, &self->passwords, &running->passwords, "auth/passwords", names);
    if (self->handover && self->settings.permissions.grants) {
        butler_config_grants_swap (self, running);
        butler_string_list (names, "permission", strlen ("permission"));
    }
}
