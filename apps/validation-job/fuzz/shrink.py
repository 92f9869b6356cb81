"""A failing file made smaller, for as long as it fails."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.files import Made

SECONDS = 20.0
SMALLEST = 4


def smaller(file: Made, fails: Callable[[Made], bool]) -> Made:
    """The smallest that was found within a while: first without lines, then without bytes."""
    until = time.monotonic() + SECONDS
    for unit in (b"\n", b""):
        if unit and file.name.endswith((".gz", ".parquet")):
            continue
        file = _without_parts(file, unit, fails, until)
    return file


def _without_parts(file: Made, unit: bytes, fails: Callable[[Made], bool], until: float) -> Made:
    parts = file.data.split(unit) if unit else [file.data[at : at + 1] for at in range(len(file.data))]
    size = len(parts) // 2
    while size > 0 and len(file.data) > SMALLEST:
        at = 0
        while at < len(parts):
            if time.monotonic() > until:
                return file
            fewer = parts[:at] + parts[at + size :]
            # What its rows were meant to say is no longer known.
            candidate = replace(file, data=unit.join(fewer), rows=None)
            if fails(candidate):
                file, parts = candidate, fewer
            else:
                at += size
        size //= 2
    return file
