/*  broker_drive.h - steps of a history: whoever chooses decides what happens to the broker
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BROKER_DRIVE_H
#define BROKER_DRIVE_H

#include "broker_model.h"

//  A number below the one that is told
typedef unsigned (broker_choose_fn) (void *arg, unsigned below);

typedef struct {
    broker_model_t *model;
    broker_choose_fn *choose;
    void *arg;
    bool holding;                   //  several messages come before the router looks up
    char name [2] [8];
    butler_service_override_t overrides [2];
} broker_drive_t;

void
broker_drive_init (broker_drive_t *self, broker_choose_fn *choose, void *arg);

//  One step, after which the model has found nothing wrong
void
broker_drive_step (broker_drive_t *self);

//  Until nothing is left
void
broker_drive_fini (broker_drive_t *self);

#endif
