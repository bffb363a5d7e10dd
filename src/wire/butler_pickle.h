/*  butler_pickle.h - an exception written so that Python's pickle.loads makes it again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PICKLE_H
#define BUTLER_PICKLE_H

//  A fresh ASCII text: a pickle of protocol 0, as Python 2 and 3 read it, of the built-in exception
//  `name` with `message`. Where name is no exception that both have and that is made of one
//  string, it is an Exception of "name: message". What is not UTF-8 is replaced by U+FFFD.
//  This is written alone: nothing that was received is ever unpickled.
char *
butler_pickle_exception (const char *name, const char *message);

#endif
