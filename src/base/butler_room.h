/*  butler_room.h - whether there are descriptors left to make something with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ROOM_H
#define BUTLER_ROOM_H

#include "butler_library.h"

//  Descriptors that this process may open still, counted up to `most`
size_t
butler_room_count (size_t most);

//  Whether there are as many: libzmq and CZMQ abort where there are none. -1 with EMFILE
int
butler_room_for (size_t count);

#endif
