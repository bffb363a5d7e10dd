#   test_many_peers.py - as many workers and clients as there are descriptors for
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Hundreds of each; with BUTLER_LONG=1 as many as the descriptor limit allows, 10,000 at most, or BUTLER_PEERS.

They run in several processes, as a DEALER takes two descriptors in its own, and one in the router's.
"""

import json
import os
import resource
import subprocess
import time

from harness import LOOPBACK, SLOW, Process, TestCase, main, program, relative, wait_until, zpl

LONG = bool(os.environ.get("BUTLER_LONG"))
LIMIT = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
SPARE = 500
EACH = min(int(os.environ.get("BUTLER_PEERS", "10000")), (LIMIT - SPARE) // 2) if LONG else 300
PATIENCE = 400 if LONG else 60      # seconds
PROCESSES = 5 if LONG else 2        # of workers, and as many of clients
WATCHED = 10 if LONG else 2         # seconds at rest


class ManyPeers(TestCase):

    def crowd(self, kind, endpoint):
        counts = [EACH // PROCESSES + (number < EACH % PROCESSES) for number in range(PROCESSES)]
        crowd = [Process(["/bin/sh", "-c", "ulimit -n $(ulimit -H -n); exec \"$0\" \"$@\"",
                          program("tests/crowd"), kind, endpoint, "api.crowd", str(count)], stdin=subprocess.PIPE)
                 for count in counts]
        for process in crowd:
            self.processes.append(process)
            self.addCleanup(process.crash)
        return crowd

    def all_ready(self, crowd):
        for process in crowd:
            process.wait_for(lambda lines: "ready" in lines, process.out, PATIENCE)

    def router(self, settings):
        """A butlerd with all the descriptors that there may be."""
        path = os.path.join(self.folder, "butler.cfg")
        with open(path, "w") as file:
            file.write(zpl(dict(settings, **{"frontend/bind": LOOPBACK, "backend/bind": LOOPBACK})))
        router = self.own(Process(["/bin/sh", "-c", "ulimit -n $(ulimit -H -n); exec \"$0\" \"$@\"",
                                   program("butlerd"), "-c", path], cwd=self.folder))
        router.wait_log("event=ready")
        for socket in ("frontend", "backend"):
            line = next(line for line in router.log if "socket=%s " % socket in line)
            setattr(router, socket, line.split("endpoint=")[1].split()[0])
        return router

    @staticmethod
    def cpu(process):
        """Seconds that it has used so far."""
        with open("/proc/%d/stat" % process.pid) as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask_all(self, crowd, round_number):
        for process in crowd:
            process.write(b"\n")
        answered = 0
        for process in crowd:
            lines = process.wait_for(
                lambda lines: sum(line.startswith("answered") for line in lines) == round_number, process.out, PATIENCE)
            answered += int(lines[-1].split()[1])
        return answered

    @staticmethod
    def call(client, method, *args):
        """Of the router's own service, however busy the machine is."""
        body = json.dumps({"method": method, "args": args})
        api_id = client.request("butler.router", body, expiration=relative(1000 * PATIENCE))
        return json.loads(client.answer(api_id, PATIENCE))

    def served(self, client):
        """How many workers have answered anything."""
        count, offset = 0, 0
        while True:
            page = self.call(client, "workers", "api.crowd", offset)["workers"]
            count += sum(worker["answered"] > 0 for worker in page)
            offset += len(page)
            if not page:
                return count

    def test_all_are_registered_beaten_and_served(self):
        router = self.router({"router/heartbeat": int(1000 * SLOW), "router/liveness": 100, "log/level": "warning"})
        client = self.client(router)        # before there is a crowd at the door
        self.call(client, "ping")
        rss = [router.rss()]
        started = time.monotonic()
        workers = self.crowd("worker", router.backend)
        self.all_ready(workers)
        wait_until(lambda: self.call(client, "stats")["workers"] == EACH,
                   "all workers are registered", PATIENCE)
        rss.append(router.rss())
        clients = self.crowd("client", router.frontend)
        self.all_ready(clients)
        self.assertEqual(self.ask_all(clients, 1), EACH)
        seconds = time.monotonic() - started
        rss.append(router.rss())
        self.assertEqual(self.served(client), EACH)         # the least recently used goes first

        before = self.cpu(router)
        time.sleep(WATCHED)
        used = (self.cpu(router) - before) / WATCHED
        wait_until(lambda: self.cpu(router) > before, "it beats")
        started = time.monotonic()
        self.assertEqual(self.ask_all(clients, 2), EACH)
        again = time.monotonic() - started
        stats = self.call(client, "stats")
        self.assertEqual((stats["workers"], stats["workers_lost"], stats["reconnects"]), (EACH, 0, 0))
        self.assertFalse([line for line in router.log if "event=descriptors" in line])
        print("# %d workers and as many clients, of %d descriptors: here and served in %.1f s, all again in %.1f s; "
              "%.1f KB for each worker, %.1f for each client; %.1f %% of a processor at rest" % (
                  EACH, LIMIT, seconds, again, (rss[1] - rss[0]) / EACH / 1000, (rss[2] - rss[1]) / EACH / 1000, 100 * used))


if __name__ == "__main__":
    main()
