/*  butler_room.h - whether there are descriptors left to make something with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROOM_H
#define BUTLER_ROOM_H

#include "butler_library.h"

//  How many descriptors are not for peers: a part of all that there may be
int
butler_room_reserve (void);

//  Whether a descriptor, or for -1 the next that is made, is among the last so many: the system gives the
//  lowest that is free
bool
butler_room_is_short (int descriptor, int reserve);

//  Whether so many are left: libzmq and CZMQ abort where there are none. 0, or -1 with EMFILE
int
butler_room_for (size_t count);

#endif
