#   test_butlerd_reload.py - what butlerd takes from its file while it runs, where it logs, whom it employs
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""SIGHUP, log/to, and the sections that make butlerd start workers of its own."""

import os
import re
import signal
import socket
import subprocess
import unittest

import zmq

from harness import (LOOPBACK, Deadline, Process, TestCase, main, program, relative, scaled,
                     wait_until)
from peers import read_error

BINDS = "frontend\n    bind = %s\nbackend\n    bind = %s\n" % (LOOPBACK, LOOPBACK)


class Case(TestCase):

    def config(self, text):
        path = os.path.join(self.folder, "butler.cfg")
        with open(path, "w") as file:
            file.write(text)
        return path

    def serve(self, text, *arguments):
        """A butlerd on this configuration, until the test ends."""
        process = self.own(Process([program("butlerd"), "-c", self.config(text), *arguments], cwd=self.folder))
        process.wait_log("event=ready")
        process.frontend, process.backend = [self.bound(process, socket)[0] for socket in ("frontend", "backend")]
        return process

    @staticmethod
    def bound(process, socket):
        return re.findall(r"event=bound socket=%s endpoint=(\S+)" % socket, "\n".join(process.log))

    def reload(self, process, text):
        """The line that tells what came of it."""
        before = sum("event=reload" in line for line in process.log)
        self.config(text)
        process.signal(signal.SIGHUP)
        wait_until(lambda: sum("event=reload" in line for line in process.log) > before, "it has reloaded")
        return [line for line in process.log if "event=reload" in line][-1]

    def refusal(self, process, count):
        """What the last of so many requests is refused with, while none of them is answered."""
        client = self.client(process)
        ids = [client.request("api.text", b"body") for _ in range(count)]
        return read_error(client.answer(ids[-1]))[0]


class Reload(Case):

    def test_settings_hold_from_then_on_and_work_goes_on(self):
        router = self.serve("client\n    limit = 2\n" + BINDS)
        worker = self.worker(router, "api.text", {"capacity": 1})
        client = self.client(router)
        first = client.request("api.text", b"one")
        job = worker.job()
        line = self.reload(router, "client\n    limit = 1\n" + BINDS)
        self.assertRegex(line, r"info event=reload file=\S+butler.cfg$")
        second = client.request("api.text", b"two")
        self.assertEqual(read_error(client.answer(second))[0], 503)
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(first), b"fine")

    def test_endpoints_come_and_go(self):
        router = self.serve(BINDS)
        worker = self.worker(router, "api.text")
        self.reload(router, "frontend\n    bind = ipc://front\nbackend\n    bind = %s\n" % LOOPBACK)
        self.assertIn("ipc://front", self.bound(router, "frontend"))
        router.frontend = "ipc://" + os.path.join(self.folder, "front")
        client = self.client(router)
        api_id = client.request("api.text", b"body")
        worker.reply(worker.job(), b"by the new way")
        self.assertEqual(client.answer(api_id), b"by the new way")

    def test_bad_file_changes_nothing(self):
        router = self.serve("client\n    limit = 1\n" + BINDS)
        self.worker(router, "api.text", {"capacity": 1})
        line = self.reload(router, "client\n    limit = none\n" + BINDS)
        self.assertIn("error event=reload", line)
        self.assertRegex(line, r"butler.cfg:2: client/limit: 'none' is no integer")
        self.assertEqual(self.refusal(router, 2), 503)

    def test_what_only_a_restart_changes_is_named(self):
        router = self.serve(BINDS)
        for _ in range(2):
            line = self.reload(router, "server\n    io_threads = 2\n    workdir = /\n" + BINDS)
            self.assertIn('warning event=reload', line)
            self.assertIn('kept="server/io_threads, server/workdir"', line)
        self.assertEqual(os.readlink("/proc/%d/cwd" % router.pid), self.folder)

    def test_limits_of_a_socket_do_not_grow(self):
        router = self.serve("client\n    limit = 1\nworker\n    capacity = 5\n" + BINDS)
        line = self.reload(router, "client\n    limit = 2\n" + BINDS)
        self.assertIn('kept="client/limit, worker/capacity"', line)
        self.worker(router, "api.text", {"capacity": 1})
        self.assertEqual(self.refusal(router, 2), 503)

    def test_peers_may_come_and_go_meanwhile(self):
        router = self.serve(BINDS)
        for _ in range(100):
            strangers = [self.context.socket(zmq.DEALER) for _ in range(3)]
            for stranger in strangers:
                stranger.connect(router.backend)
                stranger.send_multipart([b"\x01", b"api.text"])
            router.signal(signal.SIGHUP)
            for stranger in strangers:
                stranger.close(0)
        self.assertIn("services", self.ask(router, "services"))

    def test_verbose_stays(self):
        router = self.serve(BINDS, "-v")
        self.reload(router, "log\n    level = error\n" + BINDS)
        self.worker(router, "api.text")
        router.wait_log("event=worker state=ready")

    def test_without_a_file_it_does_no_harm(self):
        router = self.default_router()
        router.signal(signal.SIGHUP)
        router.frontend = self.bound(router, "frontend")[0]
        self.assertIn("services", self.ask(router, "services"))

    def test_side_that_the_file_names_no_more_listens_all_the_same(self):
        """And no longer, when it is named again. Where others have the default's port, nothing changes."""
        router = self.serve(BINDS)
        deadline = Deadline(10)
        line = ""
        while " info " not in line:     # another test may have the port just now
            if deadline.over:
                raise unittest.SkipTest("the default ports are in use")
            line = self.reload(router, "backend\n    bind = %s\n" % LOOPBACK)
        router.frontend = "tcp://127.0.0.1:5555"
        self.assertIn("services", self.ask(router, "services"))
        self.reload(router, "frontend\n    bind = ipc://front\nbackend\n    bind = %s\n" % LOOPBACK)
        router.frontend = "ipc://" + os.path.join(self.folder, "front")
        self.assertEqual(self.ask(router, "ping"), "pong")
        self.assertNotIn("tcp://127.0.0.1:5555", self.bound(router, "frontend")[-1])

    def test_workers_of_its_own_stay_when_the_backend_moves(self):
        section = "butler_worker\n    service = api.echo\n    run = cat\n"
        router = self.serve("frontend\n    bind = %s\nbackend\n    bind = ipc://one\n%s" % (LOOPBACK, section))
        self.reload(router, "frontend\n    bind = %s\nbackend\n    bind = ipc://two\n%s" % (LOOPBACK, section))
        client = self.client(router)
        for _ in range(3):
            self.assertEqual(client.answer(client.request("api.echo", b"body")), b"body")


