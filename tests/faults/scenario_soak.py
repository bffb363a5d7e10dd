#   scenario_soak.py - everything at random, for a while
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT

from pace import scaled
from scenarios import scenario
from soak import soak


@scenario("All faults at random, for --duration seconds (8, or 600 in the long form); nothing grows", 90, 900)
def random_faults(ground):
    seconds = ground.duration or (600 if ground.long else 8)
    soak(ground, seconds)
