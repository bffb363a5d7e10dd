/*  leak.c - leaks for LeakSanitizer or valgrind to find
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    leak none: nothing is forgotten.
    leak block, leak message: a block of memory is, or a message of libzmq's, which is to be reported. */

#include <czmq.h>

//  Not in the caller's frame, where it would still be seen
static void __attribute__ ((noinline))
s_forget_block (void)
{
    char *volatile block = strdup ("forgotten");
    block = NULL;
    (void) block;
}

static void __attribute__ ((noinline))
s_forget_message (void)
{
    zmq_msg_t message;
    zmq_msg_init_size (&message, 1000);
    explicit_bzero (&message, sizeof message);
}

int
main (int argc, char *argv [])
{
    const char *what = argc == 2? argv [1]: "";
    if (streq (what, "block"))
        s_forget_block ();
    else
    if (streq (what, "message"))
        s_forget_message ();
    else
    if (!streq (what, "none")) {
        fprintf (stderr, "usage: leak none|block|message\n");
        return 2;
    }
    return 0;
}