class Log(Case):

    def log(self, name="log.txt"):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return ""
        with open(path) as file:
            return file.read()

    def start(self, text):
        process = self.own(Process([program("butlerd"), "-c", self.config(text)], cwd=self.folder))
        wait_until(lambda: "event=ready" in self.log(), "the log's file tells that it serves")
        return process

    def test_file_is_appended_to_and_opened_anew(self):
        process = self.start("log\n    to = log.txt\n" + BINDS)
        os.rename(os.path.join(self.folder, "log.txt"), os.path.join(self.folder, "log.old"))
        process.signal(signal.SIGHUP)
        wait_until(lambda: "event=reload" in self.log(), "a new file is there")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.finish(), 0)
        self.assertIn("event=stopped", self.log())
        self.assertNotIn("event=stopped", self.log("log.old"))
        self.assertEqual(process.log, [])

    def test_file_may_become_another(self):
        process = self.start("log\n    to = log.txt\n" + BINDS)
        self.config("log\n    to = stderr\n" + BINDS)
        process.signal(signal.SIGHUP)
        process.wait_log("event=reload")
        self.assertNotIn("event=reload", self.log())

    def test_file_that_cannot_be_written_is_told_at_once(self):
        ended = subprocess.run(
            [program("butlerd"), "-c", self.config("log\n    to = /no/such/folder/log\n" + BINDS)], cwd=self.folder,
            text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=scaled(20), check=False)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("log/to: cannot write to '/no/such/folder/log'", ended.stderr)

    def syslog(self):
        """A socket, and how to start a program that finds it as /dev/log."""
        devices = os.path.join(self.folder, "dev")
        os.mkdir(devices)
        begin = ["unshare", "-rm", "sh", "-c", 'mount --bind "$0" /dev && exec "$@"', devices]
        try:
            subprocess.run(begin + ["true"], check=True, capture_output=True, timeout=scaled(10))
        except (OSError, subprocess.CalledProcessError) as reason:
            raise unittest.SkipTest("no mount namespace here: %s" % reason)
        taken = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(taken.close)
        taken.bind(os.path.join(devices, "log"))
        taken.settimeout(scaled(10))
        return taken, begin

    def test_syslog_has_levels_and_no_time_of_ours(self):
        taken, begin = self.syslog()
        path = self.config("log\n    to = syslog\nfrontend\n    bind = tcp://*:*\nbackend\n    bind = ipc://back\n")
        process = self.own(Process(begin + [program("butlerd"), "-c", path], cwd=self.folder))
        lines = []
        while not lines or "event=ready" not in lines[-1]:
            lines.append(taken.recv(8192).decode().rstrip("\0\n"))
        who = r"butlerd\[%d\]: " % process.pid
        self.assertRegex(lines[0], r"^<28>.*%swarning event=open " % who)
        self.assertRegex(lines[1], r"^<30>.*%sinfo event=bound socket=frontend endpoint=tcp://0\.0\.0\.0:\d+$" % who)
        self.config("rubbish\n")
        process.signal(signal.SIGHUP)
        self.assertRegex(taken.recv(8192).decode(), r"^<27>.*%serror event=reload " % who)
        self.assertEqual(process.log, [])

    def test_log_that_cannot_be_opened_is_told_and_the_old_one_kept(self):
        process = self.start("log\n    to = log.txt\n" + BINDS)
        os.mkfifo(os.path.join(self.folder, "fifo"))
        for wrong in ("/no/such/folder/log", "fifo", "/tmp"):
            before = self.log().count("event=reload")
            self.config("log\n    to = %s\n%s" % (wrong, BINDS))
            process.signal(signal.SIGHUP)
            wait_until(lambda: self.log().count("event=reload") > before, "it has reloaded")
            self.assertRegex(self.log(), r"error event=log to=%s reason=.* kept=log/to" % wrong)
        told = self.log().count("event=log")
        self.config("log\n    to = log.txt\n" + BINDS)
        process.signal(signal.SIGHUP)
        wait_until(lambda: self.log().count("event=reload") == 4, "it has reloaded")
        self.assertEqual(self.log().count("event=log"), told)

    def test_echo_is_logged(self):
        process = self.serve(BINDS + 'butler_router\n    echo = it "starts"\n')
        process.wait_log('info event=echo text="it \\"starts\\""')


