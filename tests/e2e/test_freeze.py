#   test_freeze.py - a router or a worker that was stopped for a while, as a debugger or SIGSTOP does
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What was sent meanwhile has aged; what is sent later has not; nobody is taken for dead who was not heard."""

import json
import signal
import time

from harness import TestCase, main, relative, scaled, wait_until
from peers import read_error

BUSY = {"capacity": 8, "deadline": "relative"}


class Frozen(TestCase):

    def freeze(self, process, seconds, meanwhile=lambda: None):
        """Stop it for so long, however long what happens meanwhile takes."""
        process.signal(signal.SIGSTOP)
        started = time.monotonic()
        try:
            meanwhile()
            wait_until(lambda: time.monotonic() - started > seconds, "the time is over")
        finally:
            process.signal(signal.SIGCONT)
        return time.monotonic() - started

    def test_what_was_sent_meanwhile_has_aged(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)

        def aged():
            api_ids = []
            took = self.freeze(router, 1.2, lambda: api_ids.extend((
                client.request("api.images", b"given up", expiration=relative(1000)),
                client.request("api.images", b"wanted", expiration=relative(30000)))))
            jobs, answers = [worker.job()], []
            while jobs[-1].body != b"wanted":
                jobs.append(worker.job())
            for job in jobs:
                worker.reply(job, b"fine")
            for _ in api_ids:
                _, api_id, response = client.recv()
                answers.append((api_id, response))
            self.assertEqual(sorted(api_id for api_id, _ in answers), sorted(api_ids))
            left = int(jobs[-1].expiration[1:])
            self.assertGreater(left, 30000 - 1000 * took - scaled(2000))
            if len(jobs) > 1 or left > 30000 - 1000:
                return False
            self.assertEqual(read_error(dict(answers)[api_ids[0]])[:2], (504, "expired"))
            self.assertEqual(dict(answers)[api_ids[1]], b"fine")
            return True
        #   What a busy machine delivers after the stop alone was not there meanwhile
        wait_until(aged, "an expired request is not dispatched, and another has less time", 20)

    def test_what_is_sent_later_has_not_aged(self):
        router = self.router()
        worker = self.worker(router, "api.images", BUSY)
        client = self.client(router)

        def all_its_time():
            self.freeze(router, 1.2)
            client.before_fence()
            api_id = client.request("api.images", expiration=relative(30000))
            job = worker.job()
            worker.reply(job, b"fine")
            self.assertEqual(client.answer(api_id), b"fine")
            return int(job.expiration[1:]) > 30000 - 500
        #   A busy machine may stop it once more
        wait_until(all_its_time, "what is sent later has all its time", 20)

    def test_under_load_nothing_is_refused_that_was_sent_later(self):
        #   Each of the open requests may be refused once: the one that was sent meanwhile. And once more where
        #   the machine is slow.
        router = self.router()
        flights = 4 * 128

        def few_refused():
            enough = self.stat(router, "answered") + 1000
            bench = self.begin("bench", "-e", router.frontend, "-b", router.backend, "-c", "4", "-i", "128",
                               "-t", str(int(scaled(1000))), "-s", str(int(scaled(4))), "--json")

            def loaded():
                return any(row["running"] for row in self.ask(router, "services")["services"]) \
                    and self.stat(router, "answered") >= enough
            wait_until(lambda: not bench.running or loaded(), "it is under load", 30)
            if not bench.running:
                return False        # it found no router, or no worker, in its time
            self.freeze(router, scaled(1.5))
            found = json.loads(bench.end(60).stdout)
            refused = sum(error["count"] for error in found["errors"] if error["status"] == 504)
            return refused <= 2 * flights and found["successes"] > flights
        wait_until(few_refused, "what is sent later is not refused", 30)

    def test_frozen_router_takes_no_worker_for_dead(self):
        router = self.router({"router/liveness": 3})
        self.worker(router, "api.images", {**BUSY, "heartbeat": 1000})
        self.freeze(router, 3.5)        # longer than it may be silent where it could have been heard
        self.assertEqual(self.count_workers(router, "api.images"), 1)
        self.assertEqual(self.stat(router, "workers_lost"), 0)
        self.wait_stat(router, 1, "workers_lost")

    def test_frozen_worker_does_not_leave_a_router_that_kept_it(self):
        router = self.router({"router/heartbeat": int(scaled(2000)), "router/liveness": 100})
        work = self.start("butler", "work", "-e", router.backend, "api.cat", "--", "cat")
        client = self.client(router)
        wait_until(lambda: self.count_workers(router, "api.cat") == 1, "the worker is there")
        #   Its answer shows that it has heard how often the router beats
        self.assertEqual(client.answer(client.request("api.cat", b"here")), b"here")
        self.freeze(work, 3.5)
        self.assertEqual(client.answer(client.request("api.cat", b"still here")), b"still here")
        self.assertEqual(self.stat(router, "workers_lost"), 0)
        self.assertEqual(self.stat(router, "registrations"), 1)
        work.stop()


if __name__ == "__main__":
    main()
