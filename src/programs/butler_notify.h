/*  butler_notify.h - tells the service manager how the daemon is doing
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_NOTIFY_H
#define BUTLER_NOTIFY_H

//  Each goes to $NOTIFY_SOCKET as sd_notify(3) has it. They do nothing where that is not set, and
//  in a build without libsystemd; whether the message arrives makes no difference to the daemon.

//  It serves: after its start, and again after each reload
void
butler_notify_ready (void);

//  It reads its configuration again
void
butler_notify_reloading (void);

//  It takes no more requests, and will end
void
butler_notify_stopping (void);

#endif