class Workers(Case):

    TEXT = BINDS + ("butler_worker\n    service = api.text\n    jobs = 2\n    run = wc -w\n"
                    "    method = first (text: string)\n"
                    "        run = sed 's/.*\\[\"\\(.\\).*/\\1/'\n        doc = The first character\n"
                    "    method = fail\n        run = echo what went wrong >&2; exit 3\n")

    def butler(self, router, *arguments):
        return subprocess.run([program("butler"), *arguments, "-e", router.frontend, "-t", "%d" % scaled(10000)],
                              cwd=self.folder, text=True, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=scaled(20), check=False)

    def assert_here(self, router, service):
        wait_until(lambda: self.butler(router, "find", service).returncode == 0, "%s is there" % service)

    def written(self, name):
        """The line that a program has written into this file; nothing until it is all there."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return ""
        with open(path) as file:
            text = file.read()
        return text if text.endswith("\n") else ""

    def begun(self, name="begun"):
        """What a program has written into this file, when it has."""
        return wait_until(lambda: self.written(name), "the program runs").strip()

    def stop_at_once(self, router):
        """Tell it until it ends: the first time it may wait."""
        router.signal(signal.SIGTERM)
        router.wait_log("event=stopping")

        def told_again():
            if router.status is None:
                router.signal(signal.SIGTERM)
            return router.status is not None
        wait_until(told_again, "it ends though a program runs", seconds=10)
        self.assertEqual(router.finish(), 0)

    def test_sections_are_workers_that_run_programs(self):
        router = self.serve(self.TEXT)      # they are there as soon as it is ready
        self.assertEqual(self.butler(router, "send", "api.text", "four words of text").stdout.strip(), "4")
        self.assertEqual(self.butler(router, "call", "api.text", "first", "xyz").stdout.strip(), '"x"')
        self.assertIn("The first character", self.butler(router, "describe", "api.text").stdout)
        failed = self.butler(router, "call", "api.text", "fail")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("exited with status 3", failed.stderr)
        self.assertIn("TypeError", self.butler(router, "call", "api.text", "first").stderr)

    def test_section_may_name_another_router(self):
        other = self.router()
        self.serve(BINDS + "butler_worker\n    service = api.away\n    run = cat\n    connect = %s\n" % other.backend)
        self.assert_here(other, "api.away")

    def test_changed_sections_wait_for_a_restart(self):
        router = self.serve(self.TEXT)
        line = self.reload(router, self.TEXT.replace("api.text", "api.other"))
        self.assertIn("kept=butler_worker", line)
        self.assert_here(router, "api.text")

    def test_what_runs_may_finish(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n"
                            "    run = touch begun; while [ ! -e go ]; do sleep 0.05; done; echo fine\n")
        self.assert_here(router, "api.slow")
        client = self.client(router)
        api_id = client.request("api.slow", b"body")
        wait_until(lambda: os.path.exists(os.path.join(self.folder, "begun")), "the program runs")
        router.signal(signal.SIGTERM)
        router.wait_log("event=stopping")
        open(os.path.join(self.folder, "go"), "w").close()
        self.assertEqual(client.answer(api_id), b"fine\n")
        self.assertEqual(router.finish(), 0)
        self.assertIn("event=stopped abandoned=0", "\n".join(router.log))

    def test_second_signal_kills_what_has_left_its_group(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    run = exec /usr/bin/python3 stray.py\n")
        with open(os.path.join(self.folder, "stray.py"), "w") as stray:
            stray.write("import os, time\nos.setpgid(0, os.getpgid(os.getppid()))\n"
                        "with open('begun', 'w') as begun:\n    print(os.getpid(), file=begun)\n"
                        "time.sleep(1000)\n")
        self.client(router).request("api.slow", b"body")
        child = self.begun()
        self.stop_at_once(router)
        self.assertFalse(os.path.exists("/proc/" + child))

    def test_second_signal_kills_what_runs(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    run = echo $$ >begun; exec sleep 1000\n")
        self.client(router).request("api.slow", b"body")
        child = self.begun()
        self.stop_at_once(router)
        self.assertFalse(os.path.exists("/proc/" + child))

    def test_what_runs_longer_than_drain_is_killed(self):
        router = self.serve("server\n    drain = 100\n" + BINDS
                            + "butler_worker\n    service = api.slow\n    run = echo $$ >begun; exec sleep 1000\n")
        client = self.client(router)
        api_id = client.request("api.slow", b"body")
        child = self.begun()
        router.stop()
        self.assertEqual(read_error(client.answer(api_id))[0], 503)
        self.assertFalse(os.path.exists("/proc/" + child))
        self.assertIn("event=stopped abandoned=1", "\n".join(router.log))

    def test_what_a_program_leaves_behind_keeps_nobody_waiting(self):
        """It holds the pipes, and is in no group of ours."""
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    run = setsid sh -c "
                            "'echo $$ >behind; exec sleep 1000' & echo $$ >begun; wait\n")
        self.client(router).request("api.slow", b"body")
        self.begun()
        behind = int(self.begun("behind"))
        self.addCleanup(os.kill, behind, signal.SIGKILL)
        self.stop_at_once(router)

    def test_requests_of_another_router_may_finish(self):
        other = self.router()
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    connect = %s\n    run = echo >begun; "
                            "while [ ! -e go ]; do sleep 0.05; done; echo fine\n" % other.backend)
        self.assert_here(other, "api.slow")
        client = self.client(other)
        api_id = client.request("api.slow", b"body")
        self.begun()
        router.signal(signal.SIGTERM)
        router.wait_log("event=stopping")
        other.wait_log("state=leaving")
        open(os.path.join(self.folder, "go"), "w").close()
        self.assertEqual(client.answer(api_id), b"fine\n")
        self.assertEqual(router.finish(), 0)

    def test_expired_programs_are_killed_where_the_section_says_so(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    kill_expired = 1\n"
                            "    run = echo $$ >begun; exec sleep 1000\n")
        client = self.client(router)

        def outlived():
            """Where the machine is busy a request expires before its program runs: then another."""
            api_id = client.request("api.slow", b"body", expiration=relative(scaled(200)))
            code, _, error = read_error(client.answer(api_id))
            if code != 504:             # a router that is stopped just then hears first that it was killed
                self.assertIn("was killed: its request had expired", error["message"])
            return self.written("begun").strip()
        child = wait_until(outlived, "a program outlives its request")
        wait_until(lambda: not os.path.exists("/proc/" + child), "it is killed")

    def test_cancelled_programs_are_killed_where_the_section_says_so(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    kill_expired = 1\n"
                            "    run = echo $$ >begun; exec sleep 1000\n")
        client = self.client(router)
        api_id = client.request("api.slow", b"body")
        child = self.begun()
        client.cancel(api_id)
        wait_until(lambda: not os.path.exists("/proc/" + child), "it is killed")
        wait_until(lambda: self.stat(router, "running") == 0, "its place is free")

    def test_programs_and_errors_know_the_worker(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.one\n    run = true\n"
                            "butler_worker\n    service = api.two\n    run = echo \"$BUTLER_WORKER $BUTLER_SERVICE\"\n")
        self.assertEqual(self.butler(router, "send", "api.two", "x").stdout.strip(),
                         "%s/%d/2 api.two" % (socket.gethostname(), router.pid))
        names = [row["properties"]["worker"] for row in self.ask(router, "workers")["workers"]]
        self.assertEqual(len(set(names)), 2)

    def test_stderr_of_programs_is_logged_by_lines(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.text\n    method = loud\n        run = "
                            "printf 'one\\ntwo event=forged\\033[31m\\nlast' >&2\n")
        self.butler(router, "call", "api.text", "loud")
        router.wait_log("last")
        said = [line for line in router.log if "event=said" in line]
        self.assertEqual(len(said), 3)
        self.assertRegex(said[0], r"info event=said service=api.text method=loud request=\S+ text=one$")
        self.assertTrue(said[1].endswith(r'text="two event=forged\x1b[31m"'))
        self.assertTrue(said[2].endswith("text=last"))


if __name__ == "__main__":
    main()
