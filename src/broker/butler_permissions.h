/*  butler_permissions.h - who may call and serve which services
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PERMISSIONS_H
#define BUTLER_PERMISSIONS_H

#include "base/butler_span.h"

typedef enum { BUTLER_MAY_CALL, BUTLER_MAY_SERVE } butler_may_t;

//  Names of services, in which `*` stands for any bytes, none and dots too
typedef struct {
    char **pattern;
    size_t count;
} butler_patterns_t;

//  What one user may and may not, by butler_may_t. "everyone": what each may beside his own, but for
//  "anonymous", who came in without showing who he is.
typedef struct {
    char *user;
    butler_patterns_t allow [2], deny [2];
} butler_grant_t;

//  Owned by the configuration. Without a grant everybody may everything; with one, what nobody allowed is
//  denied. A user has one grant at most.
typedef struct {
    butler_grant_t *grant;
    size_t grants;
    char **admin;                   //  users who see all that the router tells of itself
    size_t admins;
} butler_permissions_t;

//  One user's own grant and everyone's, each NULL where there is none, looked for once
typedef struct {
    const butler_grant_t *own, *shared;
} butler_granted_t;

butler_granted_t
butler_permissions_of (const butler_permissions_t *self, butler_span_t user);

//  Whether these allow it, and none of them denies it. Grants are taken to be configured.
bool
butler_granted_allow (const butler_granted_t *self, butler_may_t what, butler_span_t service);

//  Whether he sees all: where he is named as an admin, or is trusted, or no grants are configured
bool
butler_permissions_admin (const butler_permissions_t *self, butler_span_t user);

#endif
