#   test_work_cancel.py - butler work, and requests that nobody waits for any more
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Commands whose clients give up, what a command is told of earlier attempts, and a limit for the end."""

import os
import signal
import time

from harness import TestCase, main, relative, scaled, wait_until
from packed import PackedClient
from peers import HEARTBEAT, LEAVE, READY, RECONNECT, REPLY, read_error

DONE = 0
TOKEN = bytes(range(9))
NOTICE = b'{"cancel": "000102030405060708"}'


class Case(TestCase):

    def work(self, script, *options, backend=None):
        """A butler work whose command is this script."""
        return self.start("butler", "work", "-e", backend or self.daemon.backend, *options, "api.run", "--",
                          "sh", "-c", script)

    def serve(self, script, *options):
        """The same, known to the router."""
        known = self.count_workers(self.daemon, "api.run")
        process = self.work(script, *options)
        wait_until(lambda: process.status is not None or self.count_workers(self.daemon, "api.run") == known + 1,
                   "the worker is registered")
        return process

    def packed_client(self):
        client = PackedClient(self.context, self.daemon.frontend)
        self.addCleanup(client.close)
        return client

    def path(self, name):
        return os.path.join(self.folder, name)

    def begun(self, name="running"):
        """The command wrote its pid into that file: its place in /proc."""
        def pid():
            if not os.path.exists(self.path(name)):
                return ""
            with open(self.path(name)) as file:
                return file.read()
        wait_until(lambda: pid().endswith("\n"), "the command runs")
        return "/proc/%s" % pid().strip()

    def wait_gone(self, command):
        wait_until(lambda: not os.path.exists(command), "the command is gone")

    def message(self, response):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (500, "exception"))
        return error["message"]


#   Once; then it is quick
SLOW = "if [ ! -e running ]; then echo $$ >running; sleep 100 & wait; fi; echo fine"


class Killing(Case):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def cancel_one(self, client, *options):
        process = self.serve(SLOW, *options)
        api_id = client.request("api.run", expiration=None)
        command = self.begun()
        client.cancel(api_id)
        return process, command

    def assert_killed(self, client):
        process, command = self.cancel_one(client, "--kill-expired")
        self.wait_gone(command)
        self.assertEqual(client.answer(client.request("api.run")), b"fine\n", "the worker goes on")
        self.assertEqual(self.stat(self.daemon, "cancelled"), 1)
        self.assertEqual(self.stat(self.daemon, "running"), 0, "its place is free")
        self.assertIsNone(process.status)

    def test_packed_client_gives_up(self):
        self.assert_killed(self.packed_client())

    def test_client_in_frames_gives_up(self):
        self.assert_killed(self.client(self.daemon))

    def test_call_is_interrupted(self):
        process = self.serve(SLOW, "--method", "resize", "-k")
        run = self.begin("call", "-e", self.daemon.frontend, "-t", "%d" % (scaled(60) * 1000), "api.run", "resize")
        command = self.begun()
        run.signal(signal.SIGINT)
        self.assertEqual(run.end().returncode, -signal.SIGINT)
        self.wait_gone(command)
        wait_until(lambda: self.stat(self.daemon, "running") == 0, "its place is free")
        self.assertIsNone(process.status)

    def test_command_runs_on_else(self):
        client = self.packed_client()
        process, command = self.cancel_one(client, "-j", "2")
        self.assertEqual(client.answer(client.request("api.run")), b"fine\n")
        time.sleep(1)               # more than a look at what is cancelled would take
        self.assertTrue(os.path.exists(command))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.finish(), DONE)
        self.wait_gone(command)

    def test_others_are_left_alone(self):
        client = self.packed_client()
        self.serve('read name; echo $$ >"$name"; while [ ! -e go ]; do sleep 0.05; done; echo fine', "-j", "2", "-k")
        first, second = client.request("api.run", b"one\n"), client.request("api.run", b"two\n")
        commands = self.begun("one"), self.begun("two")
        client.cancel(first)
        self.wait_gone(commands[0])
        self.assertTrue(os.path.exists(commands[1]))
        open(self.path("go"), "w").close()
        self.assertEqual(client.answer(second), b"fine\n")


class Notified(Case):
    """By a router that speaks frames alone."""

    def setUp(self):
        super().setUp()
        self.peer = self.py_router()

    def begin(self, script, *options):
        process = self.work(script, *options, backend=self.peer.backend)
        worker, frames = self.peer.recv_worker()
        self.assertEqual(frames[0], READY)
        self.peer.dispatch(worker, b"api.run", b"", token=TOKEN)
        return process, worker

    def let_go(self, process, worker):
        process.signal(signal.SIGTERM)
        _, frames = self.peer.recv_worker()
        self.assertEqual(frames, [LEAVE])
        self.peer.send_worker(worker, LEAVE)

    def test_command_is_killed(self):
        process, worker = self.begin(SLOW, "-k")
        command = self.begun()
        self.peer.send_worker(worker, HEARTBEAT, NOTICE)
        _, frames = self.peer.recv_worker()
        self.assertEqual(frames[:2], [REPLY, TOKEN])
        self.assertEqual(self.message(frames[-1]), "sh was killed: its request was cancelled")
        self.wait_gone(command)
        self.let_go(process, worker)
        self.assertEqual(process.finish(), DONE)

    def test_reconnect_is_the_end_of_what_runs(self):
        process, worker = self.begin(SLOW, "-k")
        command = self.begun()
        self.peer.send_worker(worker, RECONNECT)
        self.wait_gone(command)
        worker, frames = self.peer.recv_worker()
        self.assertEqual(frames[0], READY)
        self.let_go(process, worker)
        self.assertEqual(process.finish(), DONE)

    def test_notice_frees_a_worker_that_ends(self):
        process, worker = self.begin(SLOW)
        command = self.begun()
        self.let_go(process, worker)
        self.peer.send_worker(worker, HEARTBEAT, b'{"other": 1}', NOTICE)
        _, frames = self.peer.recv_worker()
        self.assertEqual(frames[:2], [REPLY, TOKEN])
        self.assertEqual(process.finish(), DONE)
        self.wait_gone(command)

    def test_seventh_frame_is_told(self):
        process, worker = self.begin('echo "$BUTLER_ATTEMPT|$BUTLER_TRACE"')
        answers = []
        for extra in (b'{"attempt": 2, "traceparent": "00-4bf9-01"}', b'{"attempt": 1, "more": []}', b"nonsense"):
            _, frames = self.peer.recv_worker()
            answers.append(frames[-1])
            self.peer.send_worker(worker, TOKEN, b"", b"1.0:1", b"api.run", relative(int(scaled(30000))), b"", extra)
        _, frames = self.peer.recv_worker()
        answers.append(frames[-1])
        self.assertEqual(answers, [b"0|\n", b"2|00-4bf9-01\n", b"1|\n", b"0|\n"])
        self.let_go(process, worker)
        self.assertEqual(process.finish(), DONE)


class Attempts(Case):

    def test_second_worker_knows_that_it_is_the_second(self):
        self.daemon = self.router({"service/retry": 1})
        script = 'echo "$BUTLER_ATTEMPT|$BUTLER_TRACE" >>told; %s' % SLOW
        first = self.serve(script)
        client = self.packed_client()
        api_id = client.request("api.run", trace=b"00-4bf9-01")
        command = self.begun()
        self.serve(script)
        first.crash()
        self.assertEqual(client.answer(api_id, seconds=20), b"fine\n")
        with open(self.path("told")) as file:
            self.assertEqual(file.read(), "0|00-4bf9-01\n1|00-4bf9-01\n")
        os.killpg(int(command.split("/")[-1]), signal.SIGKILL)      # which its worker left behind

    def test_what_it_has_itself_is_not_handed_on(self):
        self.daemon = self.router()
        os.environ["BUTLER_ATTEMPT"] = os.environ["BUTLER_TRACE"] = "old"
        self.addCleanup(os.environ.pop, "BUTLER_ATTEMPT")
        self.addCleanup(os.environ.pop, "BUTLER_TRACE")
        self.serve('echo "$BUTLER_ATTEMPT|$BUTLER_TRACE"')
        client = self.client(self.daemon)
        self.assertEqual(client.answer(client.request("api.run")), b"0|\n")


class Ending(Case):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def begin(self, *options):
        """A worker whose command runs until there is a file; the client, and what it asked for."""
        process = self.serve("echo $$ >running; while [ ! -e go ]; do sleep 0.05; done; echo done", *options)
        client = self.client(self.daemon)
        api_id = client.request("api.run")
        return process, client, api_id, self.begun()

    def wait_leaving(self):
        wait_until(lambda: self.ask(self.daemon, "workers")["workers"][0]["leaving"], "it is leaving")

    def test_limit_ends_what_runs(self):
        process, client, api_id, command = self.begin("--drain", "200")
        started = time.monotonic()
        process.signal(signal.SIGTERM)
        self.assertEqual(self.message(client.answer(api_id)), "sh was killed: its worker was told to end")
        self.assertEqual(process.finish(), DONE)
        self.wait_gone(command)
        self.assert_took(started, 0.2, 8)

    def test_command_may_finish_within_the_limit(self):
        process, client, api_id, _ = self.begin("--drain", "3600000")
        process.signal(signal.SIGTERM)
        self.wait_leaving()
        open(self.path("go"), "w").close()
        self.assertEqual(client.answer(api_id), b"done\n")
        self.assertEqual(process.finish(), DONE)

    def test_command_of_a_client_that_gave_up_is_not_waited_for(self):
        process, client, api_id, command = self.begin()
        process.signal(signal.SIGTERM)
        self.wait_leaving()
        client.cancel(api_id)
        self.assertEqual(process.finish(), DONE)
        self.wait_gone(command)
        self.assertEqual(client.before_fence(), [])

    def test_command_of_a_router_that_is_gone_is_not_waited_for(self):
        process, _, _, command = self.begin()
        self.daemon.crash()
        process.signal(signal.SIGTERM)
        self.assertEqual(process.finish(), DONE)
        self.wait_gone(command)

    def test_limit_that_is_none_is_refused(self):
        for limit in ("", "-1", "soon", "3600001"):
            with self.subTest(limit):
                process = self.work("true", "--drain", limit)
                self.assertEqual(process.finish(), 2)


if __name__ == "__main__":
    main()
