#   soak.py - random faults in rounds, for as long as one asks, and a look at what grows
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Two routers, workers and clients that stay for all of it, and others that come and go.

In a round everything happens that the seed chooses; then those who come and go are gone, the rest is
quiet, the round's history is checked and forgotten, and memory, descriptors and threads of those who
stay are taken down. They must be the same at the end as after the first tenth, or the first round. The second router
crashes now and then; of the routers the first one is looked at.
"""

import os
import random
import signal
import time

from ground import scaled, wait_until
from history import History, Policy, check
from pace import Deadline

ROUND = 20.0                # seconds; less where there would be fewer than three
ROUND_LEAST = 2.0
WARM = 0.1                  # of the time, before what is taken down counts
GROWTH = 1.05               # of memory, and so much more
GROWTH_BYTES = 3 << 20
ROUNDS = 8                  # with fewer memory has not had its peak yet
RETRY = 3


def look_at(pid):
    """(bytes of memory, descriptors, threads) of a process."""
    with open("/proc/%d/statm" % pid) as statm:
        memory = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return memory, len(os.listdir("/proc/%d/fd" % pid)), len(os.listdir("/proc/%d/task" % pid))


def is_sanitized(pid):
    """Sanitizers keep freed memory for a while."""
    with open("/proc/%d/maps" % pid) as maps:
        return any("asan" in line or "tsan" in line for line in maps)


class Round:
    """Some seconds of faults, from a seed of their own."""

    def __init__(self, soak, number):
        self.soak, self.ground = soak, soak.ground
        self.random = random.Random("%s %d round %d" % (self.ground.name, self.ground.seed, number))
        self.workers, self.clients = [], []
        self.dead = []                      # clients
        self.exposed = [soak.callers[1].name]       # clients of the router that crashes
        self.later = []                     # (when, what to do)
        self.count = 0

    def after(self, seconds, action):
        self.later.append((time.monotonic() + seconds, action))

    # ---- what may happen

    def hire(self):
        router = self.random.choice(self.soak.routers)
        kind = self.random.random()
        if kind < 0.6:
            fate = None
            if self.random.random() < 0.3:
                fate = (self.random.choice(("taken", "working", "replied")), self.random.randint(1, 40))
            worker = self.ground.worker(router.backend, packed=self.random.random() < 0.5, fate=fate,
                                        properties={"capacity": self.random.randint(1, 8)})
        elif kind < 0.85:
            worker = self.ground.library_worker(router.backend, threads=self.random.randint(1, 4), retry=RETRY,
                                                liveness=3)
        else:
            worker = self.ground.command_worker(router)
        self.workers.append(worker)

    def call(self):
        router = self.random.choice(self.soak.routers)
        packed = self.random.random() < 0.5
        client = self.ground.client(
            router.frontend, packed=packed, work=(0, self.random.choice((2, 20, 100))),
            window=self.random.choice((1, 10, 60)), cancels=self.random.choice((0, 0.1)),
            size=self.random.choice(((0, 100), (0, 20000))), expires=scaled(5), patience=scaled(2))
        self.clients.append(client)
        if router is self.soak.routers[1]:
            self.exposed.append(client.name)

    def pick(self, group):
        living = [member for member in group if member.alive]
        return self.random.choice(living) if living else None

    def kill_worker(self):
        worker = self.pick(self.workers)
        if worker:
            worker.kill()

    def dismiss_worker(self):
        """In an orderly way."""
        worker = self.pick(self.workers)
        if worker:
            worker.signal(signal.SIGTERM)

    def freeze(self, group, longest):
        member = self.pick(group)
        if member:
            member.freeze()
            self.after(self.random.uniform(0.05, longest), lambda: member.alive and member.thaw())

    def kill_client(self):
        client = self.pick(self.clients)
        if client:
            client.kill()
            self.dead.append(client.name)

    def freeze_router(self):
        router = self.random.choice(self.soak.routers)
        router.signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0.05, 1))
        router.signal(signal.SIGCONT)

    def reload_router(self):
        self.random.choice(self.soak.routers).signal(signal.SIGHUP)

    def kill_router(self):
        self.soak.kill_second(self.random.uniform(0, 0.3))

    def act(self):
        chosen = self.random.random()
        for share, action in ((0.20, self.kill_worker), (0.10, self.dismiss_worker),
                              (0.10, lambda: self.freeze(self.workers, 2)), (0.10, self.kill_client),
                              (0.10, lambda: self.freeze(self.clients, 2)), (0.05, self.freeze_router),
                              (0.05, self.reload_router), (0.03, self.kill_router),
                              (0.03, lambda: self.freeze(self.soak.staying, 0.5))):
            if chosen < share:
                action()
                self.count += 1
                return
            chosen -= share

    # ---- how it goes

    def refill(self):
        """As many as a round has, of those who come and go."""
        self.workers = [worker for worker in self.workers if worker.alive]
        self.clients = [client for client in self.clients if client.alive]
        while len(self.workers) < 6:
            self.hire()
        while len(self.clients) < 4:
            self.call()

    def thaw_due(self, all_of_them=False):
        now = time.monotonic()
        for when, action in self.later:
            if all_of_them or when <= now:
                action()
        self.later = [] if all_of_them else [(when, action) for when, action in self.later if when > now]

    def run(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.refill()
            self.act()
            self.thaw_due()
            time.sleep(self.random.uniform(0.02, 0.25))
        self.thaw_due(True)

    def end(self):
        """All who come and go are gone."""
        for client in self.clients:
            if client.alive:
                client.finish(30)
        for client in self.soak.callers:
            client.pause()
        for worker in self.workers:
            worker.kill()
        for member in self.workers + self.clients:
            if member in self.ground.members:
                self.ground.members.remove(member)


class Soak:

    def __init__(self, ground, say=print):
        self.ground, self.say = ground, say
        settings = {"service/retry": RETRY, "service/unknown": "queue", "router/liveness": 15,
                    "client/limit": 1000}
        self.settings = settings
        self.routers = [ground.router(settings), ground.router(settings)]
        self.workers = [ground.library_worker([router.backend for router in self.routers], retry=RETRY,
                                              liveness=3)]
        self.workers.append(ground.command_worker(self.routers[0]))
        first, second = (router.frontend for router in self.routers)
        #   Several that stand still, one after the other, may have a request
        self.callers = [ground.library_client(first, timeout=scaled(10)),
                        ground.library_client([second, first], timeout=scaled(10))]
        self.staying = self.workers + self.callers
        self.seen = []                      # (seconds, {name: (memory, descriptors, threads)})
        self.past = set()                   # keys of the round before
        self.sent = self.faults = 0

    def kill_second(self, pause):
        """The second router crashes, and another comes; the first lives on, and is looked at."""
        old = self.routers[1]
        old.crash()
        time.sleep(pause)
        self.ground.routers.remove(old)
        self.routers[1] = self.ground.again(old, self.settings)

    def check(self, this):
        """What the second router had when it crashed is lost with it."""
        policy = Policy(retry=RETRY, outcomes=("answered", "502", "504"), dead=tuple(this.dead),
                        lenient={name: ("timeout",) for name in this.exposed})
        stats = [self.ground.wait_settled(router) for router in self.routers]
        history = History()
        history.read_folder(self.ground.journals)
        #   A command may outlive its `butler work`, and write down what it does when that has been forgotten
        for key in self.past.intersection(history.runs).difference(history.sent):
            del history.runs[key]
        self.past = set(history.sent)
        self.sent += len(history.sent)
        faults = check(history, policy, stats[0]) + check(History(), policy, stats[1])
        if faults:
            raise AssertionError("\n".join(faults[:30]))
        counts = history.count()
        return ", ".join("%d %s" % (counts[end], end or "open") for end in sorted(counts, key=str))

    def forget(self):
        """The journals of those who are gone, and what stands in the others."""
        names = {member.name for member in self.staying}
        for name in os.listdir(self.ground.journals):
            if name in names:
                os.truncate(self.ground.journal(name), 0)
            else:
                os.remove(self.ground.journal(name))

    def is_quiet(self, looks, before):
        """Nobody's descriptors or threads change, and nobody has more of them than a round ago."""
        least = self.seen[-1][1] if self.seen else looks
        return before and all(looks[name][1:] == before[name][1:] and looks[name][1] <= least[name][1]
                              and looks[name][2] <= least[name][2] for name in looks)

    def take_down(self, started):
        """When all connections of those who are gone are closed, and those of who stays are there again."""
        for router, count in zip(self.routers, (len(self.workers), 1)):
            wait_until(lambda router=router, count=count: self.ground.count_workers(router) == count,
                       "only those who stay are left", 30)
        deadline = Deadline(5)
        looks = before = None
        while not (looks and self.is_quiet(looks, before)) and not deadline.over:
            before, looks = looks, {name: look_at(pid) for name, pid in self.watched()}
            time.sleep(0.2)
        self.seen.append((time.monotonic() - started, looks))

    def watched(self):
        return [("router", self.routers[0].pid)] + [(member.name, member.pid) for member in self.staying]

    def tell(self, number, counts, faults):
        seconds, looks = self.seen[-1]
        self.say("round %d, %d s: %s; %d faults; %s" % (number, seconds, counts, faults, ", ".join(
            "%s %.1f MiB %d fd %d threads" % (name, memory / 2**20, descriptors, threads)
            for name, (memory, descriptors, threads) in looks.items())))

    def round(self, number, seconds, started):
        this = Round(self, number)
        this.run(seconds)
        this.end()
        counts = self.check(this)
        self.forget()
        self.take_down(started)
        self.faults += this.count
        self.tell(number, counts, this.count)
        for client in self.callers:
            client.resume()

    def run(self, seconds):
        started, number = time.monotonic(), 0
        #   Growth is between two looks
        while number < 2 or time.monotonic() - started < seconds:
            number += 1
            self.round(number, max(ROUND_LEAST, min(ROUND, seconds / 3)), started)
        self.say("%d rounds, %d requests, %d faults" % (number, self.sent, self.faults))

    def check_growth(self):
        """What was after the first tenth, and what is now."""
        total = self.seen[-1][0]
        warm = next(looks for seconds, looks in self.seen if seconds >= min(WARM * total, 600))
        last = self.seen[-1][1]
        grown = []
        for name, pid in self.watched():
            (memory, descriptors, threads), (memory_now, descriptors_now, threads_now) = warm[name], last[name]
            self.say("%s: %.1f -> %.1f MiB, %d -> %d descriptors, %d -> %d threads" % (
                name, memory / 2**20, memory_now / 2**20, descriptors, descriptors_now, threads, threads_now))
            if len(self.seen) >= ROUNDS and not is_sanitized(pid) and memory_now > memory * GROWTH + GROWTH_BYTES:
                grown.append("%s: memory" % name)
            if descriptors_now > descriptors + 2 or threads_now > threads:
                grown.append("%s: descriptors or threads" % name)
        if grown:
            raise AssertionError("grown have: %s" % "; ".join(grown))

    def end(self):
        for member in self.callers + self.workers:
            member.finish()
        for router in self.routers:
            router.stop()


def soak(ground, seconds, say=print):
    this = Soak(ground, say)
    this.run(seconds)
    this.check_growth()
    this.end()
