#   ground.py - what every scenario of the fault tests has at hand
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Routers, workers and clients in processes of their own, their journals, and the final check.

Peers are forked by a server that has never had a socket, so that no process holds another's
connections open. All of it is in one session, which the runner kills in the end.
"""

import json
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import time

import zmq

import callers
import staff
from history import History, check
from pace import SLOW, Deadline, scaled, wait_until         # noqa: F401
from peers import LINGER, Client
from processes import LOOPBACK, Process, Router, program    # noqa: F401

#   Whoever is gone is noticed within a heartbeat; nobody is taken for dead because the machine is slow, or
#   as `butler work` beats once a second
SETTINGS = {"router/heartbeat": int(100 * SLOW), "router/liveness": 50, "server/drain": int(10000 * SLOW),
            "client/limit": 10000}


#   A worker's work in shell: the body is "KEY MS ...". Where the worker is killed first, there is none.
SCRIPT = """
read key ms rest
[ "$key" ] || exit 1
echo "ran $key -" >>"$1"
case $ms in 0) ;; *) sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))" ;; esac
echo "replied $key" >>"$1"
printf 'done %s %s' "$key" "$BUTLER_WORKER"
"""


#   Silent intervals after which a worker takes its router for dead, where that is not what is tested
PATIENT = 50

#   Further workers for a request: so many that none meets so many deaths, also where the machine stands still
#   and workers are taken for dead
ENOUGH = 50


class Skip(Exception):
    """The scenario can't run here: the reason."""


class Member:
    """A peer in a process of its own."""

    def __init__(self, name, process):
        self.name = name
        self._process = process

    @property
    def pid(self):
        return self._process.pid

    @property
    def alive(self):
        return self._process.is_alive()

    def signal(self, number):
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass                        # it has just ended

    def kill(self):
        """As a crash does."""
        self._process.kill()
        self._process.join()

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    @property
    def failed(self):
        """It ended by an error of its own."""
        return (self._process.exitcode or 0) > 0

    def wait(self, seconds=30):
        """For its end, by itself; the exit status."""
        self._process.join(scaled(seconds))
        if self._process.is_alive():
            raise AssertionError("%s does not end" % self.name)
        return self._process.exitcode

    def finish(self, seconds=30):
        """Tell it to end when it has nothing more to do, and wait for that."""
        if self.alive:
            self.signal(signal.SIGTERM)
        status = self.wait(seconds)
        if status:
            raise AssertionError("%s ended with %d" % (self.name, status))


class Program(Process):
    """A peer that is a program of the build's; told and stopped as a Member is."""

    def __init__(self, name, path, arguments, folder, env=None, prefix=()):
        super().__init__([*prefix, program(path), *map(str, arguments)], cwd=folder, env=env)
        self.name = name
        self._file = os.path.basename(path)

    @property
    def alive(self):
        return self.status is None

    @property
    def failed(self):
        return (self.status or 0) > 0

    def kill(self):
        self.crash()

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def wait(self, seconds=30):
        return self.finish_program(seconds)

    def pause(self, seconds=40):
        """A client of libbutler finishes what is open, and waits for resume ()."""
        before = len(self.out)
        self.signal(signal.SIGUSR1)
        self.wait_for(lambda out: len(out) > before, self.out, seconds)

    def resume(self):
        self.signal(signal.SIGUSR2)

    finish_program = Process.finish

    def heeds(self, number):
        """Whether it catches that signal, or blocks it to look for it: one that has just begun does not yet. What
        libtool builds is a script first, whose shell blocks signals now and then."""
        try:
            if os.path.basename(os.readlink("/proc/%d/exe" % self.pid)) not in (self._file, "lt-" + self._file):
                return False
            with open("/proc/%d/status" % self.pid) as status:
                masks = [int(line.split()[1], 16) for line in status if line.startswith(("SigBlk:", "SigCgt:"))]
        except OSError:
            return False                # it has just ended, as status will tell
        return any(mask >> (number - 1) & 1 for mask in masks)

    def finish(self, seconds=30):
        wait_until(lambda: not self.alive or self.heeds(signal.SIGTERM), "%s heeds signals" % self.name, 10)
        if self.alive:
            self.signal(signal.SIGTERM)
        status = self.finish_program(seconds)
        if status:
            raise AssertionError("%s ended with %d\n%s" % (self.name, status, self.describe()))


def endpoints(routers, side):
    """Of one router, or several, or an endpoint itself."""
    if not isinstance(routers, (list, tuple)):
        routers = [routers]
    return [getattr(router, side, router) for router in routers]


def netns_inside(*arguments):
    import netns                        # which needs Skip from here
    netns.inside(*arguments)


