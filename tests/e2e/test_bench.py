#   test_bench.py - the bench programs put their load on, and tell what came of it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Each bench program, for a fraction of a second, on a real butlerd. No time is judged here."""

import json
import os
import subprocess
import sys

from harness import LOOPBACK, Deadline, Process, TestCase, main, scaled, wait_until

SOURCE = os.environ.get("BUTLER_SOURCE",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BENCH = os.path.join(SOURCE, "bench")
BUILD = os.path.abspath(os.environ.get("BUTLER_BUILD", "."))
FIGURES = {"tool", "clients", "window", "body", "done", "errors", "lost", "seconds", "req_s", "broker_us",
           "broker_share", "client_us", "p50", "p99", "p999", "rss_peak_kib"}
SERVICE = "bench.echo"


def bench(name):
    return os.path.join(BUILD, "bench", name)


class Load(TestCase):

    def work(self, name, endpoint, *arguments):
        """A worker beside the test."""
        return self.own(Process([bench(name), "worker", "-e", endpoint, "-t", "600000", *arguments],
                                cwd=self.folder))

    def ask_for(self, name, mode, endpoint, *arguments):
        """What a client says at its end: its line of JSON."""
        command = [bench(name), mode, "-e", endpoint, "-t", "200", "-W", "%d" % (scaled(10) * 1000), *arguments]
        said = {"done": 0}
        for _ in range(5):
            if said["done"]:
                break                   # a busy machine may stop the broker for as long as it takes: then again
            ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=scaled(40),
                                   check=False, cwd=self.folder)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            lines = ended.stdout.splitlines()
            self.assertEqual(len(lines), 1, ended.stdout)
            said = json.loads(lines[0])
        return said

    def assert_well(self, said, window=1, clients=1, body=64):
        """The figures of a run in which all was answered, and rightly."""
        self.assertEqual(set(said), FIGURES)
        self.assertEqual((said["errors"], said["lost"]), (0, 0), said)
        self.assertEqual((said["clients"], said["window"], said["body"]), (clients, window, body))
        self.assertGreater(said["done"], 0)
        self.assertGreater(said["p50"], 0)
        self.assertLessEqual(said["p50"], said["p99"])
        self.assertLessEqual(said["p99"], said["p999"])
        self.assertAlmostEqual(said["req_s"], said["done"] / said["seconds"], delta=said["req_s"] / 100 + 1)

    def speaks_packed(self, router):
        client = self.client(router)
        client.request("mmi.butler.packed")
        return client.recv()[-1] == b"200"


