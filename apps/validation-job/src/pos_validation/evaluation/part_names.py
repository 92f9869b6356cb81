"""What parts are called. The run's process asks for it, too, which imports no polars."""

from __future__ import annotations

from pathlib import PurePath
from typing import TypeVar

AnyPath = TypeVar("AnyPath", bound=PurePath)


def part_of(path: AnyPath, number: int) -> AnyPath:
    """The path of a part of the file at `path`, counted from 0."""
    return path.with_name(f"{path.stem}.part-{number:05d}.parquet")
