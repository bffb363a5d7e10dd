/*  butler_key_pair.c - a new CURVE key pair, written to two files
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_key_pair.h"
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include "base/butler_user_name.h"

#define SECRET "_secret"
#define TEXT_MAX 2048               //  bytes of a file: its name, three keys, and words

//  ---- names

static const char *
s_base (const char *file)
{
    const char *slash = strrchr (file, '/');
    return slash? slash + 1: file;
}

static bool
s_ends_in (const char *text, const char *end)
{
    return strlen (text) >= strlen (end) && streq (text + strlen (text) - strlen (end), end);
}

const char *
butler_key_pair_fault (const char *file)
{
    const char *name = s_base (file);
    if (*name == '.')
        return "begins with a dot, and the router passes such files over";
    if (s_ends_in (name, SECRET))
        return "ends in " SECRET ", as only the second of the two files does";
    if (s_ends_in (name, "~"))
        return "ends in ~, as backups do, and the router passes such files over";
    if (butler_user_name_is_reserved (name))
        return "is no user's name, but stands for many";
    return butler_user_name_fault (butler_span_string (name));
}

//  ---- the files

//  As zcert_save () writes them: ZPL. The secret key stands last, NULL for none.
static size_t
s_compose (const butler_key_pair_t *self, char text [TEXT_MAX], const char *secret_key)
{
    const time_t now = time (NULL);
    struct tm utc;
    char stamp [32];
    gmtime_r (&now, &utc);
    strftime (stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    const bool names_router = secret_key && *self->router_key;
    const int size = snprintf (text, TEXT_MAX,
        "#   %s, made by butler keygen\n"
        "metadata\n    name = \"%s\"\n    time = \"%s\"\n%s%s%s"
        "curve\n    public-key = \"%s\"\n%s%s%s",
        secret_key? "A secret key: for its owner alone": "A public key: for everybody", s_base (self->file), stamp,
        names_router? "    router = \"": "", names_router? self->router_key: "", names_router? "\"\n": "",
        self->public_key,
        secret_key? "    secret-key = \"": "", secret_key? secret_key: "", secret_key? "\"\n": "");
    assert (size > 0 && size < TEXT_MAX);
    return (size_t) size;
}

static int
s_write (int handle, const char *text, size_t size)
{
    while (size) {
        const ssize_t rc = write (handle, text, size);
        if (rc == -1 && errno != EINTR)
            return -1;
        text += rc > 0? rc: 0;
        size -= rc > 0? (size_t) rc: 0;
    }
    return fsync (handle);
}

static char *
s_fault (const char *file)
{
    return errno == EEXIST? zsys_sprintf ("'%s' is there already; keys are never overwritten", file)
        : zsys_sprintf ("cannot make '%s': %s", file, strerror (errno));
}

//  Nobody but its owner has a moment to open it. NULL, or a fault: then it is not there.
static char *
s_make_file (const char *file, mode_t mode, const char *text, size_t size)
{
    const int handle = open (file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (handle == -1)
        return s_fault (file);
    char *fault = NULL;
    if (s_write (handle, text, size) == -1) {
        fault = s_fault (file);
        unlink (file);
    }
    close (handle);
    return fault;
}

static char *
s_make_files (const butler_key_pair_t *self, const char *secret_key)
{
    char text [TEXT_MAX];
    const size_t size = s_compose (self, text, secret_key);
    char *fault = s_make_file (self->secret_file, 0600, text, size);
    explicit_bzero (text, sizeof text);
    if (fault)
        return fault;
    fault = s_make_file (self->file, 0644, text, s_compose (self, text, NULL));
    if (fault)
        unlink (self->secret_file);
    return fault;
}

//  A signal that ends us does so when both files are there, or none
static char *
s_make_undisturbed (const butler_key_pair_t *self, const char *secret_key)
{
    sigset_t all, before;
    sigfillset (&all);
    sigprocmask (SIG_BLOCK, &all, &before);
    char *fault = s_make_files (self, secret_key);
    sigprocmask (SIG_SETMASK, &before, NULL);
    return fault;
}

//  What is there is told before anything is made
static char *
s_make (butler_key_pair_t *self)
{
    char secret_key [BUTLER_KEY_SIZE];
    if (strlen (self->file) + sizeof SECRET > sizeof self->secret_file || strlen (s_base (self->file)) > NAME_MAX) {
        errno = ENAMETOOLONG;
        return s_fault (self->file);
    }
    snprintf (self->secret_file, sizeof self->secret_file, "%s" SECRET, self->file);
    errno = EEXIST;
    if (access (self->file, F_OK) == 0)
        return s_fault (self->file);
    if (zmq_curve_keypair (self->public_key, secret_key) == -1)
        return zsys_sprintf ("cannot make a key: %s", zmq_strerror (errno));
    char *fault = s_make_undisturbed (self, secret_key);
    explicit_bzero (secret_key, sizeof secret_key);
    return fault;
}

int
butler_key_pair_make (butler_key_pair_t *self, char **fault)
{
    char *wrong = zsys_has_curve ()? s_make (self)
        : zsys_sprintf ("this libzmq was built without CURVE, so there are no keys for it");
    if (wrong)
        *fault = wrong;
    return wrong? -1: 0;
}
