/*  butler_log.h - one event a line, with key=value fields, on stderr
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LOG_H
#define BUTLER_LOG_H

typedef enum {
    BUTLER_LOG_ERROR, BUTLER_LOG_WARNING, BUTLER_LOG_INFO, BUTLER_LOG_DEBUG
} butler_log_level_t;

//  What is above the threshold is not written. `event` is a word; `format` makes the fields.
void
butler_log (butler_log_level_t threshold, butler_log_level_t level, const char *event,
            const char *format, ...) __attribute__ ((format (printf, 4, 5)));

//  "error", "warning", "info", "debug"; -1 where it is none of them
int
butler_log_level (const char *name);

#endif
