/*  butler_security.h - what a socket asks of those who come in
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SECURITY_H
#define BUTLER_SECURITY_H

typedef enum { BUTLER_SECURITY_NULL, BUTLER_SECURITY_PLAIN, BUTLER_SECURITY_CURVE } butler_security_t;

#endif
