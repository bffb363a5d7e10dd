#   test_descriptors.py - a router that has few descriptors left
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""It takes no further peers over TCP, serves those that it has, and does not spin meanwhile."""

import os
import re
import socket

from harness import LOOPBACK, Process, TestCase, main, program, wait_until, zpl

LIMIT = 128


class Descriptors(TestCase):

    def start(self):
        path = os.path.join(self.folder, "butler.cfg")
        with open(path, "w") as file:
            #   The worker does not beat, however long the flood takes
            file.write(zpl({"router/liveness": 100, "frontend/bind": LOOPBACK, "backend/bind": LOOPBACK}))
        process = self.own(Process(["/bin/sh", "-c", "ulimit -n %d; exec '%s' -c '%s'"
                                    % (LIMIT, program("butlerd"), path)], cwd=self.folder))
        process.wait_log("event=ready")
        process.frontend, process.backend = [
            re.search(r"socket=%s endpoint=(\S+)" % name, "\n".join(process.log)).group(1)
            for name in ("frontend", "backend")]
        return process

    def flood(self, endpoint, count):
        host, port = endpoint[len("tcp://"):].split(":")
        strangers = []
        for _ in range(count):
            stranger = socket.socket()
            self.addCleanup(stranger.close)
            stranger.setblocking(False)
            stranger.connect_ex((host, int(port)))
            strangers.append(stranger)
        return strangers

    @staticmethod
    def cpu(process):
        """Seconds that it has used so far."""
        with open("/proc/%d/stat" % process.pid) as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def exchange(self, client, worker):
        api_id = client.request("api.text", b"body")
        worker.reply(worker.job(), b"fine")
        self.assertEqual(client.answer(api_id), b"fine")

    def test_peers_that_are_there_are_served_and_others_wait(self):
        router = self.start()
        worker = self.worker(router, "api.text", {"capacity": 1})
        client = self.client(router)
        self.exchange(client, worker)           # so that it is in
        strangers = self.flood(router.frontend, 4 * LIMIT)
        router.wait_log("event=descriptors state=short")

        #   A router that spins uses as much time as there is
        before = self.cpu(router)
        for _ in range(100):
            self.exchange(client, worker)
        used = self.cpu(router) - before
        started = self.cpu(router)
        with self.assertRaises(AssertionError):         # in a second; nobody lets this one in
            late = self.client(router)
            late.request("mmi.api.text")
            late.recv(1)
        self.assertLess(self.cpu(router) - started, 0.5)
        self.assertLess(used, 5)

        for stranger in strangers:
            stranger.close()
        router.wait_log("event=descriptors state=free")
        wait_until(lambda: "services" in self.ask(router, "services"), "new peers are let in again")


if __name__ == "__main__":
    main()
