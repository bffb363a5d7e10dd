#   test_cancel.py - clients that give up, and the workers that are told of it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""butler.cancel, in frames: from peers in Python, raw."""

import json
import os
import random
import signal
import time

from harness import Deadline, TestCase, main, scaled, wait_until
from peers import Job

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

        def given():
            #   Not where the router stood still meanwhile: then it had expired when it came
            api_id = self.peer.request("api.images", expiration=b"+100")
            self.assertRegex(self.peer.answer(api_id), b"^504:expired:")
            return self.ask(self.daemon, "workers")["workers"][0]["holds"] and api_id
        api_id = wait_until(given, "the worker has a request that expired")
        self.assertRegex(worker.job().expiration, rb"^\+\d{1,3}$")
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
        self.assertEqual(self.peer.before_fence(), [])
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


class AtRandom(Cancelling):

    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("BUTLER_TEST_SEED", 20240607))
        self.random = random.Random(self.seed)
        self.workers = [self.worker(self.daemon, "api.images", properties) for properties in
                        (None, BUSY, {"capacity": 4}, {"capacity": 4, "threads": 1, "request": 2})]
        self.held = []              # (worker, job)

    def take_work(self):
        for worker in self.workers:
            while True:
                frames = worker.waiting()
                if frames is None:
                    break
                if len(frames) > 2:
                    self.held.append((worker, Job(frames[0], *frames[2:6], None)))

    def answer_some(self):
        self.random.shuffle(self.held)
        for _ in range(self.random.randrange(3)):
            if self.held:
                worker, job = self.held.pop()
                worker.reply(job, job.body)

    def read_answers(self, client, open_ids, body_of):
        """Each is the answer to a request that this client has open, and to no other under its id."""
        while True:
            frames = client.poll(0)
            if frames is None:
                return
            self.assertEqual(frames[2], body_of.get(frames[1]), "seed %d" % self.seed)
            open_ids.discard(frames[1])
            del body_of[frames[1]]

    def test_everything_else_is_answered_and_nothing_is_mixed_up(self):
        """Ids are used again at once; an answer that was under way when its request was cancelled may come."""
        client = self.client(self.daemon)
        open_ids, body_of, sent, cancelled = set(), {}, 0, 0
        while sent < 2000:
            api_id = b"1.0:%d" % self.random.randrange(60)
            if api_id not in open_ids:
                #   Where it was cancelled, its answer may be here already
                for frames in client.before_fence() if api_id in body_of else []:
                    self.assertEqual(frames[2], body_of.pop(frames[1]), "seed %d" % self.seed)
                    open_ids.discard(frames[1])
                sent += 1
                body_of[api_id] = b"body %d" % sent
                open_ids.add(api_id)
                client.request("api.images", body_of[api_id], api_id=api_id)
            elif self.random.random() < 0.5:
                client.cancel(api_id)
                open_ids.remove(api_id)
                cancelled += 1
            self.take_work()
            self.answer_some()
            self.read_answers(client, open_ids, body_of)
        deadline = Deadline(30)
        while open_ids:
            self.assertFalse(deadline.over, "seed %d: %d are open" % (self.seed, len(open_ids)))
            self.take_work()
            self.answer_some()
            self.read_answers(client, open_ids, body_of)
        stats = self.ask(self.daemon, "stats")
        self.assertGreater(cancelled, 100)
        self.assertEqual(stats["cancelled"] + stats["stray_cancels"], cancelled, "seed %d" % self.seed)
        self.assertEqual(stats["waiting"] + stats["running"], 0)
        self.assert_balance()


class OurClient(Cancelling):
    """butler call and send give up: their time is over, or somebody stops them."""

    def begin_call(self, *arguments):
        return self.begin("call", "-e", self.daemon.frontend, *arguments, "api.images", "resize")

    def test_time_is_over(self):
        worker = self.worker(self.daemon, "api.images", BUSY)
        run = self.begin_call("-t", "%d" % (scaled(2) * 1000))
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
            wait_until(lambda: catches(run.pid, number), "it catches signals")
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
        wait_until(lambda: catches(run.pid, signal.SIGINT), "it catches signals")
        run.signal(signal.SIGINT)
        self.assertEqual(run.end().returncode, -signal.SIGINT)
        self.assertEqual(worker.cancelled(), job.token)
        self.assert_balance()

    def test_signal_ends_a_call_without_a_router_too(self):
        run = self.begin("call", "-e", "ipc://@butler-test-nobody", "-t", "60000", "s", "m")
        wait_until(lambda: catches(run.pid, signal.SIGINT), "it catches signals")
        started = time.monotonic()
        run.signal(signal.SIGINT)
        self.assertEqual(run.end().returncode, -signal.SIGINT)
        self.assert_took(started, 0, 10)


def catches(pid, number):
    """Whether butler has a handler for that signal; not the shell that starts it out of a build folder."""
    if not os.readlink("/proc/%d/exe" % pid).endswith("butler"):
        return False
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