class Ground:

    def __init__(self, name, seed, folder, long=False, duration=None):
        self.name, self.seed, self.folder = name, seed, folder
        self.long = long                # the long form is wanted
        self.duration = duration        # seconds, where the user says so
        self.random = random.Random("%s %d" % (name, seed))
        self.journals = os.path.join(folder, "journals")
        os.mkdir(self.journals)
        self.context = zmq.Context()
        self.routers = []
        self.members = []
        self.proxies = []               # that stand between them
        self.wires = []                 # see netns.Wire
        self.ports = []                 # sockets that keep them
        self.environment = None         # of programs that are started now
        self.beyond = None              # the wire at whose other end those are who are made now
        self.asked = {}                 # router -> calls of butler.router that it has answered
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["staff", "callers"])
        self._numbers = {}

    # ---- who takes part

    def keep_port(self, endpoint):
        """One for "*" that nobody else is given, also while no router listens there."""
        if not endpoint.endswith(":*"):
            return endpoint
        port = socket.socket()
        self.ports.append(port)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)      # as libzmq does, so that it may bind, too
        port.bind((endpoint[len("tcp://"):-len(":*")], 0))
        return endpoint[:-1] + str(port.getsockname()[1])

    def router(self, settings=None, frontend=LOOPBACK, backend=LOOPBACK):
        """A butlerd that is ready; `settings` by path."""
        router = Router(self.folder, dict(SETTINGS, **(settings or {})), self.keep_port(frontend),
                        self.keep_port(backend), self.environment)
        self.routers.append(router)
        self.asked[router] = 0
        return router

    def again(self, router, settings=None):
        """A new one on an old one's endpoints."""
        return self.router(settings, router.frontend, router.backend)

    def fresh_name(self, kind):
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return "%s%d" % (kind, self._numbers[kind])

    def fork(self, function, told):
        """A peer that runs function (told, folder of the journals); `told` has a name."""
        arguments = (told, self.journals)
        if self.beyond:
            function, arguments = netns_inside, (self.beyond.pid, function) + arguments
        process = self._forks.Process(target=function, args=arguments, daemon=True)
        process.start()
        member = Member(told.name, process)
        member.told = told
        self.members.append(member)
        wait_until(lambda: os.path.exists(self.journal(told.name)), "%s is there" % told.name, 20)
        return member

    def worker(self, router, **options):
        """A raw worker, as staff.Staff has it, which may not be registered yet. `router` has a .backend, or
        is an endpoint."""
        options.setdefault("name", self.fresh_name("w"))
        options.setdefault("interval", 0.1 * SLOW)
        return self.fork(staff.main, staff.Staff(endpoint=getattr(router, "backend", router), **options))

    def workers(self, router, count, **options):
        """Raw workers, every second one packed, that the router knows of when this returns."""
        made = [self.worker(router, packed=number % 2 == 1, **options) for number in range(count)]
        self.wait_registered(router, made)
        return made

    def wait_registered(self, router, members):
        """Until the router knows them, by their names."""
        names = {member.name for member in members}

        def known():
            rows = self.ask(router, "workers")["workers"]
            return names <= {row.get("properties", {}).get("worker") for row in rows}
        wait_until(known, "the workers are registered", 20)

    def client(self, router, **options):
        """A raw client, as callers.Caller has it. `router` has a .frontend, or is an endpoint."""
        options.setdefault("name", self.fresh_name("c"))
        options.setdefault("seed", self.seed)
        options.setdefault("expires", scaled(20))
        options.setdefault("patience", scaled(10))
        return self.fork(callers.main, callers.Caller(endpoint=getattr(router, "frontend", router), **options))

    def clients(self, router, count, **options):
        """Raw clients, every second one packed."""
        return [self.client(router, packed=number % 2 == 1, **options) for number in range(count)]

    def start(self, name, path, *arguments):
        """A built program that runs beside."""
        member = Program(name, path, arguments, self.folder, self.environment,
                         self.beyond.prefix if self.beyond else ())
        self.members.append(member)
        return member

    def start_journal(self, name, path, *arguments):
        """One that keeps a journal, which is there when it heeds signals."""
        member = self.start(name, path, *arguments)
        wait_until(lambda: os.path.exists(self.journal(name)), "%s is there" % name, 20)
        return member

    def journal(self, name):
        return os.path.join(self.journals, name)

    def library_worker(self, routers, name=None, service="api.test", threads=4, capacity=8, retry=0,
                       interval=None, liveness=PATIENT, wait=True):
        """A worker on libbutler: faults_worker.c. `interval`: ms between heartbeats; `liveness`: silent ones
        after which it takes a router for dead. `wait`: until it heeds signals."""
        name = name or self.fresh_name("lw")
        start = self.start_journal if wait else self.start
        return start(name, "tests/faults/faults_worker", self.journal(name), name, service, threads, capacity,
                     retry, interval or int(100 * SLOW), liveness, *endpoints(routers, "backend"))

    def library_client(self, routers, name=None, service="api.test", requests=0, window=8, work=2, timeout=None,
                       every=0, journal=True):
        """A client on libbutler, which packs when it may: faults_client.c. `every`: one of so many requests is
        cancelled."""
        name = name or self.fresh_name("lc")
        start = self.start_journal if journal else self.start
        return start(name, "tests/faults/faults_client", self.journal(name) if journal else "-", name, service,
                     requests, window, work, int(timeout or scaled(30)) * 1000, every,
                     *endpoints(routers, "frontend"))

    def command_worker(self, routers, name=None, service="api.test", jobs=4):
        """`butler work` with a shell script that does as all our workers."""
        name = name or self.fresh_name("bw")
        script = os.path.join(self.folder, "work.sh")
        if not os.path.exists(script):
            with open(script, "w") as file:
                file.write(SCRIPT)
        told = [word for endpoint in endpoints(routers, "backend") for word in ("-e", endpoint)]
        return self.start(name, "butler", "work", *told, "-n", name, "-j", jobs, service, "--",
                          "sh", script, self.journal(name))

    def all_workers(self, router, **options):
        """One of each kind, registered when this returns."""
        made = [self.worker(router, **options), self.worker(router, packed=True, **options),
                self.library_worker(router), self.command_worker(router)]
        self.wait_registered(router, made)
        return made

    def all_clients(self, router, **options):
        """One of each kind."""
        own = {key: options[key] for key in ("requests", "window", "service") if key in options}
        return self.clients(router, 2, **options) + [self.library_client(router, **own)]

    # ---- what the router says

    def ask(self, router, method, /, **arguments):
        """A call of butler.router."""
        client = Client(self.context, router.frontend)
        try:
            result = client.call("butler.router", method, **arguments)
            self.asked[router] += 1
            return result
        finally:
            client.close()

    def count_workers(self, router, service=""):
        return self.ask(router, "workers", service=service)["total"]

    def stats(self, router):
        return self.ask(router, "stats")

    def wait_stat(self, router, name, least, seconds=20):
        wait_until(lambda: self.stats(router)[name] >= least, "%s is %d" % (name, least), seconds)

    def wait_settled(self, router):
        """Until nothing waits or runs: what the router has counted then."""
        def settled():
            now = self.stats(router)
            return None if now["waiting"] or now["running"] else now
        return wait_until(settled, "nothing waits or runs", 30)

    def wait_end(self, end):
        """Until some client's journal tells of a request that ended so."""
        def told():
            history = History()
            history.read_folder(self.journals)
            return history.count()[end]
        wait_until(told, "a request ends with %s" % end, 20)

    # ---- time

    def sleep(self, shortest, longest=None):
        """A while that the seed chooses: for faults to come at any time, never for things to be ready."""
        time.sleep(self.random.uniform(shortest, longest or shortest))

    # ---- the end

    def finish(self, policy, router=None, clients=()):
        """Clients send no more and wait for what is open; then all is checked. Without a router its counters
        are not looked at."""
        for client in clients:
            if client.name not in policy.dead:
                client.finish(callers.Caller.expires + callers.Caller.patience + 10)
        stats, asked = None, 0
        if router:
            stats, asked = self.wait_settled(router), self.asked[router]
        history = History()
        history.read_folder(self.journals)
        counts = history.count()
        print("%d requests: %s; %d runs" % (
            len(history.sent), ", ".join("%d %s" % (counts[end], end) for end in sorted(counts, key=str)),
            sum(len(runs) for runs in history.runs.values())))
        faults = check(history, policy, stats, asked)
        if faults:
            raise AssertionError("\n".join(["%d faults:" % len(faults)] + faults[:30])
                                 + ("\n" + json.dumps(stats) if stats else ""))
        return history, stats

    def dismiss(self):
        """All programs that still run end in an orderly way: a sanitizer has its say then."""
        for member in self.members:
            if isinstance(member, Program) and member.alive:
                member.finish()
            if member.failed:
                raise AssertionError("%s failed" % member.name)
        for router in self.routers:
            if router.status is None:
                router.stop()
            elif router.status not in (0, -signal.SIGKILL):
                raise AssertionError("a router ended with %d" % router.status)

    def describe(self):
        """What the programs said, for a failed scenario."""
        return "\n".join(process.describe() for process in self.routers + self.members
                         if isinstance(process, Process) and (process.log or process.status))

    def close(self):
        for member in self.members + self.routers:
            try:
                (member.crash if isinstance(member, Process) else member.kill)()
            except (OSError, subprocess.SubprocessError):
                pass
        for one in self.proxies + self.wires + self.ports:
            one.close()
        self.context.destroy(LINGER)
