#   test_butler_bench.py - butler bench: load on a router and a service, measured
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What is sent, what is counted, what is printed. No test asks how quick anything is."""

import json
import re
import signal
import threading
import time

from harness import TestCase, main, scaled, wait_until
from pace import Deadline
from test_butler_terminal import Terminal

DONE, EXCEPTION, USAGE, SILENT, MISSING, REFUSED = range(6)
FAILED = b'500:exception:{"name": "E", "message": "bad\\u001b[2J", "traceback": ""}'


class Case(TestCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def arguments(self, *arguments):
        return ["bench", "-e", self.daemon.frontend, *arguments]

    def bench(self, *arguments, status=DONE, **options):
        """What it found, with --json."""
        ended = self.butler(*self.arguments("--json", "-t", "%d" % scaled(30000), *arguments), **options)
        self.assertEqual((ended.returncode, ended.stderr), (status, b""), ended.stdout)
        return self.checked(json.loads(ended.stdout))

    def bench_own(self, *arguments, **options):
        """The same with workers of its own."""
        return self.bench("-b", self.daemon.backend, *arguments, **options)

    def checked(self, found):
        """What holds for all that it finds."""
        latency, histogram = found["latency_us"], found["histogram_us"]
        self.assertEqual(found["requests"], found["successes"] + found["failures"] + found["unfinished"])
        self.assertEqual(sum(count for _, count in histogram), found["successes"])
        self.assertEqual(sum(error["count"] for error in found["errors"]), found["failures"])
        self.assertLessEqual(found["in_time"], found["successes"])
        self.assertEqual(histogram, sorted(histogram))
        if not found["successes"]:
            self.assertIsNone(latency)
            return found
        order = [latency[name] for name in ("min", "p50", "p90", "p99", "p99.9", "max")]
        self.assertEqual(order, sorted(order))
        self.assertTrue(latency["min"] <= latency["mean"] <= latency["max"])
        self.assertTrue(histogram[-1][0] >= latency["max"] and histogram[0][0] >= latency["min"])
        if found["in_time"]:
            self.assertAlmostEqual(found["rate"] * found["seconds"] / found["in_time"], 1, 6)
        return found

    def serve(self, answer, properties=None, service="api.echo"):
        """A worker in Python that answers all its requests until the test ends; the bodies that came."""
        worker = self.worker(self.daemon, service, properties or {"capacity": 16})
        bodies, ended = [], threading.Event()

        def run():
            deadline = Deadline(60)
            while not ended.is_set() and not deadline.over:
                if worker.socket.poll(20):
                    frames = worker.waiting()
                    if frames and len(frames) >= 6:
                        bodies.append(frames[5])
                        worker.send(b"\x04", frames[0], b"", frames[2], answer(len(bodies), frames[5]))

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(ended.set)
        return bodies

    def assert_nothing_is_left(self, service):
        wait_until(lambda: self.count_workers(self.daemon, service) == 0, "no worker of it is registered")
        for row in self.ask(self.daemon, "services")["services"]:
            self.assertEqual((row["workers"], row["waiting"], row["running"]), (0, 0, 0))


class Own(Case):

    def test_requests_are_counted_and_nothing_is_left(self):
        found = self.bench_own("-n", "1001", "-i", "8", "-c", "3", "-w", "2", "--size", "17")
        self.assertEqual((found["requests"], found["successes"]), (1001, 1001))
        self.assertEqual((found["own"], found["interrupted"], found["behind"]), (True, False, 0))
        self.assertEqual(found["parameters"], {
            "clients": 3, "in_flight": 8, "seconds": None, "requests": 1001, "rate": None, "size": 17,
            "workers": 2, "threads": 0, "capacity": None})
        self.assertEqual(found["endpoints"], [self.daemon.frontend])
        self.assertRegex(found["service"], r"^bench\.\d+\.[0-9A-F]{12}$")
        self.assert_nothing_is_left(found["service"])

    def test_it_ends_by_the_time(self):
        started = time.monotonic()
        found = self.bench_own("-s", "2", "-i", "4")        # a busy machine may keep it from sending for one
        self.assert_took(started, 2, 60)
        self.assertEqual(found["seconds"], 2)
        self.assertEqual(found["failures"], 0)

    def test_workers_have_threads_and_capacity(self):
        found = self.bench_own("-n", "100", "-i", "50", "--threads", "2", "--capacity", "3")
        self.assertEqual(found["successes"], 100)
        self.assertEqual((found["parameters"]["threads"], found["parameters"]["capacity"]), (2, 3))

    def test_large_and_empty_bodies_pass(self):
        for size in (0, 1000000):
            self.assertEqual(self.bench_own("-n", "5", "--size", str(size))["successes"], 5)

    def test_fewer_requests_than_clients(self):
        self.assertEqual(self.bench_own("-n", "2", "-c", "5")["successes"], 2)

    def test_people_get_lines_that_fit(self):
        ended = self.butler(*self.arguments("-b", self.daemon.backend, "-n", "200", "-i", "3"))
        self.assertEqual((ended.returncode, ended.stderr), (DONE, b""))
        text = ended.stdout.decode()
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80)
        self.assertRegex(text, r"\AService +bench\.\S+, our own: 1 worker\n"
                               r"Load +1 client, 3 requests in flight, 64 bytes\n"
                               r"Requests +200 in \d+\.\d\d s\nRate +\d+/s\nFailures +0\n"
                               r"Latency +min +mean +p50 +p90 +p99 +p99\.9 +max\n( +[\d.]+ (us|ms|s)){7}\n\n")
        rows = re.findall(r"^ +[\d.]+ (?:us|ms|s) +(\d+) +[\d.]+ %(?:  #+)?$", text, re.M)
        self.assertEqual(sum(int(row) for row in rows), 200)
        self.assertLessEqual(len(rows), 20)

    def test_wrong_backend_is_told(self):
        ended = self.butler(*self.arguments("-t", "%d" % scaled(1500), "-b", "ipc://%s/none" % self.folder))
        self.assertEqual((ended.returncode, ended.stdout), (SILENT, b""))
        self.assertIn(b"knows no worker of ours", ended.stderr)
        ended = self.butler(*self.arguments("-b", "nowhere"))
        self.assertEqual((ended.returncode, ended.stdout), (USAGE, b""))

    def test_absent_router_is_told(self):
        ended = self.butler("bench", "-e", "ipc://%s/none" % self.folder, "-t", "100")
        self.assertEqual((ended.returncode, ended.stdout), (SILENT, b""))
        self.assertIn(b"no router took the request", ended.stderr)


class Existing(Case):

    def test_direct_requests_are_sent_as_told(self):
        bodies = self.serve(lambda count, body: body)
        for arguments, stdin, body in (
                ([], b"", b"x" * 64), (["--size", "3"], b"", b"xxx"), (["--body", "hello"], b"", b"hello"),
                (["--body", "-"], b"\x00\xff", b"\x00\xff"), (["--body", ""], b"", b"")):
            del bodies[:]
            found = self.bench("-n", "7", "-i", "2", *arguments, "api.echo", stdin=stdin)
            self.assertEqual((found["successes"], found["own"], found["service"]), (7, False, "api.echo"))
            self.assertEqual(found["parameters"]["size"], len(body))
            self.assertEqual(bodies, [body] * 7)

    def test_calls_are_sent_as_told(self):
        bodies = self.serve(lambda count, body: b"17")
        found = self.bench("-n", "3", "--kw", "c=[1]", "api.echo", "add", "-1", "b")
        self.assertEqual(found["successes"], 3)
        call = {"method": "add", "args": [-1, "b"], "kwargs": {"c": [1]}}
        self.assertEqual([json.loads(body) for body in bodies], [call] * 3)
        self.assertEqual({key: found["parameters"][key] for key in call}, call)

    def test_unknown_service_is_told(self):
        ended = self.butler(*self.arguments("api.nobody"))
        self.assertEqual((ended.returncode, ended.stdout), (MISSING, b""))
        self.assertIn(b"no worker serves 'api.nobody'", ended.stderr)
        ended = self.butler(*self.arguments("--json", "api.nobody"))
        self.assertEqual((ended.returncode, ended.stderr), (MISSING, b""))
        self.assertEqual(json.loads(ended.stdout)["status"], 404)

    def test_services_of_the_router_can_be_measured(self):
        self.assertEqual(self.bench("-n", "5", "butler.router", "stats")["successes"], 5)


class Failures(Case):

    def test_failures_are_counted_and_not_fatal(self):
        self.serve(lambda count, body: FAILED if count % 4 == 0 else body)
        found = self.bench("-n", "40", "-i", "4", "api.echo")
        self.assertEqual((found["successes"], found["failures"]), (30, 10))
        self.assertEqual(found["errors"], [{"status": 500, "count": 10, "first": "E: bad\x1b[2J"}])

    def test_people_see_them_by_kind(self):
        self.serve(lambda count, body: FAILED if count % 2 else b"404")
        ended = self.butler(*self.arguments("-n", "6", "api.echo"))
        self.assertEqual(ended.returncode, EXCEPTION)
        text = ended.stdout.decode()
        self.assertRegex(text, r"\nFailures +6\n  500 +3 +E: bad\?\[2J\n  404 +3 +\S")
        self.assertNotIn("Latency", text)
        self.assertIn(b"none of 6 requests succeeded: E: bad?[2J", ended.stderr)

    def test_where_all_fail_the_status_says_how(self):
        self.serve(lambda count, body: FAILED)
        self.assertEqual(self.bench("-n", "3", "api.echo", status=EXCEPTION)["failures"], 3)
        self.assertEqual(self.bench("-n", "3", "butler.router", "nothing", status=MISSING)["failures"], 3)

    def test_service_that_takes_no_more_is_counted(self):
        """One request waits at the router, one is with a worker that is silent; the others are refused."""
        self.daemon = self.router({"service/queue": 1})
        self.worker(self.daemon, "api.silent", {"capacity": 1})
        ended = self.butler(*self.arguments("--json", "-t", "%d" % scaled(2500), "-n", "10", "-i", "10", "api.silent"))
        found = self.checked(json.loads(ended.stdout))
        counts = {error["status"]: error["count"] for error in found["errors"]}
        self.assertEqual(ended.returncode, REFUSED)
        self.assertEqual((found["requests"], found["failures"], counts.pop(503)), (10, 10, 8))
        self.assertTrue(set(counts) <= {0, 504}, counts)


class Rate(Case):

    def test_requests_are_sent_when_they_are_due(self):
        found = self.bench_own("-n", "50", "--rate", "200", "-c", "3")
        self.assertEqual((found["successes"], found["behind"]), (50, 0))
        self.assertGreaterEqual(found["seconds"], 49 / 200)
        self.assertEqual(found["parameters"]["in_flight"], 1000)

    def test_latency_counts_from_when_a_request_was_due(self):
        """A service that stalls once delays those too that could not be sent meanwhile."""
        def answer(count, body):
            if count == 1:
                time.sleep(0.3)
            return body
        self.serve(answer)
        found = self.bench("-n", "3", "--rate", "100", "-i", "1", "api.echo")
        self.assertEqual(found["successes"], 3)
        self.assertGreaterEqual(found["latency_us"]["max"], 300000)
        self.assertGreaterEqual(found["latency_us"]["min"], 300000 - 20000)

    def test_requests_that_were_due_and_not_sent_are_told(self):
        self.worker(self.daemon, "api.silent", {"capacity": 1})
        #   A busy machine may keep it from sending for a second; the one that is sent outlasts both
        arguments = self.arguments("-t", "%d" % scaled(2500), "-s", "2", "--rate", "50", "-i", "1")
        ended = self.butler(*arguments, "--json", "api.silent")
        found = self.checked(json.loads(ended.stdout))
        self.assertEqual((ended.returncode, found["requests"], found["behind"]), (SILENT, 1, 99))
        self.assertIn(b"99 were due and never sent", self.butler(*arguments, "api.silent").stdout)


class Ending(Case):

    def answered(self):
        return sum(worker["answered"] for worker in self.ask(self.daemon, "workers")["workers"])

    def test_interrupt_ends_it_and_prints_what_was_found(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            before = self.answered()
            process = self.start("butler", *self.arguments("-b", self.daemon.backend, "-s", "1000", "--json"))
            wait_until(lambda: self.answered() > before + 10, "some requests were answered")
            process.stop(number)
            found = self.checked(json.loads(process.out[0]))
            self.assertTrue(found["interrupted"])
            self.assertGreater(found["successes"], 10)
            self.assertEqual((found["failures"], found["unfinished"]), (0, 0))
            self.assert_nothing_is_left(found["service"])

    def test_second_interrupt_awaits_nothing(self):
        worker = self.worker(self.daemon, "api.silent", {"capacity": 1})
        process = self.start("butler", *self.arguments("-t", "1000000", "--json", "api.silent"))
        worker.job()

        def ended():
            if process.status is None:
                process.signal(signal.SIGINT)
            return process.status is not None
        wait_until(ended, "it ends")
        self.assertEqual(process.finish(), SILENT)
        found = self.checked(json.loads(process.out[0]))
        self.assertEqual((found["requests"], found["unfinished"], found["interrupted"]), (1, 1, True))
        self.processes.remove(process)

    def test_terminal_shows_how_far_it_is(self):
        terminal = Terminal(self.arguments("-b", self.daemon.backend, "-s", "3"))
        self.addCleanup(terminal.close)
        terminal.wait("butler bench [")
        said, status = terminal.end()
        self.assertEqual(status, DONE)
        self.assertRegex(said, r"\[=+ +\] [12] of 3 s, \d+/s")
        self.assertRegex(said, r"\n\x1b\[1mRequests +\x1b\[m\d+ in 3\.00 s")


if __name__ == "__main__":
    main()
