/*  butler.h - the whole public face
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_H
#define BUTLER_H

#include "butler_library.h"
#include "butler_msg.h"
#include "butler_request.h"
#include "butler_service.h"
#include "butler_client.h"
#include "butler_client_actor.h"
#include "butler_worker.h"
#include "butler_sink.h"
#include "butler_router.h"

#endif
