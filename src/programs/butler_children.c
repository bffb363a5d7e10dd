/*  butler_children.c - a program that answers requests: one child for each, several side by side
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_children.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "programs/butler_child.h"
#include "programs/butler_environment.h"
#include "programs/butler_program.h"

#define ERROR "CommandError"
#define CHECK 250                   //  ms; a child may be started meanwhile, and a client give up
#define GRACE 100                   //  ms for the router to end the request first

typedef struct {
    butler_child_t *child;          //  NULL: the place is free
    const butler_request_t *request;    //  there as long as its child
    const char *why;                //  it was killed, or NULL
} running_t;

struct butler_children {
    char *path;                     //  of the program
    char **argv;
    char *worker;                   //  NULL: no name
    butler_children_heard_fn *heard;    //  NULL: their stderr is ours
    void *heard_arg;
    pthread_mutex_t mutex;          //  for all below
    running_t *running;             //  a place for each thread
    int threads;
    bool killed;
    int64_t answered, failed;
};

butler_children_t *
butler_children_new (const char *const *command, size_t count, int threads)
{
    char *path = butler_program_find (command [0]);
    if (!path)
        return NULL;
    butler_children_t *self = (butler_children_t *) zmalloc (sizeof *self);
    self->argv = (char **) zmalloc ((count + 1) * sizeof *self->argv);
    self->running = (running_t *) zmalloc ((size_t) threads * sizeof *self->running);
    assert (self->argv && self->running);
    for (size_t index = 0; index < count; index++) {
        self->argv [index] = strdup (command [index]);
        assert (self->argv [index]);
    }
    self->path = path;
    self->threads = threads;
    pthread_mutex_init (&self->mutex, NULL);
    return self;
}

void
butler_children_destroy (butler_children_t **self_p)
{
    butler_children_t *self = *self_p;
    if (!self)
        return;
    pthread_mutex_destroy (&self->mutex);
    for (char **argument = self->argv; *argument; argument++)
        free (*argument);
    free (self->argv);
    free (self->running);
    free (self->path);
    free (self->worker);
    free (self);
    *self_p = NULL;
}

void
butler_children_set_worker (butler_children_t *self, const char *name)
{
    free (self->worker);
    self->worker = strdup (name);
    assert (self->worker);
}

void
butler_children_set_heard (butler_children_t *self, butler_children_heard_fn *heard, void *arg)
{
    self->heard = heard;
    self->heard_arg = arg;
}

void
butler_children_count (butler_children_t *self, int64_t *answered, int64_t *failed)
{
    pthread_mutex_lock (&self->mutex);
    *answered = self->answered;
    *failed = self->failed;
    pthread_mutex_unlock (&self->mutex);
}

//  ---- running

//  0, or -1 with errno; ECANCELED after butler_children_kill ()
static int
s_start (butler_children_t *self, butler_child_t *child, const butler_request_t *request)
{
    char **env = butler_environment_new (request, self->worker);
    int place = 0, rc = -1;
    pthread_mutex_lock (&self->mutex);
    errno = ECANCELED;
    if (!self->killed)
        rc = butler_child_start (child, self->path, self->argv, env);
    if (rc == 0) {
        while (self->running [place].child)
            place++;                //  there is one for each thread
        assert (place < self->threads);
        self->running [place] = (running_t) { child, request, NULL };
    }
    pthread_mutex_unlock (&self->mutex);
    const int reason = errno;
    butler_environment_destroy (&env);
    errno = reason;
    return rc;
}

//  Its status; and why it was killed
static int
s_end (butler_children_t *self, butler_child_t *child, const char **why)
{
    butler_child_wait (child);
    pthread_mutex_lock (&self->mutex);
    for (int place = 0; place < self->threads; place++)
        if (self->running [place].child == child) {
            *why = self->running [place].why;
            self->running [place].child = NULL;
        }
    pthread_mutex_unlock (&self->mutex);
    return butler_child_reap (child);       //  now its pid may become another's
}

static void
s_kill (running_t *self, const char *why)
{
    if (!self->why)
        self->why = why;
    butler_child_kill (self->child);
}

void
butler_children_kill (butler_children_t *self)
{
    pthread_mutex_lock (&self->mutex);
    self->killed = true;
    for (int place = 0; place < self->threads; place++)
        if (self->running [place].child)
            s_kill (&self->running [place], "its worker was told to end");
    pthread_mutex_unlock (&self->mutex);
}

int
butler_children_kill_expired (butler_children_t *self)
{
    int64_t next = CHECK;
    pthread_mutex_lock (&self->mutex);
    for (int place = 0; place < self->threads; place++) {
        running_t *running = &self->running [place];
        if (!running->child)
            continue;
        const int64_t left = butler_request_time_left (running->request);
        if (left <= -GRACE)
            s_kill (running, "its request had expired");
        else
        if (left > 0 && butler_request_cancelled (running->request))
            s_kill (running, "its request was cancelled");
        else
        if (left + GRACE < next)
            next = left + GRACE;
    }
    pthread_mutex_unlock (&self->mutex);
    return (int) next;
}

static void
s_fail (const butler_children_t *self, butler_child_t *child, int status, const char *why, butler_request_t *request)
{
    const char *name = self->argv [0];
    if (why)
        butler_request_fail (request, ERROR, "%s was killed: %s", name, why);
    else
    if (child->excessive)
        butler_request_fail (request, ERROR, "%s wrote more than %d bytes", name, BUTLER_CHILD_OUTPUT_MAX);
    else
    if (WIFSIGNALED (status))
        butler_request_fail (request, ERROR, "%s was ended by signal %d (%s)", name,
                             WTERMSIG (status), strsignal (WTERMSIG (status)));
    else
        butler_request_fail (request, ERROR, "%s exited with status %d", name, WEXITSTATUS (status));
    butler_request_set_traceback (request, butler_child_errors (child));
}

//  Whose stderr it is
typedef struct {
    const butler_children_t *children;
    const butler_request_t *request;
} speaker_t;

static void
s_hear (void *arg, const char *line, size_t size)
{
    const speaker_t *speaker = arg;
    speaker->children->heard (speaker->children->heard_arg, speaker->request, line, size);
}

//  0: what it wrote is the answer; -1: the request has failed. The child is to be finished in
//  either case.
static int
s_run (butler_children_t *self, butler_child_t *child, butler_request_t *request,
       const void *input, size_t size)
{
    if (s_start (self, child, request) == -1) {
        *child = (butler_child_t) { .in = -1, .out = -1, .err = -1, .killed = -1 };
        butler_request_fail (request, ERROR, "%s cannot be run: %s", self->argv [0], strerror (errno));
        return -1;
    }
    speaker_t speaker = { self, request };
    child->heard = self->heard? s_hear: NULL;
    child->heard_arg = &speaker;
    butler_child_talk (child, input, size);
    const char *why = NULL;
    const int status = s_end (self, child, &why);
    if (status == 0 && !child->excessive)
        return 0;
    s_fail (self, child, status, why, request);
    return -1;
}

static void
s_count (butler_children_t *self, bool answered)
{
    pthread_mutex_lock (&self->mutex);
    if (answered)
        self->answered++;
    else
        self->failed++;
    pthread_mutex_unlock (&self->mutex);
}

json_t *
butler_children_answer_direct (butler_request_t *request, void *children)
{
    butler_child_t child;
    const int rc = s_run (children, &child, request, butler_request_body (request), butler_request_size (request));
    if (rc == 0)
        butler_request_answer (request, child.output.data, child.output.size);
    s_count (children, rc == 0);
    butler_child_fini (&child);
    return NULL;
}

//  The call as a line of JSON; fresh
static char *
s_call_text (const butler_request_t *request)
{
    json_t *args = butler_request_args (request), *kwargs = butler_request_kwargs (request);
    json_t *call = json_pack ("{s:s, s:o, s:o}", "method", butler_request_method (request),
        "args", args? json_incref (args): json_array (),
        "kwargs", kwargs? json_incref (kwargs): json_object ());
    char *text = json_dumps (call, 0);
    assert (text);
    json_decref (call);
    char *line = zsys_sprintf ("%s\n", text);
    free (text);
    return line;
}

//  JSON where it parses as JSON, else a string without the newline at its end
static json_t *
s_result (const butler_child_t *child)
{
    size_t size = child->output.size;
    const char *data = child->output.data;
    json_t *result = size? json_loadb (data, size, JSON_DECODE_ANY, NULL): NULL;
    if (result)
        return result;
    if (size && data [size - 1] == '\n')
        size--;
    return json_stringn (size? data: "", size);
}

json_t *
butler_children_answer_call (butler_request_t *request, void *arg)
{
    butler_children_t *children = arg;
    butler_child_t child;
    json_t *result = NULL;
    char *text = s_call_text (request);
    if (s_run (children, &child, request, text, strlen (text)) == 0) {
        result = s_result (&child);
        if (!result)
            butler_request_fail (request, ERROR, "what %s wrote is neither JSON nor UTF-8 text", children->argv [0]);
    }
    s_count (children, result);
    zstr_free (&text);
    butler_child_fini (&child);
    return result;
}
