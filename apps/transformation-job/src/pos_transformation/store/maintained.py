"""What maintenance needs of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

# Files below the first size are put together, to files of about the second one.
SMALL_BYTES = 64 * 1024 * 1024
TARGET_BYTES = 256 * 1024 * 1024


class MaintainedTable(Protocol):
    """A table and what maintenance does to it, each step on the newest version. Raises `JobError`.

    A step that loses a race to a load raises `LostRaceError`, and may be tried again.
    """

    @property
    def bytes_at_once(self) -> int:
        """How much is compacted in one commit: all that a load which comes in between can undo."""
        ...

    def exists(self) -> bool:
        """Whether somebody has made the table."""
        ...

    def set_retention(self, retention: timedelta) -> None:
        """Let the table keep removed files for so long. Without a difference nothing is committed."""
        ...

    def small_files(self, *, smaller_than: int, at_least: int) -> Iterable[tuple[str, int]]:
        """The dates, in order, with at least so many files smaller than so many bytes; and the bytes of these files.

        Of a table without partitions `WHOLE` is the only date.
        """
        ...

    def compact(self, dates: Sequence[str]) -> tuple[int, int]:
        """Put the small files of some dates together in one commit. Returns how many files went, and how many came."""
        ...

    def vacuum(self, retention: timedelta) -> int:
        """Delete what left the table longer ago than `retention`, or never belonged to it. Returns how many files."""
        ...

    def checkpoint(self) -> None:
        """Write a checkpoint, and clean the log up."""
        ...
