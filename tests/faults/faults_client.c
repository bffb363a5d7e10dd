/*  faults_client.c - a client for the fault tests, on libbutler: a window of requests, and what came of each
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <butler.h>
#include <signal.h>
#include "faults_journal.h"

#define TURN 100                    //  ms that it waits at a time
#define LONG 150                    //  ms that a turn may take beyond that, unless it stood still

//  SIGUSR1: finish what is open, say so, and wait for SIGUSR2
static volatile sig_atomic_t s_pausing;

typedef struct {
    butler_client_t *client;
    int journal;                    //  -1: none, for what would make it too long
    const char *name, *service;
    long work;                      //  ms that a request takes
    long count, window;
    bool stopping;
    int64_t turned;                 //  when it did last; 0: it has not, or was told to wait
    long every;                     //  so many requests, one is cancelled; 0: none
    uint64_t doubted;               //  the one that is next; 0: none
    long sent;                      //  the number of the last one
    uint64_t *number;               //  of each that is open, as libbutler has it; by its own, modulo the room
    long *own;
    size_t room;
    long outcomes [600];            //  by status; 0: its own timeout
    long wrong, cancelled;
} load_t;

static void
s_journal (load_t *self, const char *word, long number, const char *rest)
{
    if (self->journal != -1)
        faults_journal_write (self->journal, "%s %s-%ld%s%s\n", word, self->name, number, *rest? " ": "", rest);
}

//  Where a request of this number stands, or may
static size_t
s_place (const load_t *self, uint64_t number)
{
    size_t place = (size_t) number % self->room;
    while (self->number [place] && self->number [place] != number)
        place = (place + 1) % self->room;
    return place;
}

//  What stood behind it moves up, so that it is found
static void
s_remove (load_t *self, size_t place)
{
    self->number [place] = 0;
    for (size_t next = (place + 1) % self->room; self->number [next]; next = (next + 1) % self->room) {
        const uint64_t number = self->number [next];
        self->number [next] = 0;
        const size_t better = s_place (self, number);
        self->number [better] = number;
        self->own [better] = self->own [next];
    }
}

//  The one that was named last, if it is open still; it has been for a while by now
static void
s_cancel (load_t *self, uint64_t next)
{
    const uint64_t number = self->doubted;
    self->doubted = next;
    if (!number || butler_client_cancel (self->client, number))
        return;
    const size_t place = s_place (self, number);
    const long own = self->own [place];
    s_remove (self, place);
    s_journal (self, "cancel", own, "");
    s_journal (self, "cancelled", own, "");
    self->cancelled++;
}

static void
s_send (load_t *self)
{
    char body [300];
    self->sent++;
    const int size = snprintf (body, sizeof body, "%s-%ld %ld ", self->name, self->sent, self->work);
    s_journal (self, "sent", self->sent, "");
    const uint64_t number = butler_client_submit_direct (self->client, self->service, body, (size_t) size);
    if (!number) {
        fprintf (stderr, "%s\n", butler_client_error (self->client));
        exit (1);
    }
    const size_t place = s_place (self, number);
    self->number [place] = number;
    self->own [place] = self->sent;
    if (self->every && self->sent % self->every == 0)
        s_cancel (self, number);
}

//  Whether the answer is this request's: "done KEY ..."
static bool
s_fits (const load_t *self, long own)
{
    char expected [300];
    const int size = snprintf (expected, sizeof expected, "done %s-%ld ", self->name, own);
    return butler_client_size (self->client) >= (size_t) size
        && memcmp (butler_client_body (self->client), expected, (size_t) size) == 0;
}

static void
s_end (load_t *self, uint64_t number)
{
    const size_t place = s_place (self, number);
    if (!self->number [place]) {
        self->wrong++;
        if (self->journal != -1)
            faults_journal_write (self->journal, "strange %llu\n", (unsigned long long) number);
        return;
    }
    const long own = self->own [place];
    s_remove (self, place);
    const int status = butler_client_status (self->client) > 0? butler_client_status (self->client): 0;
    self->outcomes [status]++;
    char text [16];
    snprintf (text, sizeof text, "%d", status);
    if (status == 200 && !s_fits (self, own)) {
        self->wrong++;
        s_journal (self, "wrong", own, "-");
    }
    else
    if (status == 0)
        s_journal (self, "timeout", own, "");
    else
        s_journal (self, "got", own, status == 200? "answered": text);
}

static void
s_signalled (int number)
{
    s_pausing = number == SIGUSR1;
}

static void
s_heed_signals (void)
{
    struct sigaction action = { .sa_handler = s_signalled };
    sigaction (SIGUSR1, &action, NULL);
    sigaction (SIGUSR2, &action, NULL);
}

//  What comes while it stands still, and is not read before its connection ends, libzmq may drop
static void
s_turn (load_t *self)
{
    const int64_t now = zclock_mono (), took = self->turned? now - self->turned: 0;
    if (took > TURN + LONG && self->journal != -1)
        faults_journal_write (self->journal, "stood %lld\n", (long long) took);
    self->turned = now;
}

//  All has ended: until it is to go on
static void
s_pause (load_t *self)
{
    self->turned = 0;
    puts ("paused");
    fflush (stdout);
    while (s_pausing && !zsys_interrupted)
        zclock_sleep (20);
}

//  Another is to be sent, sooner or later
static bool
s_goes_on (load_t *self)
{
    if (zsys_interrupted) {
        zsys_interrupted = 0;       //  what is open is awaited all the same
        self->stopping = true;
    }
    return !self->stopping && (!self->count || self->sent < self->count);
}

static void
s_run (load_t *self)
{
    for (;;) {
        s_turn (self);
        const bool goes_on = s_goes_on (self);
        const int open = butler_client_pending (self->client);
        if (goes_on && s_pausing && !open)
            s_pause (self);
        else
        if (goes_on && !s_pausing && open < self->window)
            s_send (self);
        else
        if (!open)
            return;
        else {
            const uint64_t number = butler_client_recv (self->client, TURN);
            if (number)
                s_end (self, number);
        }
    }
}

static void
s_report (const load_t *self)
{
    printf ("{\"sent\": %ld, \"wrong\": %ld, \"cancelled\": %ld", self->sent, self->wrong, self->cancelled);
    for (int status = 0; status < 600; status++)
        if (self->outcomes [status])
            printf (", \"%d\": %ld", status, self->outcomes [status]);
    printf ("}\n");
}

int
main (int argc, char **argv)
{
    if (argc < 10) {
        fprintf (stderr, "%s JOURNAL|- NAME SERVICE COUNT WINDOW WORK TIMEOUT EVERY ENDPOINT...\n", argv [0]);
        return 2;
    }
    load_t self = {
        .client = butler_client_new (argv [9]), .name = argv [2], .service = argv [3],
        .count = atol (argv [4]), .window = atol (argv [5]), .work = atol (argv [6]), .every = atol (argv [8]),
    };
    if (!self.client)
        return 2;
    s_heed_signals ();
    self.journal = streq (argv [1], "-")? -1: faults_journal_open (argv [1]);   //  by now signals are heeded
    for (char **endpoint = argv + 10; *endpoint; endpoint++)
        butler_client_connect (self.client, *endpoint);
    butler_client_set_timeout (self.client, atoi (argv [7]));
    self.room = 2 * (size_t) self.window + 1;
    self.number = (uint64_t *) calloc (self.room, sizeof *self.number);
    self.own = (long *) calloc (self.room, sizeof *self.own);
    if (!self.number || !self.own)
        return 1;
    s_run (&self);
    s_report (&self);
    butler_client_destroy (&self.client);
    free (self.number);
    free (self.own);
    return 0;
}
