"""What the validation job wrote of one source file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.storage import Location


class ValidatedFile(Struct, frozen=True):
    """A source file's valid rows. `order` tells how new it is: the larger, the newer.

    `parts` are files with many rows of one date, which hold them as the curated table's files do; `location` has the
    other rows. Small files may share a `location`: `member` is then the number that each of its rows has there.

    `order` is the event's time in microseconds since the epoch; versions of one key that were written in one moment
    count on from there. A curated table keeps it where the latest row wins, and compares it with that of earlier runs.
    """

    location: Location
    order: int
    parts: Sequence[Location] = ()
    member: int | None = None


def firsts(files: Sequence[ValidatedFile]) -> dict[Location, int]:
    """Of each location that small files share, the place of the first of them among the files. The others follow it."""
    return {file.location: place for place, file in enumerate(files) if file.member == 0}


class Part(Struct, frozen=True):
    """A part that the table takes over: its place, its date, an ISO date, and the number of its rows."""

    location: Location
    date: str
    rows: int