class OnButlerd(Load):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def load(self, *arguments, name="load", mode="client"):
        return self.ask_for(name, mode, self.daemon.frontend, "-P", str(self.daemon.pid), *arguments)

    def test_raw_clients_and_workers(self):
        self.work("load", self.daemon.backend, "-k", "2")
        said = self.load("-c", "2", "-w", "8")
        self.assert_well(said, 8, 2)
        self.assertGreater(said["broker_us"], 0)
        self.assertGreater(said["rss_peak_kib"], 0)

    def test_bodies_of_any_size(self):
        self.work("load", self.daemon.backend)
        for body in (8, 2048, 2049, 100000):
            self.assert_well(self.load("-b", str(body)), body=body)

    def test_relative_deadlines_in_dialect_1(self):
        self.work("load", self.daemon.backend)
        self.assert_well(self.load("--relative", "--api", "1.0"))

    def test_errors_are_counted(self):
        """A worker that answers with what was not asked for: its answers are wrong ones."""
        worker = self.worker(self.daemon, SERVICE, {"capacity": 2})
        for _ in range(5):
            said = self.load_with(worker)
            if said["done"]:
                break                   # a busy machine may stop us for as long as it takes: then again
        self.assertGreater(said["errors"], 0)
        #   What is still on its way at the end is wrong, too
        self.assertIn(said["errors"] - said["done"], (0, 1, 2))

    def load_with(self, worker):
        """What a client says whose answers are wrong from where the load begins."""
        client = Process([bench("load"), "client", "-e", self.daemon.frontend, "-t", "200", "-w", "2"], cwd=self.folder)
        self.addCleanup(client.crash)
        begun, deadline = False, Deadline(30)
        while client.status is None and not deadline.over:
            frames = worker.poll(0.02)
            if frames and len(frames) == 6:
                #   It asks with its first place alone whether there is a worker
                begun = begun or frames[2].startswith(b"0.3.0:00000001-")
                worker.send(b"\x04", frames[0], b"", frames[2], b"wrong" if begun else frames[5])
        self.assertEqual(client.finish(), 0, client.log)
        return json.loads(client.out[-1])

    def test_without_a_worker_there_is_no_figure(self):
        ended = subprocess.run([bench("load"), "client", "-e", self.daemon.frontend, "-W", "300"], check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=scaled(20))
        self.assertEqual((ended.returncode, ended.stdout), (3, b""))
        self.assertIn(b"no answer", ended.stderr)

    def test_packed(self):
        if not self.speaks_packed(self.daemon):
            self.skipTest("this router does not speak the packed envelope")
        self.work("load", self.daemon.backend, "--packed")
        self.assert_well(self.load("--packed", "-w", "16"), 16)
        self.assert_well(self.load("--packed", "-b", "5000"), body=5000)
        self.assert_well(self.load("-w", "16"), 16)

    def test_library_clients(self):
        self.work("load", self.daemon.backend)
        self.assert_well(self.load("-w", "16", name="load_butler"), 16)
        self.assert_well(self.load("--sync", name="load_butler"))

    def test_library_workers(self):
        for options in ([], ["--threads", "2"], ["--loop"]):
            with self.subTest(options):
                worker = self.work("load_butler", self.daemon.backend, *options)
                self.assert_well(self.load("-w", "8"), 8)
                self.assert_well(self.load("-w", "8", name="load_butler"), 8)
                worker.stop()
                wait_until(lambda: self.count_workers(self.daemon, SERVICE) == 0, "it has left")

    def test_library_calls(self):
        self.work("load_butler", self.daemon.backend)
        self.assert_well(self.load("--rpc", "-w", "16", name="load_butler"), 16)
        self.assert_well(self.load("--rpc", "--sync", name="load_butler"))


class Crowds(Load):

    def crowd(self, *arguments):
        """(the process, its first line) of a crowd that is there."""
        process = self.own(Process([bench("load"), *arguments, "-t", "600000"], cwd=self.folder))
        process.wait_out("ready", 30)
        said = json.loads(process.out[0])
        self.assertEqual(said["event"], "ready")
        return process, said

    def test_idle_workers_beat(self):
        router = self.router()
        process, said = self.crowd("idle", "-e", router.backend, "-k", "20", "-B", "50", "-P", str(router.pid))
        self.assertEqual(said["count"], 20)
        #   A router that is stopped by a busy machine looks as if it had taken all in
        wait_until(lambda: self.count_workers(router, SERVICE) == 20, "all are registered")
        process.stop()
        self.assertEqual(json.loads(process.out[-1])["workers"], 20)

    def test_each_idle_worker_may_have_a_service(self):
        router = self.router()
        self.crowd("idle", "-e", router.backend, "-k", "20", "--each", "-P", str(router.pid))
        self.wait_stat(router, 20, "services")

    def test_silent_clients_had_an_answer(self):
        router = self.router()
        _, said = self.crowd("connect", "-e", router.frontend, "-c", "20", "-P", str(router.pid))
        self.assertEqual((said["count"], said["silent"]), (20, 0))

    def test_requests_wait(self):
        router = self.router({"service/unknown": "queue"})
        _, said = self.crowd("queue", "-e", router.frontend, "-c", "4", "-n", "200", "-P", str(router.pid))
        self.assertEqual((said["count"], said["answered"]), (200, 0))
        wait_until(lambda: self.stat(router, "waiting") == 200, "all of them wait")


