#   test_deferred.py - the worker that answers later, called by peers in Python
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""examples/deferred_worker.c: out of order, all at a time, drained, ended; errors with their place."""

import json
import socket
import subprocess
import time

from harness import TestCase, main, program, scaled, wait_until
from peers import read_error

SERVICE = b"api.alarm"


def wake(after):
    return json.dumps({"method": "wake", "args": [after]})


class Deferred(TestCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()
        self.process = self.start("deferred_worker", self.daemon.backend)
        wait_until(lambda: self.count_workers(self.daemon, SERVICE.decode()) == 1, "it is registered")
        self.peer = self.client(self.daemon)
        #   It may be registered before it has started: a signal would be an error then
        self.assertEqual(self.peer.answer(self.peer.request(SERVICE, wake(0))), b'"wake up"')

    def test_answers_come_out_of_order(self):
        def out_of_order():
            slow = self.peer.request(SERVICE, wake(int(scaled(300))))
            quick = self.peer.request(SERVICE, wake(0))
            answers = [self.peer.recv() for _ in range(2)]
            self.assertEqual({api_id: response for _, api_id, response in answers},
                             {slow: b'"wake up"', quick: b'"wake up"'})
            return answers[0][1] == quick
        #   The second may be kept until the first has slept
        wait_until(out_of_order, "the second call is answered first")

    def test_hundreds_sleep_at_a_time(self):
        started = time.monotonic()
        ids = {self.peer.request(SERVICE, wake(1000)) for _ in range(400)}
        while ids:
            _, api_id, response = self.peer.recv()
            self.assertEqual(response, b'"wake up"')
            ids.remove(api_id)
        self.assert_took(started, 1.0, 60.0)

    def test_the_end_of_the_worker_ends_them(self):
        api_id = self.peer.request(SERVICE, wake(20000))
        wait_until(lambda: self.stat(self.daemon, "running") == 1, "it sleeps")
        self.process.stop()
        code, kind, error = read_error(self.peer.answer(api_id))
        self.assertEqual((code, kind), (502, "lost"))
        self.assertEqual(error["service"], SERVICE.decode())
        self.assertEqual(error["request"], api_id.decode())
        self.assertEqual(error["worker"], "%s/%d" % (socket.gethostname(), self.process.pid))

    def test_errors_tell_where_they_happened(self):
        for body, name, method in ((wake("x"), "TypeError", "wake"), (wake(10**9), "ValueError", "wake"),
                                   (json.dumps({"method": "sleep"}), "MethodNotFound", "sleep"),
                                   ("no call", "BadRequest", None)):
            with self.subTest(body):
                api_id = self.peer.request(SERVICE, body)
                error = read_error(self.peer.answer(api_id))[2]
                self.assertEqual(error["name"], name)
                self.assertEqual(error.get("method"), method)
                self.assertEqual((error["service"], error["request"]),
                                 (SERVICE.decode(), api_id.decode()))
                self.assertTrue(error["worker"].endswith("/%d" % self.process.pid))

    def test_old_clients_are_not_told_where(self):
        peer = self.client(self.daemon, dialect=0)
        error = read_error(peer.answer(peer.request(SERVICE, wake("x"))))[2]
        self.assertEqual(set(error), {"name", "message", "traceback", "object"})

    def test_members_of_a_direct_call_are_its_arguments(self):
        for body, result in (({"method": "wake", "after": 0}, "wake up"),
                             ({"after": 0, "method": "wake"}, "wake up")):
            with self.subTest(body):
                api_id = self.peer.request(SERVICE, json.dumps(body))
                self.assertEqual(json.loads(self.peer.answer(api_id)), result)
        api_id = self.peer.request(SERVICE, json.dumps({"method": "wake", "before": 0}))
        self.assertIn("unexpected keyword argument 'before'",
                      read_error(self.peer.answer(api_id))[2]["message"])

    def test_bad_usage_and_bad_endpoints_are_errors(self):
        for argument, status in (("--what", 2), ("nowhere", 1)):
            ended = subprocess.run([program("deferred_worker"), argument], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=scaled(20), check=False)
            self.assertEqual((ended.returncode, ended.stdout), (status, b""))
            self.assertTrue(ended.stderr)


if __name__ == "__main__":
    main()
