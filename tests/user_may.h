/*  user_may.h - for tests: what a user may by given permissions, asked as the router asks
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef USER_MAY_H
#define USER_MAY_H

#include "broker/butler_identities.h"

static inline bool
user_may (const butler_permissions_t *permissions, const char *user, butler_may_t what, const char *service)
{
    butler_identities_t identities;
    butler_identities_init (&identities, 1);
    const bool may = butler_identity_may (
        butler_identities_of (&identities, butler_span_string (user), NULL, NULL, permissions), what,
        butler_span_string (service));
    butler_identities_fini (&identities);
    return may;
}

#endif
