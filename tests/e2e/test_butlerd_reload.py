#   test_butlerd_reload.py - what butlerd takes from its file while it runs, where it logs, whom it employs
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""SIGHUP, log/to, and the sections that make butlerd start workers of its own."""

import os
import re
import signal
import subprocess

import zmq

from harness import LOOPBACK, Process, TestCase, main, program, scaled, wait_until
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
        router = self.own(Process([program("butlerd"), "--nothing-but-a-flag"], cwd=self.folder))
        self.assertEqual(router.finish(), 2)
        router = self.router()
        router.signal(signal.SIGHUP)
        self.assertIn("services", self.ask(router, "services"))


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

    def test_echo_is_logged(self):
        process = self.serve(BINDS + 'butler_router\n    echo = it "starts"\n')
        process.wait_log('info event=echo text="it \\"starts\\""')


class Workers(Case):

    TEXT = BINDS + ("butler_worker\n    service = api.text\n    jobs = 2\n    run = wc -w\n"
                    "    method = first (text: string)\n"
                    "        run = sed 's/.*\\[\"\\(.\\).*/\\1/'\n        doc = The first character\n"
                    "    method = fail\n        run = echo what went wrong >&2; exit 3\n")

    def butler(self, router, *arguments):
        return subprocess.run([program("butler"), *arguments, "-e", router.frontend], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=scaled(20), check=False)

    def assert_here(self, router, service):
        wait_until(lambda: self.butler(router, "find", service).returncode == 0, "%s is there" % service)

    def test_sections_are_workers_that_run_programs(self):
        router = self.serve(self.TEXT)
        self.assert_here(router, "api.text")
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

    def test_second_signal_kills_what_runs(self):
        router = self.serve(BINDS + "butler_worker\n    service = api.slow\n    run = echo $$ >begun; exec sleep 1000\n")
        self.assert_here(router, "api.slow")
        self.client(router).request("api.slow", b"body")
        path = os.path.join(self.folder, "begun")
        wait_until(lambda: os.path.exists(path) and os.path.getsize(path), "the program runs")
        with open(path) as file:
            child = int(file.read())
        router.signal(signal.SIGTERM)
        router.wait_log("event=stopping")

        def told_again():
            if router.status is None:
                router.signal(signal.SIGTERM)
            return router.status is not None
        wait_until(told_again, "it ends though a program runs", seconds=10)
        self.assertFalse(os.path.exists("/proc/%d" % child))


if __name__ == "__main__":
    main()
