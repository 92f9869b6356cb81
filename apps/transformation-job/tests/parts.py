"""A file with parts, and what a table has taken over of them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from rows import Sale, at, some_sales
from world import CURATED, Delivery, World

# A day's sales, and some late ones of days before.
DAY = [sale._replace(id=f"D-{number}") for number, sale in enumerate(some_sales(seed=11, count=30, days=1))]
NEXT = [sale._replace(at=sale.at + 86_400_000_000, id=f"N-{number}") for number, sale in enumerate(DAY)]
LATE = [Sale(f"L-{number}", at=at(-1 - number % 2)) for number in range(6)]
ALL = [*LATE, *DAY, *NEXT]
# What another run brings for the same day, one part.
LATER = [sale._replace(id=f"later-{sale.id}") for sale in DAY]


def spread(name: str = "sales.csv") -> Delivery:
    """One file with all of them, two parts among it."""
    return Delivery(LATE, name=name, parts=[DAY, NEXT])


def as_they_are(world: World, run: str) -> int:
    """How many of the run's parts are files of the table, byte for byte."""
    parts = {path.read_bytes() for path in world.results.child("runs", run).path.rglob("*.part-*.parquet")}
    here = [Path(unquote(uri.removeprefix("file://"))).read_bytes() for uri in world.table(CURATED).file_uris()]
    return sum(content in parts for content in here)
