/*  butler_zpl.h - reads ZPL text (RFC 4), item by item, and tells each one's line
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_ZPL_H
#define BUTLER_ZPL_H

#include <stddef.h>

#define BUTLER_ZPL_LINE_MAX 1024    //  bytes, as CZMQ's zconfig has it
#define BUTLER_ZPL_DEPTH_MAX 4      //  levels of sections and keys

//  What zconfig takes, this takes, and reads the same; but it knows lines, cuts nothing, prints
//  nothing, and takes any printable name, as services have them.
typedef struct {
    //  The item that was read last
    const char *path;               //  the names that lead to it, joined by /
    const char *value;              //  NULL where it has none
    unsigned line;                  //  it stands here; counted from 1
    const char *fault;              //  what is wrong in that line, where something is
    //  The rest is the reader's own
    char *rest;
    unsigned depth;                 //  names in the path
    size_t ends [BUTLER_ZPL_DEPTH_MAX];     //  where each name ends in it
    char text [BUTLER_ZPL_DEPTH_MAX * (BUTLER_ZPL_LINE_MAX + 1)];
} butler_zpl_t;

//  The text is written into while it is read, and must outlive the reader
void
butler_zpl_init (butler_zpl_t *self, char *text);

//  1: there is a next item; 0: the text is at its end; -1: the line is no ZPL, see fault
int
butler_zpl_next (butler_zpl_t *self);

#endif
