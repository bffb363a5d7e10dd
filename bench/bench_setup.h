/*  bench_setup.h - what the bench programs are told, and how they are told it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BENCH_SETUP_H
#define BENCH_SETUP_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    void *context;                  //  of libzmq, where it is needed
    const char *endpoint;           //  to connect to; of a broker, its frontend
    const char *backend;            //  of a broker
    const char *service;
    const char *key;                //  a file with a CURVE key, or NULL
    const char *version;            //  of the API, as requests name it; NULL: as the envelope has it
    int clients, window;            //  each client is a thread, with so many requests open
    int workers, capacity;
    int threads;                    //  of handlers, for workers on libbutler
    int body;                       //  bytes
    int count;                      //  requests
    int time;                       //  ms to run
    int wait;                       //  ms that the first answer may take
    int deadline;                   //  s that a request says it waits
    int beat;                       //  ms between a worker's heartbeats; 0: none
    int io_threads;
    int pid;                        //  of the broker, to watch
    bool plain;                     //  no protocol of workers: for zmq_proxy
    bool packed;                    //  the packed envelope
    bool relative;                  //  deadlines from now, not by the clock
    bool each;                      //  a service of its own for each idle worker
    bool rpc, sync, loop;           //  for libbutler
} bench_setup_t;

#define BENCH_SETUP { .service = "bench.echo", .clients = 1, .window = 1, .workers = 1, .capacity = 256, \
                      .body = 64, .count = 100000, .time = 2000, .wait = 10000, .deadline = 60, \
                      .beat = 1000, .io_threads = 1 }

typedef struct {
    const char *name, *about;
    int (*run) (bench_setup_t *setup);  //  the exit status
} bench_mode_t;

//  PROGRAM MODE [OPTION]...: reads the options, which are the same for all programs, and runs the
//  mode of this name; the last row's name is NULL. An endpoint is needed. Returns the exit status.
int
bench_main (int argc, char **argv, const char *about, const bench_mode_t *modes, bench_setup_t *setup);

//  From now on, SIGTERM, SIGINT, or `ms` from now make bench_stopped () true, and end the waits of
//  the thread that they come to
void
bench_stop_after (int ms);

bool
bench_stopped (void);

void
bench_stop (void);

//  Until bench_stopped ()
void
bench_await_stop (void);

//  Ends the program, for a reason that libzmq, or the system, gave
void
bench_die (const char *what);

#endif