class Brokers(Load):

    def through(self, kind, worker=(), client=(), **expected):
        """Load through a plain broker on ipc."""
        front, back = ("ipc://%s/%s-%s" % (self.folder, kind, side) for side in ("front", "back"))
        broker = Process([bench("broker"), kind, "-e", front, "-K", back], cwd=self.folder)
        try:
            self.work("load", back, *worker)
            self.assert_well(self.ask_for("load", "client", front, *client), **expected)
        finally:
            broker.crash()

    def test_proxy(self):
        self.through("proxy", ["--plain"], ["-w", "16"], window=16)

    def test_loop(self):
        self.through("loop", [], ["-w", "16"], window=16)

    def test_loop_queues(self):
        self.through("loop", ["-C", "1"], ["-w", "300"], window=300)

    def test_loop_packed(self):
        self.through("loop", ["--packed"], ["--packed", "-w", "16", "--relative"], window=16)

    def test_loop_packed_with_large_bodies(self):
        self.through("loop", ["--packed"], ["--packed", "-b", "2049"], body=2049)


class InProcess(Load):

    def test_all_in_one_process(self):
        ipc = ["ipc://%s/%s" % (self.folder, side) for side in ("front", "back")]
        for front, back in (("inproc://front", "inproc://back"), (LOOPBACK, LOOPBACK), ipc):
            for peers in ("raw", "butler"):
                with self.subTest(front=front, peers=peers):
                    self.assert_well(self.ask_for("inprocess", peers, front, "-K", back, "-w", "8"), 8)


class CommandLine(Load):

    def test_help_and_mistakes(self):
        for name in ("broker", "inprocess", "load", "load_butler"):
            for arguments, status in ((["--help"], 0), ([], 2), (["nothing"], 2), (["client", "-w", "0"], 2)):
                with self.subTest(name=name, arguments=arguments):
                    ended = subprocess.run([bench(name), *arguments], stdout=subprocess.PIPE, check=False,
                                           stderr=subprocess.PIPE, timeout=scaled(20))
                    self.assertEqual(ended.returncode, status)
                    self.assertTrue(ended.stderr if status else b"Modes:" in ended.stdout)


class Compare(TestCase):

    def compare(self, *arguments):
        ended = subprocess.run([sys.executable, os.path.join(BENCH, "compare"), *arguments], check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=scaled(100), cwd=self.folder)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout.decode()

    def test_it_measures_and_tells(self):
        results = os.path.join(self.folder, "results.jsonl")
        text = self.compare("--build", BUILD, "--only", "router", "--work", "1/1", "--peers", "butlerd;loop;proxy",
                            "--reps", "2", "--seconds", "0.1", "--out", results)
        with open(results, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        self.assertEqual(len(rows), 6)
        for row in rows:
            self.assertNotIn("failed", row)
            self.assertEqual((row["errors"], row["lost"]), (0, 0), row)
        self.assertIn("| 1/1 | butlerd / loop | requests/s | at least 0.97 |", text)
        self.assertEqual(text, self.compare("--report", results))

    def test_a_ratio_is_the_median_of_pairs(self):
        rates = {"butlerd": (90, 300, 100), "loop": (100, 100, 125)}        # pairs: 0.9, 3.0, 0.8
        results = os.path.join(self.folder, "results.jsonl")
        with open(results, "w", encoding="utf-8") as file:
            for peer, all_of_it in rates.items():
                for rep, rate in enumerate(all_of_it):
                    row = {"section": "router", "work": "1/1", "peer": peer, "rep": rep, "req_s": rate,
                           "broker_us": 4.0, "p50": 1, "p99": 2, "p999": 3, "errors": 0, "lost": 0}
                    file.write(json.dumps(row) + "\n")
        text = self.compare("--report", results)
        self.assertIn("| 1/1 | butlerd / loop | requests/s | at least 0.97 | 0.900 (0.80 to 3.00) | **missed** |", text)
        self.assertIn("| 1/1 | butlerd / loop | CPU µs | at most 1.07 | 1.000 (1.00 to 1.00) | met |", text)


if __name__ == "__main__":
    main()
