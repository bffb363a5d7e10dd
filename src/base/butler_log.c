/*  butler_log.c - what happens, one event a line with key=value fields
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include "butler_line.h"

//  The process's, as stderr is
static bool s_to_syslog;
static int s_handle = STDERR_FILENO;
static int s_file = -1;             //  what stands for any file, whichever it is: writers need no lock

//  syslog has a clock of its own
static void
s_put_time (butler_line_t *line)
{
    struct timespec now;
    clock_gettime (CLOCK_REALTIME, &now);
    struct tm utc;
    gmtime_r (&now.tv_sec, &utc);
    char day [32], stamp [sizeof day + 16];
    strftime (day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    const int size = snprintf (stamp, sizeof stamp, "%s.%03dZ ", day, (int) (now.tv_nsec / 1000000) % 1000);
    butler_line_add (line, stamp, (size_t) size);
}

static void
s_put_fields (butler_line_t *line, va_list fields)
{
    for (const char *name; (name = va_arg (fields, const char *));) {
        const char *value = va_arg (fields, const char *);
        if (value)
            butler_line_put (line, name, butler_span_string (value));
    }
}

//  ---- writing it

static void
s_write (butler_line_t *line)
{
    const int handle = __atomic_load_n (&s_handle, __ATOMIC_RELAXED);
    line->text [line->size] = '\n';     //  in the place of the NUL
    ssize_t rc;
    do
        rc = write (handle, line->text, line->size + 1);
    while (rc == -1 && errno == EINTR);     //  and where nobody takes it, that can't be told
}

void
butler_log (butler_log_level_t threshold, butler_log_level_t level, const char *event, ...)
{
    static const char *const names [] = { "error", "warning", "info", "debug" };
    static const int priorities [] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
    if (level > threshold)
        return;
    const int reason = errno;
    const bool to_syslog = __atomic_load_n (&s_to_syslog, __ATOMIC_RELAXED);
    butler_line_t line;
    butler_line_init (&line);
    if (!to_syslog)
        s_put_time (&line);
    butler_line_add (&line, names [level], strlen (names [level]));
    butler_line_put (&line, "event", butler_span_string (event));
    va_list fields;
    va_start (fields, event);
    s_put_fields (&line, fields);
    va_end (fields);
    if (to_syslog)
        syslog (priorities [level], "%s", line.text);
    else
        s_write (&line);
    errno = reason;
}

const char *
butler_log_number (char text [24], long long number)
{
    snprintf (text, 24, "%lld", number);
    return text;
}

//  ---- where it goes

//  A regular file alone: a FIFO that nobody reads would hold us up, now or later
static int
s_open_regular (const char *path)
{
    const int handle = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
    struct stat status;
    if (handle == -1 || (fstat (handle, &status) == 0 && S_ISREG (status.st_mode)))
        return handle;
    close (handle);
    errno = EINVAL;
    return -1;
}

//  Its descriptor stays the same from file to file, so that nobody writes to one that is closed
static int
s_open_file (const char *path)
{
    const int handle = s_open_regular (path);
    if (handle == -1)
        return -1;
    if (s_file == -1) {
        s_file = handle;
        return 0;
    }
    const int rc = dup3 (handle, s_file, O_CLOEXEC);
    const int reason = errno;
    close (handle);
    errno = reason;
    return rc == -1? -1: 0;
}

int
butler_log_open (const char *to)
{
    const bool to_stderr = strcmp (to, "stderr") == 0, to_syslog = strcmp (to, "syslog") == 0;
    if (!to_stderr && !to_syslog && s_open_file (to) == -1)
        return -1;
    if (to_syslog)
        openlog (NULL, LOG_PID | LOG_NDELAY, LOG_DAEMON);
    __atomic_store_n (&s_handle, to_stderr || to_syslog? STDERR_FILENO: s_file, __ATOMIC_RELAXED);
    __atomic_store_n (&s_to_syslog, to_syslog, __ATOMIC_RELAXED);
    return 0;
}
