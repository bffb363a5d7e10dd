/*  butler_account.h - the account that a program started as root goes on as
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ACCOUNT_H
#define BUTLER_ACCOUNT_H

//  Each gives NULL; or a fresh text that says what is wrong, where the program is not to go on.

//  Whether there is such a user, and is not the superuser
char *
butler_account_fault (const char *name);

//  To be called before there are threads: from now on files are those that he may open, groups and $HOME
//  are his; of root's powers that of binding ports below 1024 is left, and the way back. Where we are
//  this user already, nothing changes; where we are another who is not root, that is wrong.
char *
butler_account_enter (const char *name);

//  That is left behind, too, in all threads; and it was tried out that there is no way back
char *
butler_account_settle (const char *name);

#endif
