/*  faults_journal.h - what a peer of the fault tests writes down; history.py reads it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef FAULTS_JOURNAL_H
#define FAULTS_JOURNAL_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline int
faults_journal_open (const char *path)
{
    const int journal = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (journal == -1) {
        perror (path);
        exit (1);
    }
    return journal;
}

//  One line, by one call: threads may share a journal, and a process that is killed has told all the same
__attribute__ ((format (printf, 2, 3)))
static inline void
faults_journal_write (int journal, const char *format, ...)
{
    char line [512];
    va_list arguments;
    va_start (arguments, format);
    const int size = vsnprintf (line, sizeof line, format, arguments);
    va_end (arguments);
    if (size < 0 || (size_t) size >= sizeof line || write (journal, line, (size_t) size) != size)
        abort ();
}

#endif
