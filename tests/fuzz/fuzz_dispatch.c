/*  fuzz_dispatch.c - fuzzing: any history of the broker, beside the model of what it has to do
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "../broker_drive.h"

//  A byte is a choice
static unsigned
s_choose (void *arg, unsigned below)
{
    return fuzz_byte (arg) % below;
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    return setenv ("CMOCKA_TEST_ABORT", "1", 1);    //  an assertion that fails stops here
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    broker_drive_t drive;
    broker_drive_init (&drive, s_choose, &rest);
    while (rest.size)
        broker_drive_step (&drive);
    broker_drive_fini (&drive);
    return 0;
}
