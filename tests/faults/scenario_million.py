#   scenario_million.py - very many requests, and a worker killed every 100 ms
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Here what came of each request is counted by those who send and work, since a journal would be too long."""

import json
import os
import time

from ground import wait_until
from history import check_sum
from scenarios import scenario

WORKERS = 4
CLIENTS = 2
EVERY = 0.1                 # seconds between deaths


def expect(condition, text, *values):
    if not condition:
        raise AssertionError(text % values)


def count_runs(ground, names, each):
    """How often each request ran: {name: bytearray}."""
    runs = {name: bytearray(each) for name in names}
    for journal in os.listdir(ground.journals):
        with open(ground.journal(journal), "rb") as lines:
            for line in lines:
                if line.startswith(b"ran ") and line.endswith(b"\n"):
                    name, number = line.split()[1].decode().rsplit("-", 1)
                    runs[name][int(number)] += 1
    return runs


def has_worked(ground, worker):
    try:
        return os.path.getsize(ground.journal(worker.name)) > 0
    except FileNotFoundError:
        return False


def kill_on(ground, workers, hire, loads):
    """One of the workers, every 100 ms, until no request is open; the next comes at once. How many died."""
    deaths, due = 0, time.monotonic()
    while any(load.alive and not load.out for load in loads):
        due = max(due + EVERY, time.monotonic())
        time.sleep(max(0, due - time.monotonic()))
        index = ground.random.randrange(len(workers))
        #   Where programs take long to start, there has to be one that works
        if not any(has_worked(ground, worker) for worker in workers if worker is not workers[index]):
            continue
        workers[index].kill()
        workers[index] = hire()
        deaths += 1
    return deaths


def million(ground, retry):
    total = 1000000 if ground.long else 100000
    each = total // CLIENTS
    router = ground.router({"service/retry": retry, "client/limit": 1000})

    def hire():
        return ground.library_worker(router, threads=1, capacity=32, wait=False)
    workers = [hire() for _ in range(WORKERS)]
    wait_until(lambda: ground.count_workers(router) == WORKERS, "the workers are registered", 20)
    names, told, deaths = [], [], 0
    #   Once, or again where this test stood still meanwhile and hit nobody
    for _ in range(5):
        fresh = ["m%d" % (len(names) + number) for number in range(CLIENTS)]
        loads = [ground.start(name, "tests/faults/faults_load", router.frontend, name, "api.test", each, 200, 90000)
                 for name in fresh]
        deaths += kill_on(ground, workers, hire, loads)
        for load in loads:
            expect(load.wait() == 0, "%s failed", load.name)
            told.append(json.loads(load.out[-1]))
        names += fresh
        if ground.stats(router)["retried" if retry else "lost"]:
            break
    for worker in workers:
        worker.kill()
    check_million(ground, router, retry, each, names, told, deaths)


def check_million(ground, router, retry, each, names, told, deaths):
    stats = ground.stats(router)
    runs = count_runs(ground, names, each)
    answered = sum(one["answered"] for one in told)
    lost = sum(one.get("502", 0) for one in told)
    ran = [sum(count >= times for counts in runs.values() for count in counts) for times in range(1, retry + 3)]
    print("%d requests, %d workers killed, %.1f s: %d answered, %d lost; ran once %d, again %s" % (
        each * len(names), deaths, max(one["ms"] for one in told) / 1000, answered, lost, ran[0], ran[1:]))
    print("retried %d, bounced %d" % (stats["retried"], stats["bounced"]))
    for one in told:
        for bad in ("hung", "twice", "strange", "wrong", "404", "500", "503", "504"):
            expect(not one.get(bad), "%d requests: %s", one.get(bad), bad)
    expect(answered + lost == each * len(names), "%d requests have an outcome", answered + lost)
    expect(not retry or not lost, "%d requests are lost that may be given again", lost)
    expect(ran[-1] == 0, "%d requests ran more often than %d times", ran[-1], retry + 1)
    expect(ran[0] >= answered, "only %d ran", ran[0])
    for fault in check_sum(stats):
        raise AssertionError(fault)
    expect(stats["answered"] == answered + ground.asked[router], "the router counted %d answers", stats["answered"])
    expect(stats["lost"] == lost, "the router counted %d as lost", stats["lost"])
    expect(deaths, "no worker died while there was work")
    expect(stats["retried"] if retry else lost, "no worker that died had a request")


@scenario("Very many requests, a worker killed every 100 ms, retry = 5: every one is answered, none twice", 60, 1200)
def million_with_retry(ground):
    million(ground, 5)


@scenario("The same without retry: answered or 502, and none hangs", 60, 1200)
def million_without_retry(ground):
    million(ground, 0)
