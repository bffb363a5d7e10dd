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
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_SIZE 2048          //  bytes, with the newline
#define CUT "...\"\n"               //  how one ends that would be longer

//  The process's, as stderr is
static bool s_to_syslog;
static int s_handle = STDERR_FILENO;
static int s_file = -1;             //  what stands for any file, whichever it is: writers need no lock

typedef struct {
    char text [LINE_MAX_SIZE];
    size_t size;
    bool cut;
} line_t;

//  ---- the line

static void
s_put (line_t *self, const char *text, size_t size)
{
    self->cut |= self->size + size > sizeof self->text - sizeof CUT;
    if (self->cut)
        return;
    memcpy (self->text + self->size, text, size);
    self->size += size;
}

static void
s_put_text (line_t *self, const char *text)
{
    s_put (self, text, strlen (text));
}

//  What needs no quotes, whoever reads it
static bool
s_is_bare (const char *value)
{
    static const char plain [] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/*@+,%[]-";
    return *value && value [strspn (value, plain)] == 0;
}

static void
s_put_quoted (line_t *self, const char *value)
{
    s_put (self, "\"", 1);
    for (; *value; value++) {
        const unsigned char byte = (unsigned char) *value;
        char escaped [8] = { *value };
        if (byte == '"' || byte == '\\')
            snprintf (escaped, sizeof escaped, "\\%c", byte);
        else
        if (byte < 0x20 || byte == 0x7f)
            snprintf (escaped, sizeof escaped, "\\x%02x", byte);
        s_put_text (self, escaped);
    }
    s_put (self, "\"", 1);
}

static void
s_put_field (line_t *self, const char *name, const char *value)
{
    s_put (self, " ", 1);
    s_put_text (self, name);
    s_put (self, "=", 1);
    if (s_is_bare (value))
        s_put_text (self, value);
    else
        s_put_quoted (self, value);
}

//  syslog has a clock of its own
static void
s_put_time (line_t *self)
{
    struct timespec now;
    clock_gettime (CLOCK_REALTIME, &now);
    struct tm utc;
    gmtime_r (&now.tv_sec, &utc);
    char day [32], stamp [sizeof day + 16];
    strftime (day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf (stamp, sizeof stamp, "%s.%03dZ ", day, (int) (now.tv_nsec / 1000000) % 1000);
    s_put_text (self, stamp);
}

static void
s_end (line_t *self)
{
    const char *end = self->cut? CUT: "\n";
    memcpy (self->text + self->size, end, strlen (end) + 1);
    self->size += strlen (end);
}

//  ---- writing it

static void
s_write (const line_t *line)
{
    const int handle = __atomic_load_n (&s_handle, __ATOMIC_RELAXED);
    ssize_t rc;
    do
        rc = write (handle, line->text, line->size);
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
    line_t line;
    line.size = 0;
    line.cut = false;
    if (!to_syslog)
        s_put_time (&line);
    s_put_text (&line, names [level]);
    s_put_field (&line, "event", event);
    va_list fields;
    va_start (fields, event);
    for (const char *name; (name = va_arg (fields, const char *));) {
        const char *value = va_arg (fields, const char *);
        if (value)
            s_put_field (&line, name, value);
    }
    va_end (fields);
    s_end (&line);
    if (to_syslog)
        syslog (LOG_DAEMON | priorities [level], "%s", line.text);
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

//  Its descriptor stays the same from file to file, so that nobody writes to one that is closed
static int
s_open_file (const char *path)
{
    const int handle = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
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
    __atomic_store_n (&s_handle, to_stderr || to_syslog? STDERR_FILENO: s_file, __ATOMIC_RELAXED);
    __atomic_store_n (&s_to_syslog, to_syslog, __ATOMIC_RELAXED);
    return 0;
}
