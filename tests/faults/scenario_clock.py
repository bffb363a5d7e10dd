#   scenario_clock.py - the wall clock is set by an hour, as single processes see it; the machine's is left alone
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

import os
import struct
import time

from ground import Skip, scaled, wait_until
from history import Policy
from journal import Journal
from peers import Client, absolute, read_error, relative
from processes import program
from scenarios import scenario

HOUR = 3600


class Clock:
    """One process's wall clock."""

    def __init__(self, ground, name):
        self.path = os.path.join(ground.folder, name + ".clock")
        self.set(0)
        try:
            library = program("tests/faults/faults_clock.so")
        except RuntimeError:
            raise Skip("there is no tests/faults/faults_clock.so")
        #   The sanitizer wants to be first; it may be second to a library that allocates nothing
        options = [one for one in (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0") if one]
        self.environment = dict(os.environ, LD_PRELOAD=library, FAULTS_CLOCK=self.path, ASAN_OPTIONS=":".join(options))

    def set(self, ahead):
        """So many seconds ahead."""
        with open(self.path, "r+b" if os.path.exists(self.path) else "wb") as file:
            file.write(struct.pack("q", ahead))


def house(ground):
    """A router, a worker and a client, each with a clock of its own, and raw peers beside them."""
    clocks = {}

    def own(name, make):
        clocks[name] = Clock(ground, name)
        ground.environment = clocks[name].environment
        made = make()
        ground.environment = None
        return made
    router = own("router", ground.router)
    ground.workers(router, 2)
    own("worker", lambda: ground.library_worker(router))
    wait_until(lambda: ground.count_workers(router) == 3, "the workers are registered", 20)
    clients = ground.clients(router, 2, work=(0, 20))
    clients.append(own("client", lambda: ground.library_client(router, work=5)))
    return router, clients, clocks


@scenario("The clocks of router, worker and client are set forwards and back by an hour, under load: no matter", 60)
def clocks_set(ground):
    router, clients, clocks = house(ground)
    steps = [(name, ahead) for name in clocks for ahead in (HOUR, -HOUR, 0)] * (4 if ground.long else 1)
    ground.random.shuffle(steps)
    for name, ahead in steps:
        clocks[name].set(ahead)
        ground.sleep(0.1, 0.4)
        before = ground.stats(router)["answered"] - ground.asked[router]
        wait_until(lambda before=before: ground.stats(router)["answered"] - ground.asked[router] > before + 20,
                   "the load goes on", 20)
    _, stats = ground.finish(Policy(exact=True), router, clients)
    if stats["workers_lost"] or stats["reconnects"] or stats["registrations"] != 3:
        raise AssertionError("a step was taken for silence: %s" % stats)


class Asker:
    """A client that chooses the form of each expiration."""

    def __init__(self, ground, router):
        self.client = Client(ground.context, router.frontend)
        self.journal = Journal(ground.journals, "asker")
        self.name, self.number = "asker", 0

    def send(self, expiration, milliseconds=0):
        self.number += 1
        key = "%s-%d" % (self.name, self.number)
        self.journal.write("sent", key)
        self.client.request("api.test", b"%s %d " % (key.encode(), milliseconds), b"1.0:" + key.encode(), expiration)
        return key

    def expect(self, key, wanted):
        """What an error says."""
        response = self.client.answer(b"1.0:" + key.encode())
        code, message = "answered", ""
        if response[:5] != b"done ":
            code, _, error = read_error(response)
            message = error["message"]
        self.journal.write("got", key, code)
        if code != wanted:
            raise AssertionError("%s: %s, and not %s: %s" % (key, code, wanted, message))
        return message


@scenario("A router's clock is set by an hour: absolute expirations are by the clock, and relative ones are not", 60)
def clock_and_expirations(ground):
    clock = Clock(ground, "router")
    ground.environment = clock.environment
    #   None is clipped that is an hour late
    router = ground.router({"client/max_deadline": 2 * HOUR * 1000})
    ground.environment = None
    ground.workers(router, 1, properties={"capacity": 4})
    asker = Asker(ground, router)

    def run(form, expires, work, end):
        """A request that is seen to run: (key, when it was sent, ms until it expires). Where the machine stands
        still it may have ended before, and another takes longer."""
        while True:
            sent = time.monotonic()
            key = asker.send(form(expires), work)
            wait_until(lambda: ground.stats(router)["running"] or asker.client.socket.poll(0), "it runs or ends")
            if not asker.client.socket.poll(0):
                return key, sent, expires
            asker.expect(key, end)
            expires, work = 2 * expires, 2 * work
    try:
        for ahead, by_clock in ((0, "answered"), (HOUR, 504), (-HOUR, "answered"), (0, "answered")):
            clock.set(ahead)
            asker.expect(asker.send(relative(scaled(20000))), "answered")
            message = asker.expect(asker.send(absolute(scaled(20000))), by_clock)
            if by_clock == 504 and "clocks" not in message:
                raise AssertionError("it does not say why: " + message)
        #   What is open is not ended, whatever its form, by a step that comes later
        for form in (relative, absolute):
            key, *_ = run(form, scaled(20000), 500, "answered")
            clock.set(HOUR)
            asker.expect(key, "answered")
            clock.set(0)
        #   The router's own time is not the wall's: a running request still expires when it is due
        key, sent, expires = run(relative, 1500, 30000, 504)
        clock.set(-HOUR)
        asker.expect(key, 504)
        if time.monotonic() - sent > expires / 1000 + scaled(5):
            raise AssertionError("it did not expire when it was due")
    finally:
        asker.client.close()
    _, stats = ground.finish(Policy(outcomes=("answered", "504"), exact=True), router)
    if stats["workers_lost"]:
        raise AssertionError("a step was taken for silence")
