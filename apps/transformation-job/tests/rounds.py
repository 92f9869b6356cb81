"""Loads in many rounds while another process maintains the lake."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rows import Sale, some_sales
from upkeep import arguments, beside
from world import CURATED, Delivery, World

DAYS = 2
SECONDS = 240
# Without a rest it would win each race against a load that takes longer.
PAUSE = "0.3"


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
def maintained(keeper: subprocess.Popen[str], folder: Path, *, kill: bool = False) -> Iterator[dict[str, int]]:
    """From its first time on, `keeper` maintains meanwhile, until told to end, or a kill. The result is its work."""
    done: dict[str, int] = {}
    try:
        _await(lambda: _work_of(folder)["rounds"] > 0, keeper)
        before = _work_of(folder)["compacted"]
        yield done
        # Whatever the loads have left.
        _await(lambda: _work_of(folder)["compacted"] > before, keeper)
        if kill:
            # With all that it has started: Spark is a process of its own.
            os.killpg(keeper.pid, signal.SIGKILL)
        else:
            (folder / "stop").touch()
            finished(keeper)
        done |= _work_of(folder)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(keeper.pid, signal.SIGKILL)
        keeper.communicate()


def _work_of(folder: Path) -> dict[str, int]:
    place = folder / "done.json"
    return json.loads(place.read_text()) if place.exists() else {"rounds": 0, "compacted": 0}


def _await(reached: Callable[[], bool], keeper: subprocess.Popen[str]) -> None:
    until = time.monotonic() + SECONDS
    while not reached():
        assert keeper.poll() is None, keeper.communicate()
        assert time.monotonic() < until, "the maintenance does nothing"
        time.sleep(0.05)


def side_by_side(
    world: World, folder: Path, *, rounds: int, keeper: Any = None, kill: bool = False
) -> tuple[dict[str, int], int]:
    """All rounds in one process while another one maintains, and this one reads; returns what they did."""
    words = world.arguments("none")
    at = words.index("--run_id")
    keeper = keeper or beside("maintaining.py", [str(folder), PAUSE, *arguments(world)])
    with maintained(keeper, folder, kill=kill) as done:
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
    output, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, errors[-3000:]
    return output
