/*  butler_commands.h - the subcommands of butler: each takes its own argc and argv, and returns
    the exit status
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_COMMANDS_H
#define BUTLER_COMMANDS_H

typedef int (butler_subcommand_fn) (int argc, char **argv);

butler_subcommand_fn command_bench;
butler_subcommand_fn command_call;
butler_subcommand_fn command_describe;
butler_subcommand_fn command_find;
butler_subcommand_fn command_keygen;
butler_subcommand_fn command_send;
butler_subcommand_fn command_services;
butler_subcommand_fn command_sink;
butler_subcommand_fn command_stats;
butler_subcommand_fn command_work;
butler_subcommand_fn command_workers;

#endif
