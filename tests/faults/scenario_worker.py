#   scenario_worker.py - workers die, at every point of a request's life
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

import time

from ground import ENOUGH, wait_until
from history import Policy
from scenarios import scenario


def lossy(retry, most=None):
    """Without retry what a worker held is lost with it; with it everything is answered."""
    return Policy(exact=True, retry=retry, outcomes=("answered",) if retry else ("answered", "502"),
                  most={} if most is None else {"502": most})


def supervise(ground, workers, hire, clients, pause=0.02):
    """Whoever died is replaced, until the clients are done."""
    deaths = 0
    while any(client.alive for client in clients):
        for index, worker in enumerate(workers):
            if not worker.alive:
                workers[index] = hire()
                deaths += 1
        time.sleep(pause)
    for client in clients:
        client.finish()
    return deaths


@scenario("A worker is killed that has nothing to do: its service goes on")
def worker_killed_idle(ground):
    retry = ground.random.choice((0, 1))
    router = ground.router({"service/retry": retry})
    ground.workers(router, 2)
    for _ in range(3):
        ground.workers(router, 1)[0].kill()     # it is next in turn
        for client in ground.clients(router, 2, requests=20):
            client.wait()
    #   What was sent before the system told of its end is lost with it
    ground.finish(lossy(retry, 12), router)


@scenario("A worker is killed that was given requests and has not read them")
def worker_killed_before_taking(ground):
    retry = ground.random.choice((0, 1))
    router = ground.router({"service/retry": retry, "router/liveness": 100})
    victim, = ground.workers(router, 1)
    victim.freeze()
    clients = ground.all_clients(router, requests=10)
    ground.wait_stat(router, "running", 1)
    ground.sleep(0, 0.2)
    ground.workers(router, 2)
    victim.kill()
    for client in clients:
        client.wait()
    history, _ = ground.finish(lossy(retry, 4), router)
    if not any(run[0] == victim.name for runs in history.runs.values() for run in runs):
        return
    raise AssertionError("a frozen worker worked")


def die_at(ground, when):
    """Raw workers kill themselves at this point of a request that the seed chooses; others go on."""
    retry = ground.random.choice((0, ENOUGH))
    router = ground.router({"service/retry": retry})

    def hire():
        return ground.worker(router, packed=ground.random.random() < 0.5,
                             fate=(when, ground.random.randint(1, 30)))
    workers = [hire() for _ in range(3)]
    wait_until(lambda: ground.count_workers(router) == 3, "the workers are registered", 20)
    lasting = ground.library_worker(router)
    clients = ground.all_clients(router, requests=600 if ground.long else 150, work=(0, 5))
    deaths = supervise(ground, workers, hire, clients)
    lasting.finish()
    #   Where the test stood still meanwhile nobody came in the place of who died
    wait_until(lambda: deaths or any(not worker.alive for worker in workers), "a worker has died")
    ground.finish(lossy(retry), router)
    print("%d workers died" % deaths)


@scenario("Workers are killed just after they have read a request")
def worker_killed_after_taking(ground):
    die_at(ground, "taken")


@scenario("Workers are killed while they work")
def worker_killed_in_handler(ground):
    die_at(ground, "working")


@scenario("Workers are killed just after they have answered")
def worker_killed_after_reply(ground):
    die_at(ground, "replied")


@scenario("Workers of libbutler and of butler work are killed at any time", 90)
def library_worker_killed(ground):
    retry = ground.random.choice((0, ENOUGH))
    router = ground.router({"service/retry": retry})

    def hire():
        return ground.random.choice((ground.library_worker, ground.command_worker))(router)
    workers = [hire() for _ in range(4)]
    wait_until(lambda: ground.count_workers(router) == 4, "the workers are registered", 20)
    clients = ground.all_clients(router, requests=1000 if ground.long else 200, work=(0, 5))
    deaths = 0
    while any(client.alive for client in clients) and deaths < 200:
        ground.sleep(0.02, 0.3)
        index = ground.random.randrange(len(workers))
        workers[index].kill()
        workers[index] = hire()
        deaths += 1
    for client in clients:
        client.finish()
    ground.finish(lossy(retry), router)
    print("%d workers died" % deaths)


@scenario("A worker stands still past its liveness, is taken for dead, and answers late")
def worker_frozen_past_liveness(ground):
    retry = ground.random.choice((0, ENOUGH))
    router = ground.router({"service/retry": retry, "router/liveness": 6})
    victim, *_ = ground.workers(router, 2)
    ground.library_worker(router)
    clients = ground.all_clients(router, work=(20, 60), rate=100)

    def is_known():
        return any(row.get("properties", {}).get("worker") == victim.name
                   for row in ground.ask(router, "workers")["workers"])
    for _ in range(6 if ground.long else 3):
        ground.sleep(0.1, 0.3)
        victim.freeze()
        wait_until(lambda: not is_known(), "it is taken for dead", 20)
        ground.sleep(0, 0.2)
        victim.thaw()
        wait_until(is_known, "it is registered again", 20)
    history, stats = ground.finish(lossy(retry), router, clients)
    if not stats["reconnects"]:
        raise AssertionError("the late worker was not told to register again")


@scenario("A worker that retries asks for by itself, with threads, is killed while it works", 90)
def worker_asks_for_retry(ground):
    router = ground.router()
    workers = [ground.library_worker(router, retry=ENOUGH, threads=3, capacity=12) for _ in range(3)]
    wait_until(lambda: ground.count_workers(router) == 3, "the workers are registered", 20)
    clients = ground.all_clients(router, requests=1000 if ground.long else 300, work=(0, 10))
    while any(client.alive for client in clients):
        ground.sleep(0.05, 0.3)
        index = ground.random.randrange(len(workers))
        workers[index].kill()
        workers[index] = ground.library_worker(router, retry=ENOUGH, threads=3, capacity=12)
    for client in clients:
        client.finish()
    ground.finish(lossy(ENOUGH), router)


@scenario("Workers lie: they reply twice, late, to what they do not hold, and register over and over")
def worker_lies(ground):
    retry = ground.random.choice((0, ENOUGH))
    router = ground.router({"service/retry": retry})
    for packed in (False, True, False, True):
        ground.worker(router, packed=packed, lies=0.2)
    ground.library_worker(router)
    wait_until(lambda: ground.count_workers(router) == 5, "the workers are registered", 20)
    clients = ground.all_clients(router, requests=2000 if ground.long else 300, work=(0, 10), window=20)
    for client in clients:
        client.wait()
    _, stats = ground.finish(lossy(retry), router)
    if not stats["stray_replies"]:
        raise AssertionError("no lie was told")
    print("stray %d, late %d, malformed %d" % (
        stats["stray_replies"], stats["late_replies"], stats["malformed"]))


@scenario("Workers of all kinds are told to end, one after the other, and others come: no request fails", 90)
def worker_told_to_end(ground):
    router = ground.router()
    hires = [ground.worker, lambda router: ground.worker(router, packed=True), ground.library_worker,
             ground.command_worker]
    workers = [hire(router) for hire in hires]
    wait_until(lambda: ground.count_workers(router) == len(workers), "the workers are registered", 20)
    clients = ground.all_clients(router, work=(0, 50), window=30)
    for _ in range(5 if ground.long else 2):
        for index in ground.random.sample(range(len(workers)), len(workers)):
            ground.sleep(0, 0.3)
            old, workers[index] = workers[index], hires[index](router)
            old.finish()
    ground.finish(Policy(exact=True), router, clients)
