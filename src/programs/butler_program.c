/*  butler_program.c - where a program is, by its name
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_program.h"
#include <czmq.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
s_is_program (const char *path)
{
    struct stat status;
    if (stat (path, &status) == -1)
        return false;
    if (!S_ISREG (status.st_mode)) {
        errno = EACCES;
        return false;
    }
    return access (path, X_OK) == 0;
}

char *
butler_program_find (const char *name)
{
    if (strchr (name, '/'))
        return s_is_program (name)? strdup (name): NULL;
    const char *folders = getenv ("PATH");
    if (!folders)
        folders = "/usr/local/bin:/usr/bin:/bin";
    int reason = ENOENT;
    while (*name) {
        const size_t size = strcspn (folders, ":");
        char *path = zsys_sprintf ("%.*s%s%s", (int) size, folders, size? "/": "./", name);
        if (s_is_program (path))
            return path;
        if (errno != ENOENT && errno != ENOTDIR)
            reason = errno;
        zstr_free (&path);
        if (!folders [size])
            break;
        folders += size + 1;
    }
    errno = reason;
    return NULL;
}

char *
butler_program_worker (void)
{
    char host [HOST_NAME_MAX + 1] = "";
    gethostname (host, sizeof host - 1);
    return zsys_sprintf ("%s/%ld", host, (long) getpid ());
}
