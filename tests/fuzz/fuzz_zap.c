/*  fuzz_zap.c - fuzzing: any message to the ZAP handler is a request or refused, and answered under its id
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "auth/butler_zap_message.h"

//  Frames, each with its length before it, in one byte
static zmsg_t *
s_message (butler_span_t rest)
{
    zmsg_t *message = zmsg_new ();
    assert (message);
    while (rest.size) {
        const size_t size = fuzz_byte (&rest);
        const butler_span_t taken = fuzz_take (&rest, size == 255? 256: size);      //  the first that no field may have
        uint8_t *block = fuzz_block (taken);
        zmsg_addmem (message, block, taken.size);
        free (block);
    }
    return message;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    zmsg_t *message = s_message (butler_span (data, size));
    butler_zap_request_t request;
    const int rc = butler_zap_parse (message, &request);
    assert (rc || request.credentials <= BUTLER_ZAP_CREDENTIALS);
    zmsg_t *reply = butler_zap_reply (&request, rc? "400": "200", "", rc? butler_span (NULL, 0): request.mechanism);
    assert (zmsg_size (reply) == 6);
    zmsg_destroy (&reply);
    butler_zap_wipe (message);
    zmsg_destroy (&message);
    return 0;
}
