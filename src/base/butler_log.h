/*  butler_log.h - what happens, one event a line with key=value fields
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LOG_H
#define BUTLER_LOG_H

typedef enum {
    BUTLER_LOG_ERROR, BUTLER_LOG_WARNING, BUTLER_LOG_INFO, BUTLER_LOG_DEBUG
} butler_log_level_t;

#define BUTLER_LOG_ALWAYS BUTLER_LOG_DEBUG  //  a threshold that lets everything through

//  What is above the threshold is not written. `event` is a word; after it come the fields, a name and
//  a value each, both texts, and NULL at the end. One whose value is NULL is left out. A value is
//  quoted and escaped as needed: whatever it is made of, it neither ends the line nor begins a field.
//  One line is one write, from whatever thread; a value or a line that would be too long ends in "...".
void
butler_log (butler_log_level_t threshold, butler_log_level_t level, const char *event, ...)
    __attribute__ ((sentinel));

//  A number as a field's value; it lives as long as the block that it stands in
#define BUTLER_LOG_NUMBER(number) butler_log_number ((char [24]) { 0 }, (long long) (number))

const char *
butler_log_number (char text [24], long long number);

//  Where all of the process's lines go from now on: "stderr", which it is at first, "syslog", or a file,
//  which is appended to. The same file again is opened anew, for those who have renamed it. 0, or -1
//  with errno, and nothing has changed. For one thread; others may log meanwhile.
int
butler_log_open (const char *to);

#endif
