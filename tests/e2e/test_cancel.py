#   test_cancel.py - clients that give up, and the workers that are told of it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""butler.cancel, in frames: from peers in Python, raw."""

import json
import signal
import time

from harness import TestCase, main, scaled, wait_until

BUSY = {"capacity": 1}
ENDS = ("answered", "refused", "expired", "lost", "cancelled", "undeliverable", "waiting", "running")


class Cancelling(TestCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()
        self.peer = self.client(self.daemon)

    def assert_balance(self):
        """Every request that was taken in has one end, or lives."""
        stats = self.ask(self.daemon, "stats")
        self.assertEqual(stats["accepted"], sum(stats[end] for end in ENDS), stats)


class Waiting(Cancelling):

    def test_it_leaves_its_queue(self):
        worker = self.worker(self.daemon, "api.images", BUSY)
        first = self.peer.request("api.images", b"first")
        job = worker.job()
        second = self.peer.request("api.images", b"second")
        third = self.peer.request("api.images", b"third")
        self.peer.cancel(second)
        self.assertEqual(self.peer.before_fence(), [])
        worker.reply(job, b"fine")
        self.assertEqual(self.peer.answer(first), b"fine")
        job = worker.job()
        self.assertEqual((job.api_id, job.body), (third, b"third"))
        self.assertEqual(self.stat(self.daemon, "cancelled"), 1)
        worker.reply(job, b"fine")
        self.assertEqual(self.peer.answer(third), b"fine")
        self.assert_balance()

    def test_its_place_in_the_queue_is_free_at_once(self):
        daemon = self.router({"service/queue": 1, "service/unknown": "queue"})
        client = self.client(daemon)
        for _ in range(10):
            client.cancel(client.request("api.images", b"body"))
        client.request("api.images", b"last")
        self.assertEqual(client.before_fence(), [])
        self.assertEqual(self.stat(daemon, "cancelled"), 10)
        self.assertEqual(self.worker(daemon, "api.images", BUSY).job().body, b"last")


class Running(Cancelling):

    def test_its_worker_is_told_and_keeps_its_place(self):
        worker = self.worker(self.daemon, "api.images", BUSY)
        job_id = self.peer.request("api.images", b"body")
        job = worker.job()
        self.peer.request("api.images", b"next")
        self.peer.cancel(job_id)
        self.assertEqual(worker.cancelled(), job.token)
        self.assertEqual(self.peer.before_fence(), [])
        self.assertIsNone(worker.waiting(), "the place is taken until it replies")
        worker.reply(job, b"too late")
        self.assertEqual(worker.job().body, b"next")
        self.assertEqual(self.peer.before_fence(), [])
        self.assertEqual(self.stat(self.daemon, "late_replies"), 1)
        self.assertEqual(self.stat(self.daemon, "cancelled"), 1)
        self.assert_balance()

    def test_worker_without_properties_hears_nothing(self):
        worker = self.worker(self.daemon, "api.images")
        self.peer.cancel(self.peer.request("api.images", b"body"))
        job = worker.job()
        self.peer.request("api.images", b"next")
        self.assertEqual(self.peer.before_fence(), [])
        self.assertIsNone(worker.waiting())
        worker.reply(job, b"too late")
        self.assertEqual(worker.job().body, b"next")

    def test_it_is_not_given_to_another_worker(self):
        retry = {"capacity": 1, "retry": 5}
        first = self.worker(self.daemon, "api.images", retry)
        second = self.worker(self.daemon, "api.images", retry)
        self.peer.cancel(self.peer.request("api.images", b"body"))
        job = first.job()
        self.assertEqual(first.cancelled(), job.token)
        first.close()
        self.wait_stat(self.daemon, 1, "workers_lost")
        self.assertEqual(self.peer.before_fence(), [])
        self.assertIsNone(second.waiting())
        self.assertEqual(self.stat(self.daemon, "retried"), 0)
        self.assert_balance()

    def test_passed_deadline_is_for_the_worker_to_see(self):
        worker = self.worker(self.daemon, "api.images", {"capacity": 1, "deadline": "relative"})
        api_id = self.peer.request("api.images", expiration=b"+100")
        job = worker.job()
        self.assertRegex(job.expiration, rb"^\+\d{1,3}$")
        self.assertRegex(self.peer.answer(api_id), b"^504:expired:")
        self.assertIsNone(worker.waiting())
        self.peer.cancel(api_id)
        self.assertEqual(self.peer.before_fence(), [])
        self.assertIsNone(worker.waiting(), "it has ended")
        self.assertEqual(self.stat(self.daemon, "stray_cancels"), 1)

    def test_id_is_free_at_once_and_answers_are_not_mixed_up(self):
        worker = self.worker(self.daemon, "api.images", {"capacity": 3})
        jobs = []
        for body in (b"first", b"second"):
            self.peer.request("api.images", body, api_id=b"1.0:same")
            jobs.append(worker.job())
            self.peer.cancel(b"1.0:same")
            self.assertEqual(worker.cancelled(), jobs[-1].token)
        self.peer.request("api.images", b"third", api_id=b"1.0:same")
        self.peer.request("api.images", b"dropped", api_id=b"1.0:same")
        third = worker.job()
        self.assertEqual(third.body, b"third")
        for job in jobs:
            worker.reply(job, job.body)
        worker.reply(third, third.body)
        self.assertEqual(self.peer.answer(b"1.0:same"), b"third")
        self.assertEqual(self.peer.before_fence(), [])
        self.assertIsNone(worker.waiting())
        self.assertEqual(self.stat(self.daemon, "duplicates"), 1)
        self.assertEqual(self.stat(self.daemon, "late_replies"), 2)
        self.assert_balance()


class OurClient(Cancelling):
    """butler call and send give up: their time is over, or somebody stops them."""

    def begin_call(self, *arguments):
        return self.begin("call", "-e", self.daemon.frontend, *arguments, "api.images", "resize")

    def test_time_is_over(self):
        worker = self.worker(self.daemon, "api.images", BUSY)
        run = self.begin_call("-t", "300")
        job = worker.job()
        self.assertEqual(run.end().returncode, 3)
        #   The router may see first that its time is over
        wait_until(lambda: self.stat(self.daemon, "running") == 0, "it has ended")
        if self.stat(self.daemon, "cancelled"):
            self.assertEqual(worker.cancelled(), job.token)
        self.assertEqual(self.stat(self.daemon, "cancelled") + self.stat(self.daemon, "expired"), 1)
        self.assert_balance()

    def test_signal_takes_back_what_waits(self):
        self.worker(self.daemon, "api.images", BUSY)
        self.peer.request("api.images", b"busy")
        self.peer.before_fence()
        for number in (signal.SIGINT, signal.SIGTERM):
            run = self.begin_call("-t", "%d" % (scaled(60) * 1000))
            wait_until(lambda: self.stat(self.daemon, "waiting") == 1, "it waits")
            run.signal(number)
            ended = run.end()
            self.assertEqual((ended.returncode, ended.stdout), (-number, b""))
            wait_until(lambda: self.stat(self.daemon, "waiting") == 0, "it is taken back")
        self.assertEqual(self.stat(self.daemon, "cancelled"), 2)
        self.assert_balance()

    def test_signal_takes_back_what_runs(self):
        worker = self.worker(self.daemon, "api.raw", BUSY)
        run = self.begin("send", "-e", self.daemon.frontend, "-t", "%d" % (scaled(60) * 1000), "api.raw", "body")
        job = worker.job()
        run.signal(signal.SIGINT)
        self.assertEqual(run.end().returncode, -signal.SIGINT)
        self.assertEqual(worker.cancelled(), job.token)
        self.assert_balance()

    def test_signal_ends_a_call_without_a_router_too(self):
        run = self.begin("call", "-e", "ipc://@butler-test-nobody", "-t", "60000", "s", "m")
        started = time.monotonic()
        wait_until(lambda: catches(run.pid, signal.SIGINT), "it waits")
        run.signal(signal.SIGINT)
        self.assertEqual(run.end().returncode, -signal.SIGINT)
        self.assert_took(started, 0, 3)


def catches(pid, number):
    """Whether a process has a handler for that signal."""
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("SigCgt:"):
                return int(line.split()[1], 16) >> (number - 1) & 1
    return False


class Wrong(Cancelling):
    """What is no right cancellation is dropped: no answer comes, and nobody else's request ends."""

    def test_nobody_cancels_for_another(self):
        worker = self.worker(self.daemon, "api.images", BUSY)
        stranger = self.client(self.daemon)
        api_id = self.peer.request("api.images", b"body")
        job = worker.job()
        stranger.cancel(api_id)
        self.assertEqual(stranger.before_fence(), [])
        worker.reply(job, b"fine")
        self.assertEqual(self.peer.answer(api_id), b"fine")
        self.assertEqual(self.stat(self.daemon, "cancelled"), 0)

    def test_nothing_open_and_no_answer(self):
        for dialect in (0, 1):
            client = self.client(self.daemon, dialect=dialect)
            for expiration in (b"0", b"999999999999999", b"+1000", b"tomorrow", b""):
                client.cancel(client.version + b":7", expiration)
            client.send(b"", client.version + b":7", b"butler.cancel")
            client.send(b"", client.version + b":7", b"butler.cancel", b"0", b"", b"more")
            client.send(b"", client.version + b":7", b"butler.cancel", *[b"0"] * 20)
            self.assertEqual(client.before_fence(), [])
        self.assertEqual(self.stat(self.daemon, "stray_cancels"), 5)
        self.assertEqual(self.stat(self.daemon, "malformed"), 11)
        self.assertEqual(self.stat(self.daemon, "cancelled"), 0)

    def test_malformed_one_leaves_the_request_alone(self):
        worker = self.worker(self.daemon, "api.images", BUSY)
        api_id = self.peer.request("api.images", b"body")
        self.peer.cancel(api_id, b"tomorrow")
        self.assertEqual(self.peer.before_fence(), [])
        worker.reply(worker.job(), b"fine")
        self.assertEqual(self.peer.answer(api_id), b"fine")

    def test_nobody_serves_it(self):
        worker = self.idle_worker(self.daemon)
        worker.ready("butler.cancel", BUSY)
        self.assertIn("refused", json.loads(worker.command()[1]))

    def test_client_can_ask_whether_the_router_knows_it(self):
        api_id = self.peer.request("mmi.butler.cancel")
        self.assertEqual(self.peer.recv(), [b"", api_id, b"butler.cancel", b"200"])

    def test_draining_router_answers_nothing_either(self):
        daemon = self.router({"server/drain": int(scaled(20000))})
        worker, client = self.worker(daemon, "api.images", BUSY), self.client(daemon)
        api_id = client.request("api.images", b"body")
        job = worker.job()
        daemon.signal(signal.SIGTERM)

        def refused():
            probe = client.request("api.images", expiration=b"+100")
            return client.answer(probe)[:3] == b"503"
        wait_until(refused, "the router drains")
        client.cancel(b"1.0:nothing")
        client.cancel(api_id)
        self.assertEqual(worker.cancelled(), job.token)
        self.assertEqual(daemon.finish(), 0, "nobody waits for what runs")
        self.assertIsNone(client.poll(0))


if __name__ == "__main__":
    main()
