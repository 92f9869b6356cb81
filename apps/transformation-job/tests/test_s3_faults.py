"""Loads over bad connections: cut bodies, of content and of refusals, lost requests, a busy S3."""

from __future__ import annotations

import os
import random

from faulty_s3 import Fault, FaultyS3, Request
from rows import some_sales
from world import World

SALES = some_sales(seed=21, count=200, days=3)


def test_runs_load_though_every_fourth_request_goes_wrong(s3_world: World) -> None:
    """As a process of its own: delta-rs holds the interpreter while it waits for an answer."""
    for number in range(3):
        s3_world.deliver(f"run-{number}", SALES[number * 60 : number * 60 + 80])
        # The plan is there before the trouble begins.
        s3_world.arguments(f"run-{number}")
    dice = random.Random(5)

    def decide(request: Request) -> Fault | None:
        if dice.random() > 0.25:
            return None
        if request.method == "GET" and dice.random() < 0.5:
            return Fault(cut=dice.randrange(400))
        busy = Fault(status=503, code="SlowDown", message="Please reduce your request rate.")
        return dice.choice([busy, Fault(lose_request=True)])

    with FaultyS3.before(os.environ["AWS_ENDPOINT_URL"]) as proxy:
        for number in range(3):
            process = s3_world.start(f"run-{number}", environment={"AWS_ENDPOINT_URL": proxy.endpoint})
            proxy.decide = decide
            output, errors = process.communicate(timeout=240)
            proxy.decide = lambda _: None
            assert process.returncode == 0, output + errors
        assert len(proxy.seen) > 60
    s3_world.assert_holds(SALES)
