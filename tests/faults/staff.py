#   staff.py - a raw worker for the fault tests, which runs in a process of its own
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Written from PROTOCOL.md on peers.py and packed.py.

A request's body is "KEY MS ...": the worker works on it for MS milliseconds, which hold up neither its
heartbeats nor other requests, and answers "done KEY NAME".
"""

import dataclasses
import heapq
import json
import os
import random
import signal
import time

import zmq

import packed
from journal import Journal
from pace import scaled
from peers import HEARTBEAT, LEAVE, RECONNECT, REPLY, Job, Worker

STALE = 20              # tokens of requests that have ended, which a liar keeps


@dataclasses.dataclass
class Staff:
    """What a worker is told."""
    name: str
    endpoint: str
    service: str = "api.test"
    packed: bool = False
    properties: dict = dataclasses.field(default_factory=lambda: {"capacity": 4})
    interval: float = 0.1               # seconds between heartbeats
    liveness: int = 0                   # silent intervals after which it connects anew; 0: never
    routing_id: bytes = None
    holds: bool = False                 # it answers nothing before SIGUSR1
    lies: float = 0.0                   # the share of replies that go with others: twice, strange, or stale
    fate: tuple = None                  # (when, number): it kills itself so at its request of this number,
                                        # from 1, or the next: "taken", "working", "replied"


class Worked:
    """A worker at work: run () does not return before SIGTERM."""

    def __init__(self, staff, folder):
        self.staff = staff
        self.leaving = self.left = False
        self.holding = staff.holds
        signal.signal(signal.SIGTERM, self.leave)
        signal.signal(signal.SIGUSR1, self.release)
        self.journal = Journal(folder, staff.name)
        self.context = zmq.Context()
        self.open = []                  # heap: (when it is done, number, job)
        self.stale = []
        self._accomplice = None
        self.random = random.Random(staff.name)
        self.taken = 0
        self.register()

    def register(self):
        self.socket = (packed.PackedWorker if self.staff.packed else Worker)(
            self.context, self.staff.endpoint, self.staff.routing_id)
        self.ready()
        self.beaten = self.heard = time.monotonic()

    def ready(self):
        properties = dict(self.staff.properties, worker=self.staff.name)
        if self.staff.packed:
            properties["packed"] = 1
        else:
            properties["request"] = 2
        self.socket.ready(self.staff.service, properties)

    def again(self):
        """A new socket; what the old one brought can't be answered any more."""
        self.socket.close()
        self.open = []
        self.register()

    def die(self, when):
        if self.staff.fate and self.staff.fate[0] == when and self.taken >= self.staff.fate[1]:
            if when == "replied":
                time.sleep(0.02)        # or the reply, which another thread sends, dies too
            os.kill(os.getpid(), signal.SIGKILL)

    def read(self, frames):
        """A request, as Job or packed.Job; None: it is none."""
        if frames[0][:4] == packed.head(packed.REQUEST):
            reader = packed.Reader(frames[0], packed.REQUEST)
            attempt, deadline = reader.number(2), reader.number(8)
            names = [reader.string() for _ in range(3)]
            return packed.Job(frames[1], attempt, deadline, *names, reader.body(frames[2:]), len(frames) > 2)
        if len(frames) in (6, 7) and frames[1] == b"":
            return Job(frames[0], *frames[2:6], frames[6] if len(frames) == 7 else None)
        return None

    def take(self, job):
        self.taken += 1
        self.die("taken")
        key, milliseconds, *_ = job.body.split()
        attempt = job.attempt if self.staff.packed else json.loads(job.extra)["attempt"]
        self.journal.write("ran", key.decode(), attempt)
        due = time.monotonic() + int(milliseconds) / 1000
        heapq.heappush(self.open, (due, self.taken, job))
        self.die("working")

    def cancel(self, token):
        """The answer to what was cancelled is worth nothing, but frees the place."""
        for index, (_, number, job) in enumerate(self.open):
            if job.token == token:
                self.open[index] = (0, number, job)
        heapq.heapify(self.open)

    def hear(self, frames):
        self.heard = time.monotonic()
        if frames[0] == HEARTBEAT:
            for notice in frames[1:]:
                token = json.loads(notice).get("cancel")
                if token:
                    self.cancel(bytes.fromhex(token))
            return
        if frames == [RECONNECT]:
            if not self.leaving:
                self.again()
            return
        if frames == [LEAVE]:
            self.left = True
            return
        if frames[0][:4] == packed.head(packed.CANCEL):
            self.cancel(frames[1])
            return
        job = self.read(frames)
        if job:
            self.take(job)
        else:
            self.journal.write("strange", repr(frames).replace(" ", ""))

    def finish(self, job):
        key = job.body.split()[0].decode()
        self.socket.reply(job, b"done %s %s" % (key.encode(), self.staff.name.encode()))
        self.journal.write("replied", key)
        self.die("replied")
        if self.random.random() < self.staff.lies:
            self.lie(job)
        if self.staff.lies:
            self.stale = (self.stale + [job])[-STALE:]

    def lie(self, job):
        """What the router has to see through: none of it may reach a client, or cost another's request."""
        other = self.random.choice(self.stale) if self.stale else job
        held = self.open[0][2] if self.open else job
        lie = self.random.randrange(7)
        if lie == 0:
            self.socket.reply(job, b"lie again")
        elif lie == 1:
            self.socket.reply(other, b"lie stale")
        elif lie == 2 and other.api_id != held.api_id:      # a request may come twice, then this is its answer
            self.socket.send(REPLY, held.token, b"", other.api_id, b"lie mixed")
        elif lie == 3:
            token = bytes(self.random.randrange(256) for _ in range(len(job.token)))
            self.socket.send(REPLY, token, b"", held.api_id, b"lie guessed")
        elif lie == 4:
            self.ready()                # what it holds is lost, or another's
        elif lie == 5:
            self.socket.send(REPLY, held.token, b"", b"no id", b"lie malformed")
        else:
            self.accomplice.send(REPLY, held.token, b"", held.api_id, b"lie of another")

    @property
    def accomplice(self):
        """A worker of another service, which was told the tokens of this one."""
        if not self._accomplice:
            self._accomplice = Worker(self.context, self.staff.endpoint)
            self._accomplice.ready("api.lies", {"capacity": 1})
        return self._accomplice

    def turn(self):
        now = time.monotonic()
        while self.open and self.open[0][0] <= now and not self.holding:
            self.finish(heapq.heappop(self.open)[2])
        if now - self.beaten >= self.staff.interval:
            self.socket.beat()
            self.beaten = now
        if self.staff.liveness and now - self.heard > self.staff.interval * self.staff.liveness:
            self.again()
        until = self.beaten + self.staff.interval
        if self.open and not self.holding:
            until = min(until, self.open[0][0])
        frames = self.socket.poll(max(0.0, until - time.monotonic()) + 0.001)
        while frames is not None:
            self.hear(frames)
            frames = self.socket.poll(0)

    def release(self, *_):
        self.holding = False

    def leave(self, *_):
        """SIGTERM: finish what is held, and end."""
        self.leaving = True

    def run(self):
        said = False
        while not (self.leaving and self.left and not self.open):
            if self.leaving and not said:
                self.socket.leave()
                said = True
            self.turn()
        #   A process that ends waits for nothing that is still on its way
        self.context.destroy(int(scaled(10) * 1000))


def main(staff, folder):
    """What the process does."""
    Worked(staff, folder).run()
