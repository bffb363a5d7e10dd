/*  tsan_shim.c - tells ThreadSanitizer that messages order what threads do
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    libzmq is not instrumented, so ThreadSanitizer sees no order between the thread that sends and
    the one that receives. Linked ahead of libzmq, these stand in for its functions: a send
    releases what its thread did so far, a receive acquires it. All messages share one point of
    order, so a race that unrelated messages happen to order goes unseen; one that no message
    orders is found (tests/tsan_race.c). */

#include <dlfcn.h>
#include <string.h>
#include <zmq.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

static char s_order;

//  A function of libzmq, as the type of `function` has it: copied, since ISO C knows no cast from
//  an object's address to a function's. dlsym takes a lock, and asking each time needs no state.
#define S_REAL(function, name) \
    do { \
        void *address = dlsym (RTLD_NEXT, name); \
        memcpy (&(function), &address, sizeof address); \
    } while (0)

int
zmq_msg_send (zmq_msg_t *msg, void *socket, int flags)
{
    int (*real) (zmq_msg_t *, void *, int);
    S_REAL (real, "zmq_msg_send");
    __tsan_release (&s_order);
    return real (msg, socket, flags);
}

int
zmq_msg_recv (zmq_msg_t *msg, void *socket, int flags)
{
    int (*real) (zmq_msg_t *, void *, int);
    S_REAL (real, "zmq_msg_recv");
    const int result = real (msg, socket, flags);
    __tsan_acquire (&s_order);
    return result;
}

int
zmq_sendmsg (void *socket, zmq_msg_t *msg, int flags)
{
    int (*real) (void *, zmq_msg_t *, int);
    S_REAL (real, "zmq_sendmsg");
    __tsan_release (&s_order);
    return real (socket, msg, flags);
}

int
zmq_recvmsg (void *socket, zmq_msg_t *msg, int flags)
{
    int (*real) (void *, zmq_msg_t *, int);
    S_REAL (real, "zmq_recvmsg");
    const int result = real (socket, msg, flags);
    __tsan_acquire (&s_order);
    return result;
}

int
zmq_send (void *socket, const void *data, size_t size, int flags)
{
    int (*real) (void *, const void *, size_t, int);
    S_REAL (real, "zmq_send");
    __tsan_release (&s_order);
    return real (socket, data, size, flags);
}

int
zmq_recv (void *socket, void *data, size_t size, int flags)
{
    int (*real) (void *, void *, size_t, int);
    S_REAL (real, "zmq_recv");
    const int result = real (socket, data, size, flags);
    __tsan_acquire (&s_order);
    return result;
}
