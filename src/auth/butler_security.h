/*  butler_security.h - how a socket makes sure of who is there
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SECURITY_H
#define BUTLER_SECURITY_H

typedef enum {
    BUTLER_SECURITY_NULL,           //  not at all
    BUTLER_SECURITY_PLAIN,          //  by user name and password, which travel as they are
    BUTLER_SECURITY_CURVE           //  by keys, and nobody can read along
} butler_security_t;

#endif
