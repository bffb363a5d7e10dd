/*  butler_passwords.c - a file of users and their passwords
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_passwords.h"
#include <assert.h>
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include "base/butler_user_name.h"
#include "butler_file.h"

#define FILE_MAX (16 << 20)         //  bytes
#define PASSWORD_MAX 255            //  bytes, as many as PLAIN can carry
#define BLANKS " \t\r"

typedef struct {
    uint8_t bytes [PASSWORD_MAX + 1];   //  zeros behind it
    size_t size;
} password_t;

struct butler_passwords {
    //  Of whoever looks
    char *file;
    butler_stamp_t stamp;
    unsigned failed;                //  so many looks in a row could not use the file

    pthread_mutex_t lock;           //  of what follows
    zhashx_t *users;                //  password_t by name
    char *skipped;                  //  to be told
};

//  ---- a set of users

static void
s_destroy_password (void **password_p)
{
    explicit_bzero (*password_p, sizeof (password_t));
    free (*password_p);
    *password_p = NULL;
}

static zhashx_t *
s_users_new (void)
{
    zhashx_t *users = zhashx_new ();
    assert (users);
    zhashx_set_destructor (users, s_destroy_password);
    return users;
}

//  Without a branch on what is compared
static bool
s_is_same (const password_t *a, const password_t *b)
{
    volatile uint8_t differ = a->size != b->size;
    for (size_t index = 0; index < sizeof a->bytes; index++)
        differ |= a->bytes [index] ^ b->bytes [index];
    return differ == 0;
}

static bool
s_are_same (zhashx_t *users, zhashx_t *others)
{
    if (zhashx_size (users) != zhashx_size (others))
        return false;
    for (const password_t *one = zhashx_first (users); one; one = zhashx_next (users)) {
        const password_t *other = zhashx_lookup (others, zhashx_cursor (users));
        if (!other || !s_is_same (one, other))
            return false;
    }
    return true;
}

//  NULL: there is none of that name
static const password_t *
s_find (zhashx_t *users, butler_span_t user)
{
    char name [BUTLER_USER_SIZE] = "";
    if (user.size == 0 || user.size >= sizeof name || memchr (user.data, 0, user.size))
        return NULL;
    memcpy (name, user.data, user.size);
    return zhashx_lookup (users, name);
}

//  ---- the file

static char *
s_trim (char *text)
{
    text += strspn (text, BLANKS);
    for (size_t size = strlen (text); size && strchr (BLANKS, text [size - 1]); size--)
        text [size - 1] = 0;
    return text;
}

//  NULL, or what is wrong with the line
static const char *
s_take_line (zhashx_t *users, char *line)
{
    line = s_trim (line);
    if (*line == 0 || *line == '#')
        return NULL;
    char *value = strchr (line, '=');
    if (!value)
        return "is no NAME=PASSWORD";
    *value++ = 0;
    const char *name = s_trim (line);
    value = s_trim (value);
    const size_t size = strlen (value);
    if (*name == 0 || strlen (name) >= BUTLER_USER_SIZE)
        return "has no name of 1 to 255 bytes";
    if (butler_user_name_is_reserved (name))
        return "has a name that no user can have";
    if (size == 0 || size > PASSWORD_MAX)
        return "has no password of 1 to 255 bytes";
    if (zhashx_lookup (users, name))
        return "has a name that an earlier line has";
    password_t *password = calloc (1, sizeof *password);
    assert (password);
    password->size = size;
    memcpy (password->bytes, value, size);
    zhashx_insert (users, name, password);
    return NULL;
}

//  NULL: *fault is a fresh text
static zhashx_t *
s_parse (const butler_file_t *file, char **fault)
{
    zhashx_t *users = s_users_new ();
    char *rest = file->text;
    const char *wrong = strlen (file->text) < file->size? "or a later one has a byte 0; it has to be text": NULL;
    unsigned line;
    for (line = 1; rest && !wrong; line++)
        wrong = s_take_line (users, strsep (&rest, "\n"));
    if (!wrong)
        return users;
    zhashx_destroy (&users);
    *fault = zsys_sprintf ("line %u %s", line > 1? line - 1: 1, wrong);
    return NULL;
}

//  NULL with errno; *fault is a fresh text
static zhashx_t *
s_read (butler_passwords_t *self, char **fault)
{
    butler_file_t file = { .most = FILE_MAX, .secret = true };
    char *reason = NULL;
    zhashx_t *users = NULL;
    if (butler_file_read (&file, AT_FDCWD, self->file, &reason) == 0) {
        users = s_parse (&file, &reason);
        self->stamp = file.stamp;
        errno = EINVAL;
        butler_file_fini (&file);
    }
    if (!users)
        *fault = zsys_sprintf ("%s: %s", self->file, reason);
    free (reason);
    return users;
}

//  ---- looks

//  Whether others may come in now; the users become its own
static bool
s_set_users (butler_passwords_t *self, zhashx_t *users)
{
    pthread_mutex_lock (&self->lock);
    zhashx_t *old = self->users;
    const bool changed = !s_are_same (old, users);      //  also who looks something up writes into a zhashx
    self->users = users;
    pthread_mutex_unlock (&self->lock);
    zhashx_destroy (&old);
    return changed;
}

//  Who was there stays for one look more, as the file may just be being written
static int
s_fail (butler_passwords_t *self, char **fault)
{
    self->stamp.settled = false;
    if (++self->failed != 2)
        return 0;
    pthread_mutex_lock (&self->lock);
    zstr_free (&self->skipped);
    self->skipped = *fault;
    pthread_mutex_unlock (&self->lock);
    *fault = NULL;
    return BUTLER_LOOK_SKIPPED | (s_set_users (self, s_users_new ())? BUTLER_LOOK_CHANGED: 0);
}

//  Nobody in it where there were some: it may just be being written, too
static bool
s_is_hasty (butler_passwords_t *self, zhashx_t *users)
{
    if (!users || zhashx_size (users) || !zhashx_size (self->users) || self->failed)
        return false;
    self->stamp.settled = false;
    self->failed = 1;
    return true;
}

int
butler_passwords_look (butler_passwords_t *self)
{
    struct stat status;
    if (stat (self->file, &status) == 0) {
        const butler_stamp_t now = butler_stamp_of (&status);
        if (butler_stamp_holds (&self->stamp, &now))
            return 0;
    }
    char *fault = NULL;
    int shown = 0;
    zhashx_t *users = s_read (self, &fault);
    if (s_is_hasty (self, users))
        zhashx_destroy (&users);
    else
    if (users) {
        self->failed = 0;
        shown = s_set_users (self, users)? BUTLER_LOOK_CHANGED: 0;
    }
    else
    if (!butler_stamp_is_passing (errno))
        shown = s_fail (self, &fault);
    zstr_free (&fault);
    return shown;
}

//  ---- questions

bool
butler_passwords_have (butler_passwords_t *self, butler_span_t user)
{
    pthread_mutex_lock (&self->lock);
    const bool found = s_find (self->users, user) != NULL;
    pthread_mutex_unlock (&self->lock);
    return found;
}

size_t
butler_passwords_count (butler_passwords_t *self)
{
    pthread_mutex_lock (&self->lock);
    const size_t count = zhashx_size (self->users);
    pthread_mutex_unlock (&self->lock);
    return count;
}

bool
butler_passwords_match (butler_passwords_t *self, butler_span_t user, butler_span_t password)
{
    static const password_t nobody;
    password_t given = { .size = password.size };
    if (password.size == 0 || password.size > PASSWORD_MAX)
        return false;
    memcpy (given.bytes, password.data, password.size);
    pthread_mutex_lock (&self->lock);
    const password_t *known = s_find (self->users, user);
    const bool same = s_is_same (known? known: &nobody, &given) && known;
    pthread_mutex_unlock (&self->lock);
    explicit_bzero (&given, sizeof given);
    return same;
}

char *
butler_passwords_skipped (butler_passwords_t *self)
{
    pthread_mutex_lock (&self->lock);
    char *text = self->skipped;
    self->skipped = NULL;
    pthread_mutex_unlock (&self->lock);
    return text;
}

//  ---- the rest

butler_passwords_t *
butler_passwords_new (const char *file, char **fault)
{
    butler_passwords_t *self = calloc (1, sizeof *self);
    assert (self);
    self->file = strdup (file);
    assert (self->file);
    pthread_mutex_init (&self->lock, NULL);
    self->users = s_read (self, fault);
    if (!self->users)
        butler_passwords_destroy (&self);
    return self;
}

void
butler_passwords_destroy (butler_passwords_t **self_p)
{
    butler_passwords_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->users);
    zstr_free (&self->skipped);
    pthread_mutex_destroy (&self->lock);
    free (self->file);
    free (self);
    *self_p = NULL;
}
