#   scenario_router.py - the router dies, stands still, and ends in an orderly way
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

import os
import re
import signal

from ground import ENOUGH, SLOW, scaled, wait_until
from history import Policy
from scenarios import scenario


@scenario("The router is killed, and another comes to the same endpoints", 90)
def router_killed(ground):
    #   A new router knows no service until its workers come
    settings = {"service/unknown": "queue", "service/retry": ground.random.choice((0, 2))}
    router = ground.router(settings)
    workers = ground.all_workers(router)
    clients = ground.clients(router, 4, work=(0, 20), expires=scaled(2), patience=scaled(1))
    clients.append(ground.library_client(router, timeout=scaled(2)))
    for _ in range(6 if ground.long else 3):
        ground.sleep(0.2, 1)
        router.crash()
        ground.sleep(0, 0.5)
        router = ground.again(router, settings)
        wait_until(lambda: ground.count_workers(router) == len(workers), "the workers are back", 30)
    answered = ground.stats(router)["answered"]
    ground.wait_stat(router, "answered", answered + 100)
    ground.finish(Policy(outcomes=("answered", "timeout", "502", "504"), retry=settings["service/retry"]),
                  router, clients)


@scenario("The router stands still, longer than its peers think it lives, and goes on", 90)
def router_frozen(ground):
    retry = ground.random.choice((0, ENOUGH))
    router = ground.router({"router/liveness": 3, "service/retry": retry})
    raw = ground.workers(router, 2)                     # these have patience
    ground.workers(router, 2, liveness=3)               # and these connect anew
    ground.library_worker(router, liveness=3)
    wait_until(lambda: ground.count_workers(router) == 5, "the workers are registered", 20)
    clients = ground.all_clients(router, work=(0, 20))
    for _ in range(4 if ground.long else 2):
        ground.sleep(0.2, 0.6)
        router.signal(signal.SIGSTOP)
        ground.sleep(0.1, 2)
        router.signal(signal.SIGCONT)
        wait_until(lambda: ground.count_workers(router) == 5, "the workers are back", 20)
    _, stats = ground.finish(Policy(exact=True, retry=retry, outcomes=("answered", "502")), router, clients)
    if not all(worker.alive for worker in raw):
        raise AssertionError("a worker ended")
    if retry and stats["lost"]:
        raise AssertionError("requests are lost that may be given again")


@scenario("The router ends under full load: what it has is finished, what is new is refused")
def router_told_to_end(ground):
    router = ground.router({"server/drain": int(20000 * SLOW)})
    ground.all_workers(router)
    slow = ground.worker(router, service="api.slow", holds=True)
    wait_until(lambda: ground.count_workers(router, "api.slow") == 1, "the slow worker is registered")
    long_one = ground.client(router, service="api.slow", requests=1)
    clients = ground.all_clients(router, window=100, work=(0, 20))
    wait_until(lambda: any(row["name"] == "api.slow" and row["running"]
                           for row in ground.ask(router, "services")["services"]), "the slow request runs")
    ground.wait_stat(router, "waiting", 50)
    ground.sleep(0, 0.3)
    router.signal(signal.SIGTERM)
    router.wait_log("event=stopping")
    ground.wait_end("503")
    #   The slow request keeps the router until they have what is theirs
    for client in clients:
        client.finish()
    if router.status is not None:
        raise AssertionError("the router did not wait for what runs")
    slow.signal(signal.SIGUSR1)
    long_one.finish()
    if router.finish() != 0:
        raise AssertionError("the router ended badly")
    if "abandoned=0" not in router.wait_log("event=stopped"):
        raise AssertionError("the router abandoned something")
    history, _ = ground.finish(Policy(outcomes=("answered", "503")))
    if history.outcome(long_one.name + "-1") != "answered":
        raise AssertionError("what ran was not answered")
    slow.kill()


@scenario("The router ends, and does not wait for what takes too long: that is answered with 503, and told")
def router_abandons(ground):
    router = ground.router({"server/drain": int(500 * SLOW), "service/retry": ground.random.choice((0, 2))})
    ground.workers(router, 2)
    ground.library_worker(router)
    wait_until(lambda: ground.count_workers(router) == 3, "the workers are registered", 20)
    clients = ground.clients(router, 2, requests=40, window=40, work=(5000, 9000))

    def count_open():
        now = ground.stats(router)
        return now["waiting"] + now["running"]
    wait_until(lambda: count_open() == 80, "all requests are there")
    router.signal(signal.SIGTERM)
    for client in clients:
        client.wait()
    if router.finish() != 0:
        raise AssertionError("the router ended badly")
    said = router.wait_log("event=stopped")
    if "abandoned=80" not in said:
        raise AssertionError("the router said " + said)
    history, _ = ground.finish(Policy(outcomes=("503",), retry=2))
    if history.count()["503"] != 80:
        raise AssertionError("they were not all told")


@scenario("The router reads its configuration again and again, under load, and workers die meanwhile")
def router_reloads(ground):
    router = ground.router({"service/retry": 3, "router/liveness": 100})
    workers = [ground.worker(router, packed=number % 2 == 0) for number in range(3)]
    ground.library_worker(router)
    wait_until(lambda: ground.count_workers(router) == 4, "the workers are registered", 20)
    clients = ground.all_clients(router, work=(0, 20), window=20)
    for _ in range(30 if ground.long else 10):
        ground.sleep(0.01, 0.2)
        text = open(router.arguments[2]).read()
        with open(router.arguments[2] + ".new", "w") as config:
            config.write(re.sub("heartbeat = [0-9]+", "heartbeat = %d" % (
                SLOW * ground.random.choice((30, 100, 1000))), text))
        os.rename(config.name, router.arguments[2])     # never seen half written
        router.signal(signal.SIGHUP)
        if ground.random.random() < 0.3:
            index = ground.random.randrange(len(workers))
            workers[index].kill()
            workers[index] = ground.worker(router, packed=index % 2 == 0)
    router.wait_log("event=reload")
    ground.finish(Policy(exact=True, retry=3, outcomes=("answered",)), router, clients)
