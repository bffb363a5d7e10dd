#   running.py - starts a broker and its load for bench/compare, and stops them
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""One run of one peer: everything in it is started anew, on ports that are free."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

NATS = 'listen: "127.0.0.1:%d"\nmax_pending: 512MB\nwrite_deadline: "10s"\n'
START, END, CROWD = 10, 20, 120     # seconds that a broker, a client and a crowd may take
GONE = 10 ** 6                      # ms: a worker lives longer than its run


class Failed(Exception):
    """Why a run came to nothing."""


def free_ports(count):
    """Ports that were free just now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def cpu_seconds(pid):
    """What a process has used, by its CPU clock."""
    return time.clock_gettime(~pid << 3 | 2)


def zpl(settings):
    """Settings by path as butlerd's configuration."""
    sections = {}
    for path, value in settings.items():
        section, key = path.split("/")
        sections.setdefault(section, []).append("    %s = %s\n" % (key, value))
    return "".join(section + "\n" + "".join(lines) for section, lines in sections.items())


class Run:
    """A broker, and what is run against it; all of it ends with the run."""

    def __init__(self, programs, peer):
        self.programs, self.peer = programs, peer
        self.started = []
        self.broker = None
        self.front = self.back = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="butler-bench-")
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            process.terminate()
        for process in reversed(self.started):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        shutil.rmtree(self.folder, True)

    def start(self, name, *arguments):
        """A program beside the others."""
        process = subprocess.Popen([self.programs[name], *map(str, arguments)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder)
        self.started.append(process)
        return process

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start_broker(self):
        """The broker, when it listens. Somebody else may have taken a port meanwhile: then again."""
        for _ in range(2):
            with contextlib.suppress(Failed):
                return self.start_broker_at(free_ports(2))
        return self.start_broker_at(free_ports(2))

    def start_broker_at(self, ports):
        """The broker, when it listens at these ports."""
        self.front, self.back = ("tcp://127.0.0.1:%d" % port for port in ports)
        kind = self.peer.broker
        secured = self.peer.changes.get("secured") and self.make_keys()
        if kind in ("loop", "proxy"):
            self.broker = self.start("broker", kind, "-e", self.front, "-K", self.back,
                                     *(["--key", "router_secret"] if secured else []))
        elif kind == "nats":
            self.broker = self.start("nats-server", "-c", self.write("nats.conf", NATS % ports[0]))
            self.front = self.back = "nats://127.0.0.1:%d" % ports[0]
        elif kind == "gearmand":
            self.broker = self.start("gearmand", "-L", "127.0.0.1", "-p", ports[0], "--threads=1", "-l", "none")
            self.front = self.back = "127.0.0.1:%d" % ports[0]
        else:
            settings = {"log/level": "error", "frontend/bind": self.front, "backend/bind": self.back}
            if secured:
                settings.update({"auth/certificate": "router_secret", "auth/certificates": "clients"})
            settings.update(self.peer.changes.get("settings", {}))
            self.broker = self.start(kind, "-c", self.write("butler.cfg", zpl(settings)))
        self.await_port(ports[0])

    def make_keys(self):
        """Keys of the router, and of those who may come in, where the run's programs find them."""
        os.makedirs(os.path.join(self.folder, "clients"), exist_ok=True)
        for arguments in (["router"], ["bench", "--router", "router"]):
            if not os.path.exists(os.path.join(self.folder, arguments[0])):
                subprocess.run([self.programs["butler"], "keygen", *arguments], cwd=self.folder, check=True,
                               stdout=subprocess.DEVNULL)
        shutil.copy(os.path.join(self.folder, "bench"), os.path.join(self.folder, "clients"))
        return True

    def key_options(self):
        return ["--key", "bench_secret"] if self.peer.changes.get("secured") else []

    def await_port(self, port):
        until = time.monotonic() + START
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            if time.monotonic() > until or self.broker.poll() is not None:
                raise Failed("the broker did not start")
            time.sleep(0.01)

    def measure(self, arguments, seconds):
        """The last line of JSON that a client prints."""
        process = self.start(*arguments)
        try:
            out, _ = process.communicate(timeout=seconds + END)
        except subprocess.TimeoutExpired:
            raise Failed("the client did not end") from None
        lines = [line for line in out.splitlines() if line.startswith("{")]
        if process.returncode or not lines:
            raise Failed("the client failed: no answers")
        return json.loads(lines[-1])

    def ready(self, process):
        """The first line of a crowd's program, which says that all of it is there."""
        line = process.stdout.readline()
        if not line.startswith("{"):
            raise Failed("there is no crowd")
        return json.loads(line)


def crowd_commands(kind, run):
    """The programs of a crowd; two for 10,000, since each socket takes two descriptors."""
    common = ["-P", run.broker.pid, "-t", GONE]
    idle = ["idle", "-e", run.back, "-k", 5000, "-C", 1, "-s", "bench.idle", *common]
    if kind == "workers":
        return [[*idle, "-B", 0]] * 2
    if kind == "services":
        return [[*idle, "-B", 0, "--each"]] * 2
    if kind == "beats":
        return [idle] * 2
    if kind == "clients":
        return [["connect", "-e", run.front, "-c", 5000, *common]] * 2
    if kind == "requests":
        return [["queue", "-e", run.front, "-s", "bench.nobody", "-c", 100, "-n", 100000, "-d", 3600, *common]]
    raise ValueError(kind)


def gather(run, kind):
    """Starts a crowd; what each of it makes the broker's memory grow by."""
    before, last, count = None, 0, 0
    for command in crowd_commands(kind, run):
        said = run.ready(run.start("load", *command))
        before = said["rss_before_kib"] if before is None else before
        last, count = said["rss_kib"], count + said["count"]
        if said.get("silent") or said.get("answered"):
            raise Failed("the crowd is not what it should be: %s" % said)
    return {"crowd": kind, "count": count, "bytes_each": round((last - before) * 1024 / count)}


def run_beats(run, seconds):
    """What heartbeats cost, as a share of one CPU."""
    time.sleep(1.5)
    begun, used = time.monotonic(), cpu_seconds(run.broker.pid)
    time.sleep(seconds)
    used = cpu_seconds(run.broker.pid) - used
    return {"share": round(used / (time.monotonic() - begun), 5), "errors": 0, "lost": 0}


def run_process(run, work, seconds):
    """All in one process, by the transport that the peer's broker names."""
    transport = run.peer.broker
    names = {"tcp": ("tcp://127.0.0.1:*",) * 2}.get(transport, [transport + "://front", transport + "://back"])
    return run.measure([*run.peer.client, "-e", names[0], "-K", names[1], "-w", work.window, "-b", work.body,
                        "-t", int(seconds * 1000)], seconds)


def run_once(programs, peer, work, seconds):
    """One run; what it measured, or {"failed": why}."""
    changes = {key: value for key, value in peer.changes.items() if key not in ("settings", "secured")}
    work = work._replace(**changes)
    try:
        with Run(programs, peer) as run:
            if not peer.worker and not peer.crowd:
                return run_process(run, work, seconds)
            run.start_broker()
            if peer.worker:
                run.start(peer.worker[0], "worker", *peer.worker[1:], *run.key_options(), "-e", run.back, "-k", work.workers, "-t", GONE)
            extra = gather(run, peer.crowd) if peer.crowd else {}
            if not peer.client:
                return {**extra, **run_beats(run, seconds)}
            said = run.measure([peer.client[0], "client", *peer.client[1:], *run.key_options(), "-e", run.front, "-c", work.clients,
                                "-w", work.window, "-b", work.body, "-t", int(seconds * 1000),
                                "-P", run.broker.pid], seconds)
            return {**extra, **said}
    except Failed as failed:
        return {"failed": str(failed)}
