/*  butler_card.h - one file of a keyring: whose key, as it was read last
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CARD_H
#define BUTLER_CARD_H

#include <sys/stat.h>
#include "butler_certificate.h"
#include "butler_stamp.h"

//  Zeroed, it was not read yet
typedef struct {
    char key [BUTLER_KEY_SIZE];     //  "": it can't be used
    char *fault;                    //  why not, or what else is wrong with it; NULL: nothing
    bool told;                      //  of the fault; whoever tells it sets this
    unsigned round;                 //  of the look that last saw it; the keyring's alone
    butler_stamp_t stamp;
    bool doubted;                   //  it could not be used at the last look; it may just be being written
} butler_card_t;

void
butler_card_fini (butler_card_t *self);

//  Reads the file of an open folder anew, unless its status says that it is as it was. True: its key has changed.
bool
butler_card_look (butler_card_t *self, int folder, const char *name, const struct stat *status);

//  A copy of the text is to be told, unless it was already. NULL: nothing is wrong.
void
butler_card_set_fault (butler_card_t *self, const char *fault);

#endif
