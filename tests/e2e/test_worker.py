#   test_worker.py - our worker against a router in Python
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""READY, HEARTBEAT, REPLY, RECONNECT and LEAVE of butler work, frame by frame."""

import json
import os
import signal
import time

from harness import TestCase, absolute, main, relative, scaled, wait_until
from peers import HEARTBEAT, LEAVE, READY, RECONNECT, REPLY, read_error


class WorkerCase(TestCase):

    def setUp(self):
        super().setUp()
        self.peer = self.py_router()

    def work(self, *arguments):
        """A running butler work, and its routing id: it has sent READY."""
        process = self.start("butler", "work", "-e", self.peer.backend, *arguments)
        self.addCleanup(self.let_go, process)
        peer, frames = self.peer.recv_worker()
        self.assertEqual(frames[0], READY)
        return process, peer, frames

    def let_go(self, process):
        """End it as its router lets it go: it needs no time-out then."""
        if process.status is None and not self.peer.back.closed:
            process.signal(signal.SIGTERM)
            frames = []
            while frames != [LEAVE]:
                peer, frames = self.peer.recv_worker()
            self.peer.send_worker(peer, LEAVE)
            process.finish()

    def work_at_length(self):
        """A worker whose command runs until end_work ()."""
        return self.work("api.text", "--", "sh", "-c",
                         "touch running; while [ ! -e end ]; do sleep 0.05; done; cat")

    def wait_work(self):
        wait_until(lambda: os.path.exists(self.folder + "/running"), "the command runs")

    def end_work(self):
        open(self.folder + "/end", "w").close()

    def reply_to(self, peer, body, **options):
        """Send it a request, return its response."""
        options.setdefault("api_id", b"1.0:77")
        token = self.peer.dispatch(peer, b"api.text", body, **options)
        sender, frames = self.peer.recv_worker()
        self.assertEqual(sender, peer)
        self.assertEqual(frames[:-1], [REPLY, token, b"", options["api_id"]])
        return frames[-1]

    def call(self, peer, method, *args, **kwargs):
        return self.reply_to(peer, json.dumps({"method": method, "args": args, "kwargs": kwargs}))


class Frames(WorkerCase):

    def test_ready_names_service_and_properties(self):
        _, _, frames = self.work("-j", "3", "api.text", "--", "cat")
        self.assertEqual(len(frames), 3)
        self.assertEqual(frames[:2], [READY, b"api.text"])
        properties = json.loads(frames[2])
        self.assertGreaterEqual(properties["capacity"], 3)
        self.assertEqual(properties["threads"], 3)

    def test_direct_request_is_answered_with_the_commands_output(self):
        _, peer, _ = self.work("api.text", "--", "tr", "a-z", "A-Z")
        self.assertEqual(self.reply_to(peer, b"hello"), b"HELLO")

    def test_bodies_are_any_bytes(self):
        _, peer, _ = self.work("api.text", "--", "cat")
        for body in (b"", b"\0\xff" * 5, bytes(range(256)) * 4000):
            with self.subTest(size=len(body)):
                self.assertEqual(self.reply_to(peer, body), body)

    def test_token_and_api_id_return_unchanged(self):
        _, peer, _ = self.work("api.text", "--", "cat")
        for token in (b"ab", b"t" * 255, b"\0\0\0\0\0\0\0\0\0", b"a-clients-id"):
            with self.subTest(token):
                self.peer.dispatch(peer, b"api.text", b"body", api_id=b"1.0:x", token=token)
                self.assertEqual(self.peer.recv_worker(),
                                 (peer, [REPLY, token, b"", b"1.0:x", b"body"]))

    def test_all_forms_of_expiration_are_understood(self):
        _, peer, _ = self.work("api.text", "--", "cat")
        for expiration in (relative(scaled(20000)), absolute(scaled(20000)), b"9" * 13):
            with self.subTest(expiration):
                self.assertEqual(self.reply_to(peer, b"x", expiration=expiration), b"x")

    def test_it_beats_at_the_interval(self):
        started = time.monotonic()
        _, _, _ = self.work("api.text", "--", "cat")
        ready = time.monotonic()
        for _ in range(2):
            self.assertEqual(self.peer.recv_worker(heartbeats=True)[1], [HEARTBEAT])
        self.assert_took(started, 1.95, 10)
        self.assert_took(ready, 0, 4.5)

    def test_it_beats_while_the_command_runs(self):
        _, peer, _ = self.work_at_length()
        token = self.peer.dispatch(peer, b"api.text", b"slow", api_id=b"1.0:slow")
        self.wait_work()
        for _ in range(2):
            self.assertEqual(self.peer.recv_worker(heartbeats=True), (peer, [HEARTBEAT]))
        self.end_work()
        self.assertEqual(self.peer.recv_worker(),
                         (peer, [REPLY, token, b"", b"1.0:slow", b"slow"]))

    def test_requests_run_side_by_side(self):
        _, peer, _ = self.work("-j", "2", "api.text", "--", "sh", "-c",
                               'read n; if [ "$n" = slow ]; then while [ ! -e end ]; do sleep 0.05; done; fi; echo $n')
        slow = self.peer.dispatch(peer, b"api.text", b"slow\n", api_id=b"1.0:1", token=b"slowtoken")
        quick = self.peer.dispatch(peer, b"api.text", b"quick\n", api_id=b"1.0:2", token=b"fasttoken")
        self.assertEqual(self.peer.recv_worker()[1][1], quick)
        self.end_work()
        self.assertEqual(self.peer.recv_worker()[1][1], slow)


class Calls(WorkerCase):

    def test_method_gets_the_call_as_json(self):
        _, peer, _ = self.work("api.text", "--method", "upper", "--", "cat")
        self.assertIn(b"upper", self.call(peer, "upper", "a", 1, x=True))

    def test_unknown_method_is_404(self):
        _, peer, _ = self.work("api.text", "--method", "upper", "--", "cat")
        self.assertEqual(self.call(peer, "lower", "a")[:3], b"404")

    def test_failing_command_is_an_exception_with_its_stderr(self):
        _, peer, _ = self.work("api.text", "--", "sh", "-c", "echo went wrong >&2; exit 3")
        code, kind, error = read_error(self.reply_to(peer, b"x"))
        self.assertEqual((code, kind), (500, "exception"))
        self.assertIn("went wrong", error["traceback"])

    def test_dialect_0_gets_a_pickle_too(self):
        _, peer, _ = self.work("api.text", "--", "sh", "-c", "exit 3")
        _, _, error = read_error(self.reply_to(peer, b"x", api_id=b"0.3.0:1"))
        self.assertTrue(error["object"])

    def test_service_describes_itself(self):
        _, peer, _ = self.work("api.text", "--method", "upper", "--", "cat")
        described = json.loads(self.call(peer, "butler.describe"))
        self.assertEqual(described["service"], "api.text")
        self.assertIn("upper", [method["name"] for method in described["methods"]])


class Lifecycle(WorkerCase):

    def test_reconnect_registers_again_under_a_new_id(self):
        process, peer, ready = self.work("api.text", "--", "cat")
        self.peer.send_worker(peer, RECONNECT)
        again, frames = self.peer.recv_worker()
        self.assertEqual(frames, ready)
        self.assertNotEqual(again, peer)
        self.assertEqual(self.reply_to(again, b"hello"), b"hello")
        self.assertIsNone(process.status)

    def test_silent_router_is_taken_for_dead(self):
        self.peer.mute = True
        _, peer, ready = self.work("api.text", "--", "cat")
        again, frames = self.peer.recv_worker(seconds=15)
        self.assertEqual(frames, ready)
        self.assertNotEqual(again, peer)

    def test_beating_router_is_not(self):
        _, peer, _ = self.work("api.text", "--", "cat")
        started = time.monotonic()
        while time.monotonic() - started < 4.5:
            sender, frames = self.peer.recv_worker(heartbeats=True)
            self.assertEqual((sender, frames), (peer, [HEARTBEAT]))

    def test_leave_and_end(self):
        process, peer, _ = self.work("api.text", "--", "cat")
        process.signal(signal.SIGTERM)
        self.assertEqual(self.peer.recv_worker(), (peer, [LEAVE]))
        self.peer.send_worker(peer, LEAVE)
        self.assertEqual(process.finish(), 0)

    def test_leaving_worker_finishes_what_it_holds(self):
        process, peer, _ = self.work_at_length()
        token = self.peer.dispatch(peer, b"api.text", b"held", api_id=b"1.0:held")
        self.wait_work()
        process.signal(signal.SIGTERM)
        self.assertEqual(self.peer.recv_worker(), (peer, [LEAVE]))
        self.peer.send_worker(peer, LEAVE)
        self.end_work()
        self.assertEqual(self.peer.recv_worker(),
                         (peer, [REPLY, token, b"", b"1.0:held", b"held"]))
        self.assertEqual(process.finish(), 0)

    def test_leaving_worker_does_not_register_again(self):
        process, peer, _ = self.work_at_length()
        token = self.peer.dispatch(peer, b"api.text", b"held", api_id=b"1.0:held")
        self.wait_work()
        process.signal(signal.SIGTERM)
        self.assertEqual(self.peer.recv_worker(), (peer, [LEAVE]))
        self.peer.send_worker(peer, RECONNECT)
        self.peer.send_worker(peer, LEAVE)
        self.end_work()
        self.assertEqual(self.peer.recv_worker(),
                         (peer, [REPLY, token, b"", b"1.0:held", b"held"]))
        self.assertEqual(process.finish(), 0)

    def test_router_that_does_not_know_leave_does_not_hold_it(self):
        process, peer, _ = self.work("api.text", "--", "cat")
        process.signal(signal.SIGTERM)
        self.assertEqual(self.peer.recv_worker(), (peer, [LEAVE]))
        self.assertEqual(process.finish(seconds=20), 0)

    def test_router_that_is_gone_does_not_hold_it(self):
        process, _, _ = self.work("api.text", "--", "cat")
        self.peer.close()
        process.stop()

    def test_notices_and_unknown_messages_are_no_fault(self):
        process, peer, _ = self.work("api.text", "--", "cat")
        for frames in ([HEARTBEAT, b'{"news": 1}'], [HEARTBEAT, b"no JSON"], [HEARTBEAT, b"a", b"b"],
                       [b"\x06"], [b"\x07"], [b""], [b"", b""], [b"x"] * 30, [READY, b"api.text"],
                       [b"t", b"", b"1.0:1", b"api.text", b"soon", b"body"],
                       [b"t", b"", b"1.0:1", b"api.text"], [b"t", b"x", b"1.0:1", b"api.text", b"+1", b""],
                       [REPLY, b"t", b"", b"1.0:1", b""]):
            self.peer.send_worker(peer, *frames)
        self.assertEqual(self.reply_to(peer, b"hello"), b"hello")
        self.assertIsNone(process.status)

    def test_expired_request_is_not_worked_on(self):
        _, peer, _ = self.work("-j", "2", "api.text", "--", "cat")
        self.peer.dispatch(peer, b"api.text", b"late", api_id=b"1.0:late", token=b"latetoken",
                           expiration=absolute(-60000))
        self.peer.dispatch(peer, b"api.text", b"in time", api_id=b"1.0:next", token=b"nexttoken")
        while True:         # it may be told that it is late, or nothing
            _, frames = self.peer.recv_worker()
            if frames[1] == b"nexttoken":
                break
            self.assertEqual(read_error(frames[4])[0], 504)
        self.assertEqual(frames[4], b"in time")


if __name__ == "__main__":
    main()
