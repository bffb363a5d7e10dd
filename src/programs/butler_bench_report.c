/*  butler_bench_report.c - what a benchmark found, for people and as JSON
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_report.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "programs/butler_output.h"
#include "programs/butler_terminal.h"

#define ROWS 20                     //  of the histogram, at most
#define BESIDE 33                   //  columns beside its bars
#define BAR_LEAST 8
#define BAR_MOST 60
#define MICRO 1e3                   //  ns

static const struct {
    const char *name;
    double quantile;
} s_quantiles [] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { NULL, 0 } };

static const char *
s_plural (int64_t count)
{
    return count == 1? "": "s";
}

//  ---- for people

typedef struct {
    char text [24];
} s_text_t;

//  "38.1 us": three digits that matter
static s_text_t
s_time (double ns)
{
    static const char *const units [] = { "us", "ms", "s" };
    double value = ns / MICRO;
    int unit = 0;
    for (; unit < 2 && value >= 999.5; unit++)
        value /= 1000;
    s_text_t self;
    snprintf (self.text, sizeof self.text, "%.*f %s", value < 9.995? 2: value < 99.95? 1: 0, value, units [unit]);
    return self;
}

static void
s_print_label (const char *label)
{
    printf ("%s%-12s%s", butler_terminal_style (stdout, BUTLER_STYLE_HEAD), label,
            butler_terminal_style (stdout, BUTLER_STYLE_PLAIN));
}

static void
s_print_load (const butler_bench_report_t *self)
{
    const butler_bench_plan_t *plan = self->plan;
    s_print_label ("Service");
    butler_print_clean (stdout, self->service, "");
    if (plan->method) {
        putchar (' ');
        butler_print_clean (stdout, plan->method, "");
    }
    if (!plan->service)
        printf (", our own: %d worker%s", plan->workers, s_plural (plan->workers));
    putchar ('\n');
    s_print_label ("Load");
    printf ("%d client%s, %s%d request%s in flight%s, %d byte%s", plan->clients, s_plural (plan->clients),
            plan->rate? "at most ": "", plan->in_flight, s_plural (plan->in_flight), plan->clients > 1? " each": "",
            plan->size, s_plural (plan->size));
    if (plan->rate)
        printf (", %d due a second", plan->rate);
    putchar ('\n');
}

static void
s_print_count (const char *label, uint64_t count, const char *text)
{
    if (count == 0)
        return;
    s_print_label (label);
    printf ("%" PRIu64 "%s\n", count, text);
}

static const char *
s_kind (int status)
{
    static char digits [16];
    if (status == 0)
        return "no answer";
    if (status == -1)
        return "not sent";
    snprintf (digits, sizeof digits, "%d", status);
    return digits;
}

static void
s_print_errors (const butler_bench_tally_t *tally)
{
    s_print_label ("Failures");
    printf ("%" PRIu64 "\n", tally->failed);
    for (size_t index = 0; index < tally->errors; index++) {
        const butler_bench_error_t *error = &tally->error [index];
        printf ("  %-10s%-10" PRIu64 "  ", s_kind (error->status), error->count);
        butler_print_clean (stdout, error->first, "");
        putchar ('\n');
    }
}

static void
s_print_latency (const butler_histogram_t *latency)
{
    s_print_label ("Latency");
    printf ("%-9s%-9s", "min", "mean");
    for (size_t index = 0; s_quantiles [index].name; index++)
        printf ("%-9s", s_quantiles [index].name);
    printf ("max\n%-12s%-9s", "", s_time ((double) latency->least).text);
    printf ("%-9s", s_time (butler_histogram_mean (latency)).text);
    for (size_t index = 0; s_quantiles [index].name; index++)
        printf ("%-9s", s_time ((double) butler_histogram_at (latency, s_quantiles [index].quantile)).text);
    printf ("%s\n", s_time ((double) latency->most).text);
}

//  ---- the histogram: neighbours in one row, a power of two of them, so that rows begin with octaves

typedef struct {
    unsigned first, last;           //  rows
    unsigned group;                 //  slots in each
    uint64_t most;                  //  requests in a row
} s_rows_t;

static uint64_t
s_row (const butler_histogram_t *latency, unsigned group, unsigned row)
{
    uint64_t count = 0;
    for (unsigned slot = row * group; slot < (row + 1) * group && slot < BUTLER_HISTOGRAM_SLOTS; slot++)
        count += latency->slot [slot];
    return count;
}

static s_rows_t
s_rows (const butler_histogram_t *latency)
{
    unsigned first = 0, last = BUTLER_HISTOGRAM_SLOTS - 1;
    while (first < last && !latency->slot [first])
        first++;
    while (last > first && !latency->slot [last])
        last--;
    s_rows_t self = { .group = 1 };
    while (last / self.group - first / self.group >= ROWS)
        self.group *= 2;
    self.first = first / self.group;
    self.last = last / self.group;
    for (unsigned row = self.first; row <= self.last; row++) {
        const uint64_t count = s_row (latency, self.group, row);
        if (count > self.most)
            self.most = count;
    }
    return self;
}

//  Whatever is there shows one at least
static void
s_print_bar (uint64_t count, uint64_t most, int room)
{
    static const char bar [] = "############################################################";
    const int size = (int) ((double) count / (double) most * room + 0.5);
    printf ("%.*s", size == 0 && count? 1: size, bar);
}

static void
s_print_histogram (const butler_histogram_t *latency, int width)
{
    const s_rows_t rows = s_rows (latency);
    int room = width - BESIDE - 1;
    if (room > BAR_MOST)
        room = BAR_MOST;
    printf ("\n%s%10s%12s%9s%s\n", butler_terminal_style (stdout, BUTLER_STYLE_HEAD), "UP TO", "REQUESTS", "SHARE",
            butler_terminal_style (stdout, BUTLER_STYLE_PLAIN));
    for (unsigned row = rows.first; row <= rows.last; row++) {
        const uint64_t count = s_row (latency, rows.group, row);
        const int64_t upper = butler_histogram_upper ((row + 1) * rows.group - 1);
        printf ("%10s%12" PRIu64 "%7.2f %%", s_time ((double) upper + 1).text, count,
                100 * (double) count / (double) latency->count);
        if (count && room >= BAR_LEAST) {
            fputs ("  ", stdout);
            s_print_bar (count, rows.most, room);
        }
        putchar ('\n');
    }
}

void
butler_bench_report_print (const butler_bench_report_t *self, int width)
{
    const butler_bench_tally_t *tally = self->tally;
    s_print_load (self);
    s_print_label ("Requests");
    printf ("%" PRIu64 " in %.2f s%s\n", tally->sent, (double) tally->took / 1e9, self->interrupted? ", interrupted": "");
    s_print_label ("Rate");
    printf ("%.0f/s\n", butler_bench_tally_rate (tally));
    s_print_errors (tally);
    s_print_count ("Unfinished", tally->unfinished, "");
    s_print_count ("Behind", tally->behind, " were due and never sent");
    if (tally->latency.count == 0)
        return;
    s_print_latency (&tally->latency);
    s_print_histogram (&tally->latency, width);
}

//  ---- as JSON

//  In microseconds
static json_t *
s_micro (double ns)
{
    return json_real (ns / MICRO);
}

static json_t *
s_latency (const butler_histogram_t *latency)
{
    if (latency->count == 0)
        return json_null ();
    json_t *all = json_pack ("{s:o, s:o}", "min", s_micro ((double) latency->least),
                             "mean", s_micro (butler_histogram_mean (latency)));
    for (size_t index = 0; s_quantiles [index].name; index++)
        json_object_set_new (all, s_quantiles [index].name,
                             s_micro ((double) butler_histogram_at (latency, s_quantiles [index].quantile)));
    json_object_set_new (all, "max", s_micro ((double) latency->most));
    return all;
}

static json_t *
s_histogram (const butler_histogram_t *latency)
{
    json_t *all = json_array ();
    for (unsigned slot = 0; slot < BUTLER_HISTOGRAM_SLOTS; slot++)
        if (latency->slot [slot])
            json_array_append_new (all, json_pack ("[o, I]", s_micro ((double) butler_histogram_upper (slot)),
                                                   (json_int_t) latency->slot [slot]));
    return all;
}

//  What others wrote may be no text
static json_t *
s_first (const char *text)
{
    json_t *self = json_string (text);
    return self? self: butler_json_of_bytes (text, strlen (text));
}

static json_t *
s_errors (const butler_bench_tally_t *tally)
{
    json_t *all = json_array ();
    for (size_t index = 0; index < tally->errors; index++) {
        const butler_bench_error_t *error = &tally->error [index];
        json_array_append_new (all, json_pack ("{s:i, s:I, s:o}", "status", error->status,
                                               "count", (json_int_t) error->count,
                                               "first", s_first (error->first)));
    }
    return all;
}

static json_t *
s_endpoints (const butler_texts_t *endpoints)
{
    json_t *all = json_array ();
    for (size_t index = 0; index < endpoints->count; index++)
        json_array_append_new (all, json_string (endpoints->text [index]));
    return all;
}

json_t *
butler_bench_report_json (const butler_bench_report_t *self)
{
    const butler_bench_tally_t *tally = self->tally;
    json_t *all = json_pack (
        "{s:s, s:o, s:b, s:o, s:b, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:o, s:o, s:o}",
        "service", self->service, "endpoints", s_endpoints (self->endpoints), "own", !self->plan->service,
        "parameters", butler_bench_plan_json (self->plan), "interrupted", self->interrupted,
        "seconds", (double) tally->took / 1e9, "requests", (json_int_t) tally->sent,
        "successes", (json_int_t) tally->latency.count, "in_time", (json_int_t) tally->in_time,
        "failures", (json_int_t) tally->failed, "unfinished", (json_int_t) tally->unfinished,
        "behind", (json_int_t) tally->behind, "rate", butler_bench_tally_rate (tally),
        "errors", s_errors (tally), "latency_us", s_latency (&tally->latency),
        "histogram_us", s_histogram (&tally->latency));
    assert (all);
    return all;
}
