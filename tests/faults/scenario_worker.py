#   scenario_worker.py - workers die, at every point of a request's life
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

from history import Policy
from scenarios import scenario


def run_load(ground, router, **options):
    """Clients of both envelopes, to their end."""
    clients = ground.clients(router, 2, **options)
    for client in clients:
        client.finish()


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
    policy = Policy(exact=True, retry=retry, outcomes=("answered",) if retry else ("answered", "502"),
                    most={"502": 12})
    ground.finish(policy, router)
