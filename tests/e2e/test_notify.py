#   test_notify.py - butlerd tells the service manager how it is doing
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""The messages of sd_notify(3), on a $NOTIFY_SOCKET of the test's own."""

import os
import signal
import socket
import unittest
from unittest import mock

from harness import LOOPBACK, Process, TestCase, main, program, scaled


@unittest.skipIf(os.environ.get("BUTLER_SYSTEMD") == "no", "built without libsystemd")
class Notify(TestCase):

    def setUp(self):
        super().setUp()
        path = os.path.join(self.folder, "notify")
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind(path)
        self.manager.settimeout(scaled(10))
        self.named(path)

    def named(self, path):
        """Programs find the manager's socket there from now on."""
        patch = mock.patch.dict(os.environ, NOTIFY_SOCKET=path)
        patch.start()
        self.addCleanup(patch.stop)

    def told(self):
        """The lines of the next message."""
        return self.manager.recv(4096).decode().splitlines()

    def assert_told_nothing(self):
        self.manager.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.manager.recv(4096)

    def test_ready_is_told_when_it_serves(self):
        router = self.router()
        self.assertIn("READY=1", self.told())
        self.assertIn("services", self.ask(router, "services"))
        self.assert_told_nothing()

    def test_reload_is_told_from_its_beginning_to_its_end(self):
        router = self.router()
        self.told()
        router.signal(signal.SIGHUP)
        reloading = self.told()
        self.assertIn("RELOADING=1", reloading)
        self.assertRegex(reloading[1], r"^MONOTONIC_USEC=\d+$")
        self.assertIn("READY=1", self.told())
        self.assert_told_nothing()

    def test_stopping_is_told_while_work_still_runs(self):
        router = self.router({"server/drain": 20000})
        self.told()
        worker = self.worker(router, "api.text", {"capacity": 1})
        client = self.client(router)
        api_id = client.request("api.text")
        job = worker.job()
        router.signal(signal.SIGTERM)
        self.assertIn("STOPPING=1", self.told())
        self.assertIsNone(router.status)
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")
        self.assertEqual(router.finish(), 0)
        self.assert_told_nothing()

    def test_failed_start_is_never_ready(self):
        router = self.router()
        self.told()
        config = os.path.join(self.folder, "second.cfg")
        with open(config, "w") as file:
            file.write("frontend\n    bind = %s\nbackend\n    bind = %s\n"
                       % (router.frontend, LOOPBACK))
        second = Process([program("butlerd"), "-c", config])
        self.addCleanup(second.crash)
        self.assertNotEqual(second.finish(), 0)
        self.assert_told_nothing()

    def test_absent_manager_is_no_hindrance(self):
        self.named(os.path.join(self.folder, "nobody"))
        router = self.router()
        self.assertIn("services", self.ask(router, "services"))
        router.stop()


if __name__ == "__main__":
    main()
