#   test_restart.py - the router goes and comes back; worker and client get over it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Restarts of butlerd on the same ports, by SIGTERM and by SIGKILL."""

import os
import signal
import time

import zmq

from harness import Process, TestCase, main, program, scaled, wait_until
from peers import RECONNECT


class Restart(TestCase):

    SETTINGS = {"service/unknown": "queue"}

    def first(self):
        """A butlerd at an address of this test's own: as long as it is gone nobody else takes its ports."""
        pid = os.getpid()
        bind = "tcp://127.%d.%d.%d:*" % (1 + (pid >> 16), pid >> 8 & 255, pid & 255)
        return self.router(self.SETTINGS, frontend=bind, backend=bind)

    def again(self, router):
        """A new butlerd on an old one's ports."""
        return self.router(self.SETTINGS, frontend=router.frontend, backend=router.backend)

    def survived(self, end):
        router = self.first()
        self.start("butler", "work", "-e", router.backend, "api.text", "--", "tr", "a-z", "A-Z")
        wait_until(lambda: self.count_workers(router, "api.text") == 1, "the worker is registered")
        end(router)
        waiting = self.begin("send", "-e", router.frontend, "-t", "%d" % (scaled(15) * 1000),
                             "api.text", "hello")
        router = self.again(router)
        ended = waiting.end()
        self.assertEqual((ended.returncode, ended.stdout.rstrip()), (0, b"HELLO"))
        #   It may have tried twice; a first try is over as soon as the router beats
        wait_until(lambda: self.count_workers(router, "api.text") == 1, "it is registered once", 5)

    def test_worker_and_client_survive_a_stop(self):
        self.survived(lambda router: router.stop())

    def test_worker_and_client_survive_a_crash(self):
        self.survived(lambda router: router.crash())

    def test_client_without_persistence_repeats_what_was_lost(self):
        router = self.first()
        self.start("butler", "work", "-e", router.backend, "api.text", "--", "sh", "-c",
                   "[ -e again ] || { touch again; sleep 30; }; cat")
        run = self.begin("send", "-e", router.frontend, "--no-persistent", "-r", "20",
                         "-t", "%d" % (scaled(1) * 1000), "api.text", "hello")
        wait_until(lambda: os.path.exists(self.folder + "/again"), "the command runs")
        router.crash()
        self.again(router)
        #   The first command still sleeps, in the worker's only thread: a second worker helps
        self.start("butler", "work", "-e", router.backend, "api.text", "--", "cat")
        ended = run.end()
        self.assertEqual((ended.returncode, ended.stdout.rstrip()), (0, b"hello"))

    def test_old_tokens_mean_nothing_to_a_new_router(self):
        router = self.first()
        worker = self.worker(router, "api.text", {"capacity": 1})
        client = self.client(router)
        client.request("api.text")
        old = worker.job()
        connections = worker.socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        router.crash()
        router = self.again(router)
        #   What is sent before that may be lost with the old connection
        self.assertTrue(connections.poll(scaled(10) * 1000), "it comes back")
        worker.reply(old, b"stale")
        self.assertEqual(worker.command(), [RECONNECT], "it is told to register again")
        worker.ready("api.text", {"capacity": 1})
        fresh = self.client(router)
        api_id = fresh.request("api.text", b"fresh")
        job = worker.job()
        self.assertEqual(job.body, b"fresh")
        self.assertNotEqual(job.token, old.token)
        worker.reply(old, b"stale")
        worker.reply(job, b"fine")
        self.assertEqual(fresh.answer(api_id), b"fine")


class Stopping(TestCase):

    def test_sigint_and_sigterm_end_it_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                router = self.router()
                self.worker(router, "api.text", {"capacity": 1})
                router.stop(number)

    def test_idle_router_stops_at_once(self):
        router = self.router({"server/drain": 60000})
        client = self.client(router)
        client.before_fence()
        router.signal(signal.SIGTERM)
        self.assertEqual(router.finish(), 0)

    def test_port_in_use_is_an_error(self):
        router = self.router()
        config = os.path.join(self.folder, "second.cfg")
        with open(config, "w") as file:
            file.write("frontend\n    bind = %s\nbackend\n    bind = tcp://127.0.0.1:*\n"
                       % router.frontend)
        second = Process([program("butlerd"), "-c", config])
        self.processes.append(second)
        self.assertNotEqual(second.finish(), 0)
        self.assertIn(router.frontend, "\n".join(second.log))

    def test_draining_router_lets_work_finish(self):
        router = self.router({"server/drain": 20000})
        worker = self.worker(router, "api.text", {"capacity": 1})
        client = self.client(router)
        api_id = client.request("api.text")
        job = worker.job()
        router.signal(signal.SIGTERM)
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(api_id), b"fine")
        self.assertEqual(router.finish(), 0)

    def test_draining_router_takes_no_more(self):
        router = self.router({"server/drain": 20000})
        worker = self.worker(router, "api.text", {"capacity": 2})
        client = self.client(router)
        held = client.request("api.text")
        job = worker.job()
        router.signal(signal.SIGTERM)

        def refused():
            response = client.answer(client.request("api.text", expiration=b"+100"))
            return response[:3] == b"503"
        wait_until(refused, "the router drains")
        worker.reply(job, b"fine")
        self.assertEqual(client.answer(held), b"fine")
        self.assertEqual(router.finish(), 0)

    def test_draining_ends_in_time(self):
        router = self.router({"server/drain": 300})
        worker = self.worker(router, "api.text", {"capacity": 1})
        client = self.client(router)
        api_id = client.request("api.text")
        worker.job()
        started = time.monotonic()
        router.signal(signal.SIGTERM)
        self.assertIn(client.answer(api_id)[:3], (b"502", b"503"))
        self.assertEqual(router.finish(), 0)
        self.assert_took(started, 0.3, 3)


if __name__ == "__main__":
    main()
