"""Loads in many rounds while another process maintains the lake."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rows import Sale, some_sales
from upkeep import arguments, beside
from world import CURATED, Delivery, World

DAYS = 2


def rounds_of(world: World, standing: Sequence[Sale], *, rounds: int, latest_wins: bool) -> list[Sale]:
    """Deliver the runs `round-0`, `round-1` and so on, each with new rows and some that stand with other values.

    Returns what the tables hold after all of them, when they held `standing` before.
    """
    held = {sale.id: sale for sale in standing}
    for number in range(rounds):
        fresh = some_sales(seed=100 + number, count=20, days=DAYS)
        again = [sale._replace(product=number) for sale in list(held.values())[number :: len(standing)]]
        world.deliver(f"round-{number}", Delivery([*fresh, *again], arrived=f"2024-04-01T00:{number:02d}:00Z"))
        held |= {sale.id: sale for sale in fresh}
        if latest_wins:
            held |= {sale.id: sale for sale in again}
    return list(held.values())


@contextmanager
def maintained(keeper: subprocess.Popen[str], stop: Path) -> Iterator[dict[str, int]]:
    """Meanwhile `keeper` maintains, until the file `stop` tells it to end. Then the result is what it did."""
    done: dict[str, int] = {}
    try:
        yield done
        stop.touch()
        done |= json.loads(finished(keeper).splitlines()[-1])
    finally:
        keeper.kill()
        keeper.communicate()


def side_by_side(world: World, stop: Path, *, rounds: int, keeper: Any = None) -> tuple[dict[str, int], int]:
    """All rounds in one process while another one maintains, and this one reads; returns what they did."""
    words = world.arguments("none")
    at = words.index("--run_id")
    with maintained(keeper or beside("maintaining.py", [str(stop), *arguments(world)]), stop) as done:
        loader = beside("loading.py", [*(f"round-{n}" for n in range(rounds)), "--", *words[:at], *words[at + 2 :]])
        reads = rows = 0
        try:
            while loader.poll() is None:
                ids = world.frame(CURATED)["transaction_id"]
                assert ids.n_unique() == len(ids)
                assert len(ids) >= rows
                reads, rows = reads + 1, len(ids)
                time.sleep(0.02)
            finished(loader)
        finally:
            loader.kill()
            loader.communicate()
    return done, reads


def finished(process: subprocess.Popen[str]) -> str:
    """The output of a process that must end well."""
    output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-3000:]
    return output
