/*  butler_log.c - one event a line, with key=value fields, on stderr
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_log.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const s_names [] = { "error", "warning", "info", "debug" };

int
butler_log_level (const char *name)
{
    for (int level = BUTLER_LOG_ERROR; level <= BUTLER_LOG_DEBUG; level++)
        if (strcmp (name, s_names [level]) == 0)
            return level;
    return -1;
}

//  One write for a line, so that threads do not mix theirs
void
butler_log (butler_log_level_t threshold, butler_log_level_t level, const char *event,
            const char *format, ...)
{
    if (level > threshold)
        return;
    char fields [1024];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (fields, sizeof fields, format, arguments);
    va_end (arguments);

    struct timespec now;
    clock_gettime (CLOCK_REALTIME, &now);
    struct tm utc;
    gmtime_r (&now.tv_sec, &utc);
    char stamp [32];
    strftime (stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    fprintf (stderr, "%s.%03ldZ %s event=%s %s\n",
             stamp, now.tv_nsec / 1000000, s_names [level], event, fields);
}
