/*  butler_keyring.c - a folder of certificates: which user has which key
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_keyring.h"
#include <assert.h>
#include <czmq.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include "butler_card.h"
#include "butler_key_owners.h"

struct butler_keyring {
    //  Of whoever looks
    char *folder;
    zhashx_t *cards;                //  by the file's name
    unsigned round;
    unsigned lost;                  //  so many looks in a row could not read the folder
    bool changed;                   //  since the owners were made

    pthread_mutex_t lock;           //  of what follows
    butler_key_owners_t owners;
    char *skipped;                  //  to be told
};

//  ---- files

static void
s_destroy_card (void **card_p)
{
    butler_card_t *card = *card_p;
    butler_card_fini (card);
    free (card);
    *card_p = NULL;
}

static butler_card_t *
s_require_card (butler_keyring_t *self, const char *name)
{
    butler_card_t *card = zhashx_lookup (self->cards, name);
    if (card)
        return card;
    card = calloc (1, sizeof *card);
    assert (card);
    zhashx_insert (self->cards, name, card);
    return card;
}

//  ---- the folder

static bool
s_is_passed_over (const char *name)
{
    static const char secret [] = "_secret";
    const size_t size = strlen (name);
    return *name == '.' || name [size - 1] == '~'
        || (size >= sizeof secret && streq (name + size - (sizeof secret - 1), secret));
}

static void
s_meet (butler_keyring_t *self, int folder, const char *name)
{
    struct stat status;
    if (s_is_passed_over (name) || fstatat (folder, name, &status, 0) || S_ISDIR (status.st_mode))
        return;
    butler_card_t *card = s_require_card (self, name);
    card->round = self->round;
    self->changed |= butler_card_look (card, folder, name, &status);
}

//  Those that were not met are gone
static void
s_sweep (butler_keyring_t *self)
{
    zlistx_t *gone = zhashx_keys (self->cards);
    assert (gone);
    for (const char *name = zlistx_first (gone); name; name = zlistx_next (gone)) {
        const butler_card_t *card = zhashx_lookup (self->cards, name);
        if (card->round == self->round)
            continue;
        self->changed |= *card->key != 0;
        zhashx_delete (self->cards, name);
    }
    zlistx_destroy (&gone);
}

//  0, or -1 with errno: not all of it could be read
static int
s_walk (butler_keyring_t *self)
{
    DIR *folder = opendir (self->folder);
    if (!folder)
        return -1;
    self->round++;
    struct dirent *item;
    while (errno = 0, (item = readdir (folder)))
        s_meet (self, dirfd (folder), item->d_name);
    const int error = errno;
    closedir (folder);
    errno = error;
    return error? -1: 0;
}

//  1: it was read; 0: not, and what is known holds; -1: it has nothing in it, and *fault is a fresh text where
//  that is news
static int
s_read_folder (butler_keyring_t *self, char **fault)
{
    if (s_walk (self) == 0) {
        s_sweep (self);
        self->lost = 0;
        return 1;
    }
    if (butler_stamp_is_passing (errno) || self->lost++ == 0)
        return 0;
    if (self->lost == 2)
        *fault = zsys_sprintf ("%s: %s", self->folder, strerror (errno));
    self->round++;
    s_sweep (self);
    return -1;
}

//  ---- what others ask for

static void
s_tell_twice (void *arg, const char *name, const char *first)
{
    butler_keyring_t *self = arg;
    char *fault = zsys_sprintf ("has the same key as %s, whose it is", first);
    butler_card_set_fault (zhashx_lookup (self->cards, name), fault);
    zstr_free (&fault);
}

static void
s_make_owners (butler_keyring_t *self)
{
    butler_key_owners_t owners = { .count = 0 };
    for (butler_card_t *card = zhashx_first (self->cards); card; card = zhashx_next (self->cards))
        if (*card->key)
            butler_key_owners_add (&owners, card->key, zhashx_cursor (self->cards));
    butler_key_owners_sort (&owners, s_tell_twice, self);
    pthread_mutex_lock (&self->lock);
    butler_key_owners_t old = self->owners;
    self->owners = owners;
    pthread_mutex_unlock (&self->lock);
    butler_key_owners_fini (&old);
    self->changed = false;
}

//  One file is named, the others are counted; NULL: all were told
static char *
s_report (butler_keyring_t *self)
{
    char *text = NULL;
    size_t count = 0;
    for (butler_card_t *card = zhashx_first (self->cards); card; card = zhashx_next (self->cards)) {
        if (!card->fault || card->told)
            continue;
        card->told = true;
        if (count++ == 0)
            text = zsys_sprintf ("%s/%s: %s", self->folder, (const char *) zhashx_cursor (self->cards), card->fault);
    }
    if (count < 2)
        return text;
    char *longer = zsys_sprintf ("%s; and %zu more there", text, count - 1);
    zstr_free (&text);
    return longer;
}

//  True: there is something new to be told. It waits while the last was not asked for; of the folder it does not.
static bool
s_tell (butler_keyring_t *self, char *text)
{
    pthread_mutex_lock (&self->lock);
    if (text)
        zstr_free (&self->skipped);
    const bool tells = !self->skipped;
    if (tells)
        self->skipped = text? text: s_report (self);
    const bool told = tells && self->skipped;
    pthread_mutex_unlock (&self->lock);
    return told;
}

int
butler_keyring_look (butler_keyring_t *self)
{
    char *fault = NULL;
    if (s_read_folder (self, &fault) == 0)
        return 0;
    const int changed = self->changed? BUTLER_LOOK_CHANGED: 0;
    if (changed)
        s_make_owners (self);
    return changed | (s_tell (self, fault)? BUTLER_LOOK_SKIPPED: 0);
}

int
butler_keyring_find (butler_keyring_t *self, butler_span_t key, char name [BUTLER_USER_SIZE])
{
    pthread_mutex_lock (&self->lock);
    const char *found = butler_key_owners_find (&self->owners, key);
    if (found)
        memcpy (name, found, strlen (found) + 1);
    pthread_mutex_unlock (&self->lock);
    return found? 0: -1;
}

bool
butler_keyring_have (butler_keyring_t *self, const char *user)
{
    pthread_mutex_lock (&self->lock);
    const bool found = butler_key_owners_have (&self->owners, user);
    pthread_mutex_unlock (&self->lock);
    return found;
}

size_t
butler_keyring_count (butler_keyring_t *self)
{
    pthread_mutex_lock (&self->lock);
    const size_t count = self->owners.count;
    pthread_mutex_unlock (&self->lock);
    return count;
}

char *
butler_keyring_skipped (butler_keyring_t *self)
{
    pthread_mutex_lock (&self->lock);
    char *text = self->skipped;
    self->skipped = NULL;
    pthread_mutex_unlock (&self->lock);
    return text;
}

//  ---- the rest

butler_keyring_t *
butler_keyring_new (const char *folder, char **fault)
{
    butler_keyring_t *self = calloc (1, sizeof *self);
    assert (self);
    self->folder = strdup (folder);
    self->cards = zhashx_new ();
    assert (self->folder && self->cards);
    zhashx_set_destructor (self->cards, s_destroy_card);
    pthread_mutex_init (&self->lock, NULL);
    if (s_walk (self)) {
        *fault = zsys_sprintf ("%s: %s; it has to be a folder with the certificates of those who may come in",
                               folder, strerror (errno));
        butler_keyring_destroy (&self);
        return NULL;
    }
    s_make_owners (self);
    return self;
}

void
butler_keyring_destroy (butler_keyring_t **self_p)
{
    butler_keyring_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->cards);
    butler_key_owners_fini (&self->owners);
    zstr_free (&self->skipped);
    pthread_mutex_destroy (&self->lock);
    free (self->folder);
    free (self);
    *self_p = NULL;
}
