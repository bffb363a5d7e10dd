/*  butler_room.h - whether there are descriptors left to make something with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROOM_H
#define BUTLER_ROOM_H

#include "butler_library.h"

//  Descriptors that this process may open still, counted up to `most`
size_t
butler_room_count (size_t most);

//  Those that are to be left when peers come: a part of all that there may be
int
butler_room_reserve (void);

//  Whether it, or the next, is one of these. The system gives the lowest that is free.
bool
butler_room_is_short (int descriptor, int reserve);

//  Whether there are as many: libzmq and CZMQ abort where there are none. -1 with EMFILE
int
butler_room_for (size_t count);

#endif
