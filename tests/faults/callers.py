#   callers.py - a raw client for the fault tests, which runs in a process of its own
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Written from PROTOCOL.md on peers.py and packed.py.

It keeps a window of requests open, each with a key and a body "KEY MS padding", and writes down what
comes of each. All that it chooses, it chooses by its seed.
"""

import dataclasses
import random
import signal
import time

import zmq

import packed
from journal import Journal
from pace import Deadline
from peers import Client

ERRORS = (b"404", b"500", b"502", b"503", b"504")
LONG = 0.25                             # seconds, for a turn that waits for 10 ms


@dataclasses.dataclass
class Caller:
    """What a client is told."""
    name: str
    endpoint: str
    service: str = "api.test"
    requests: int = 0                   # in all; 0: until SIGTERM
    window: int = 8                     # open at a time
    rate: float = 0                     # requests a second; 0: as soon as there is room in the window
    packed: bool = False
    work: tuple = (0, 10)               # ms that a request takes, between
    size: tuple = (0, 100)              # bytes of padding, between
    expires: float = 20.0               # seconds
    patience: float = 10.0              # seconds that it waits beyond that: its own timeout
    cancels: float = 0.0                # the share that it cancels some time after sending
    reads_after: float = 0.0            # seconds for which it reads nothing, at the start, nor before all is sent
    insists: bool = False               # connects anew until the router answers
    routing_id: bytes = None
    seed: int = 0


class Calling:

    def __init__(self, caller, folder):
        self.caller = caller
        self.stopping = False
        signal.signal(signal.SIGTERM, self.stop)
        self.journal = Journal(folder, caller.name)
        self.random = random.Random("%s %d" % (caller.name, caller.seed))
        self.context = zmq.Context()
        self.open = {}                  # key -> when it gives up
        self.cancel_at = []             # [(time, key)]
        self.fences = {}                # api:id of a probe -> key that was cancelled before
        self.number = 0
        self.client = self.connect()
        self.next_at = self.looked = time.monotonic()

    def connect(self):
        """Packed ones ask first as frames, whether they may: here to be sure that they are heard."""
        kind = packed.PackedClient if self.caller.packed else Client
        while True:
            client = kind(self.context, self.caller.endpoint, self.caller.routing_id)
            if not self.caller.insists or self.is_heard(client):
                return client
            client.close()

    def is_heard(self, client):
        client.send(b"", b"1.0:probe", b"mmi.butler.router", b"+1000", b"")
        deadline = Deadline(0.5)
        while not deadline.over:
            frames = client.poll(deadline.left)
            if frames and frames[1:2] == [b"1.0:probe"]:
                return True
            if frames:
                self.hear(frames)
        return False

    # ---- sending

    def send(self, now):
        self.number += 1
        key = "%s-%d" % (self.caller.name, self.number)
        body = b"%s %d %s" % (key.encode(), self.random.randint(*self.caller.work),
                              b"x" * self.random.randint(*self.caller.size))
        milliseconds = int(self.caller.expires * 1000)
        expiration = packed.RELATIVE | milliseconds if self.caller.packed else b"+%d" % milliseconds
        self.journal.write("sent", key)
        self.open[key] = now + self.caller.expires + self.caller.patience
        self.client.request(self.caller.service, body, b"1.0:" + key.encode(), expiration)
        if self.random.random() < self.caller.cancels:
            self.cancel_at.append((now + self.random.uniform(0, 0.05), key))
        if self.caller.rate:
            self.next_at += 1 / self.caller.rate

    def cancel(self, key):
        if key not in self.open:
            return
        self.journal.write("cancel", key)
        self.client.cancel(b"1.0:" + key.encode())
        fence = b"1.0:fence-" + key.encode()
        self.fences[fence] = key
        self.client.request(b"mmi.butler.router", b"", fence)

    # ---- receiving

    def end(self, key, word, *rest):
        self.journal.write(word, key, *rest)
        self.open.pop(key, None)

    def answer(self, api_id, response):
        key = api_id.split(b":", 1)[1].decode()
        if not key.startswith(self.caller.name + "-"):
            self.journal.write("inherited", key)
            return
        if response[:4] == b"done":
            if response.split()[1].decode() != key:
                self.end(key, "wrong", response.decode())
                return
            self.end(key, "got", "answered")
        elif response[:3] in ERRORS:
            self.end(key, "got", response[:3].decode())
        else:
            self.end(key, "wrong", repr(response[:100]))

    def fenced(self, api_id):
        """All answers to what was sent before the probe have come."""
        key = self.fences.pop(api_id, None)
        if key in self.open:
            self.end(key, "cancelled")

    def hear(self, frames):
        if frames[0][:4] == packed.head(packed.REPLY):
            reader = packed.Reader(frames[0], packed.REPLY)
            self.answer(reader.string(), reader.body(frames[1:]))
        elif frames[0][:4] == packed.head(packed.DISCOVERY):
            self.fenced(packed.Reader(frames[0], packed.DISCOVERY).string())
        elif len(frames) == 4 and frames[0] == b"":
            self.fenced(frames[1])
        elif len(frames) == 3 and frames[0] == b"":
            self.answer(frames[1], frames[2])
        else:
            self.journal.write("strange", repr(frames).replace(" ", ""))

    # ---- the loop

    @property
    def may_send(self):
        return not self.stopping and (not self.caller.requests or self.number < self.caller.requests)

    def fill(self, now):
        while self.may_send and len(self.open) < self.caller.window and now >= self.next_at:
            if not self.client.socket.poll(0, zmq.POLLOUT):
                return
            self.send(now)

    def look_at_clock(self, now):
        due = [key for at, key in self.cancel_at if at <= now]
        self.cancel_at = [(at, key) for at, key in self.cancel_at if at > now]
        for key in due:
            self.cancel(key)
        for key in [key for key, until in self.open.items() if until <= now]:
            self.end(key, "timeout")

    def forgive(self, pause):
        """For how long it stood still itself, nobody could answer it: that is not its patience's."""
        if pause > LONG:
            self.open = {key: until + pause for key, until in self.open.items()}

    def stop(self, *_):
        self.stopping = True

    def run(self):
        silent_until = time.monotonic() + self.caller.reads_after
        while self.may_send or self.open or self.fences:
            now = time.monotonic()
            self.forgive(now - self.looked)
            self.fill(now)
            self.looked = time.monotonic()      # what is sent to nobody who reads may take long
            self.look_at_clock(now)
            if now < silent_until or self.caller.reads_after and self.may_send:
                time.sleep(0.01)
                continue
            frames = self.client.poll(0.01)
            while frames is not None:
                self.hear(frames)
                frames = self.client.poll(0)
            if not self.open and not self.may_send:
                self.fences = {}        # nobody waits for their answers
        self.journal_late()

    def journal_late(self):
        """Answers that come after the last are seconds, or nobody's."""
        frames = self.client.poll(0.05)
        while frames is not None:
            self.hear(frames)
            frames = self.client.poll(0.05)
        self.client.close()


def main(caller, folder):
    """What the process does."""
    Calling(caller, folder).run()
