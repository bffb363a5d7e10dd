/*  butler_pickle.h - an exception written so that Python's pickle.loads makes it again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_PICKLE_H
#define BUTLER_PICKLE_H

#include "base/butler_span.h"

//  A fresh ASCII text: a pickle of protocol 0, as Python 2 and 3 read it, of the built-in exception
//  `name` with `message`. Where name is no exception that both have and that is made of one
//  string, it is an Exception of "name: message". What is not UTF-8 is replaced by U+FFFD.
//  This is written alone: nothing that was received is ever unpickled.
char *
butler_pickle_exception (const char *name, const char *message);

//  What an exception's pickle of protocol 0, as Python writes it, says in plain text: the class's
//  name, and its first argument that is a string, fresh texts; "" where there is none. Only read:
//  nothing is made or run. False: it does not look like one, and the outputs are untouched.
bool
butler_pickle_read (butler_span_t pickle, char **name, char **message);

#endif
