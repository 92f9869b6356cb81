"""Which dates are compacted, in which portions, and what becomes of a portion that a load gets in the way of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pos_transformation.errors import ConcurrentWritersError
from pos_transformation.store.portions import portions
from pos_transformation.store.retry import until_committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    # Puts the files of some dates together in one commit; returns how many files it removed and how many it added.
    Portion = Callable[[Sequence[str]], "tuple[int, int]"]

# A date is compacted once it has so many files below the size that a reader likes.
SMALL_FILES = 4
SMALL_BYTES = 64 * 1024 * 1024
TARGET_BYTES = 256 * 1024 * 1024
# A commit names each file of its dates, and a KPI that catches up reads it.
DATES_AT_ONCE = 100


@dataclass(frozen=True)
class Crowd:
    """A date with many small files; `size` is what these have in bytes."""

    date: str
    size: int


@dataclass(frozen=True)
class Compacted:
    """Dates that were compacted, files removed and added by that, and dates left because loads kept changing them."""

    dates: int = 0
    removed: int = 0
    added: int = 0
    left: int = 0

    def plus(self, dates: int, removed: int, added: int) -> Compacted:
        """With so many more."""
        return Compacted(self.dates + dates, self.removed + removed, self.added + added, self.left)


def crowds_of(files: Iterable[tuple[str, int]]) -> list[Crowd]:
    """The crowded ones among the dates of `files`, each its date and its size in bytes."""
    small: dict[str, list[int]] = defaultdict(list)
    for date, size in files:
        if size < SMALL_BYTES:
            small[date].append(size)
    return [Crowd(date, sum(sizes)) for date, sizes in sorted(small.items()) if len(sizes) >= SMALL_FILES]


def compact(
    name: str, crowds: Iterable[Crowd], portion: Portion, *, bytes_at_once: int, lost: type[Exception]
) -> Compacted:
    """Compact `crowds` of the table `name`, about `bytes_at_once` in one commit.

    `lost` is what `portion` raises when a load replaced one of its files meanwhile. Then its dates are tried one by
    one, since one busy date must not undo the work on all, and a date that loads change all the time is left for the
    next time.
    """
    total = Compacted()
    for group in portions(crowds, weigh=lambda crowd: crowd.size, weight=bytes_at_once, count=DATES_AT_ONCE):
        dates = [crowd.date for crowd in group]
        try:
            removed, added = portion(dates)
            total = total.plus(len(dates), removed, added)
        except lost:
            for date in dates:
                total = _alone(name, date, portion, total, lost)
    return total


def _alone(name: str, date: str, portion: Portion, total: Compacted, lost: type[Exception]) -> Compacted:
    try:
        removed, added = until_committed(name, lambda: portion([date]), lost=lost)
    except ConcurrentWritersError:
        return replace(total, left=total.left + 1)
    return total.plus(1, removed, added)
