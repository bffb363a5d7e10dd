/*  butler_file.c - reads a whole file, one with secrets only where others can't
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_file.h"
#include <assert.h>
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

//  NULL and errno's text is the fault
static int
s_fault (char **fault, int error, const char *text)
{
    *fault = strdup (text? text: strerror (error));
    assert (*fault);
    errno = error;
    return -1;
}

static int
s_check (const butler_file_t *self, const struct stat *status, const char *name, char **fault)
{
    if (!S_ISREG (status->st_mode))
        return s_fault (fault, EINVAL, "is no regular file");
    if (status->st_size < 0 || (uintmax_t) status->st_size > self->most)
        return s_fault (fault, EFBIG, "is too large");
    if (!self->secret || (status->st_mode & S_IRWXO) == 0)
        return 0;
    *fault = zsys_sprintf ("can be read by others; chmod 600 %s", name);
    errno = EACCES;
    return -1;
}

//  What grows meanwhile is read as far as it was
static int
s_read (butler_file_t *self, int file, size_t size, char **fault)
{
    self->text = calloc (1, size + 1);
    assert (self->text);
    ssize_t more = 1;
    for (self->size = 0; self->size < size && more > 0; self->size += more > 0? (size_t) more: 0)
        more = read (file, self->text + self->size, size - self->size);
    if (more >= 0)
        return 0;
    const int error = errno;
    butler_file_fini (self);
    return s_fault (fault, error, NULL);
}

static int
s_read_open (butler_file_t *self, int file, const char *name, char **fault)
{
    struct stat status;
    if (fstat (file, &status))
        return s_fault (fault, errno, NULL);
    if (s_check (self, &status, name, fault) || s_read (self, file, (size_t) status.st_size, fault))
        return -1;
    self->stamp = butler_stamp_of (&status);
    return 0;
}

int
butler_file_read (butler_file_t *self, int folder, const char *name, char **fault)
{
    //  A FIFO must not keep us, nor a terminal become ours
    const int file = openat (folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file == -1)
        return s_fault (fault, errno, NULL);
    const int rc = s_read_open (self, file, name, fault);
    const int error = errno;
    close (file);
    errno = error;
    return rc;
}

void
butler_file_fini (butler_file_t *self)
{
    if (self->text)
        explicit_bzero (self->text, self->size);
    free (self->text);
    self->text = NULL;
    self->size = 0;
}
