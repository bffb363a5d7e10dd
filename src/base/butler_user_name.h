/*  butler_user_name.h - what users may be called
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_USER_NAME_H
#define BUTLER_USER_NAME_H

#include "butler_span.h"

#define BUTLER_USER_SIZE 256        //  bytes of a name and its 0
#define BUTLER_ANONYMOUS "anonymous"    //  who comes in by a socket without security
#define BUTLER_EVERYONE "everyone"  //  all users, where permissions are named

//  Whether it is one of these two, which no user has
bool
butler_user_name_is_reserved (const char *name);

//  NULL; or why neither a file of certificates nor a section of permissions can be called so, as the rest of a
//  sentence: "is no user's name; ..."
const char *
butler_user_name_fault (butler_span_t name);

#endif
