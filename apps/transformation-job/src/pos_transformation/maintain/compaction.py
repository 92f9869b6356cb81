"""Which dates are compacted, in which portions, and what becomes of a portion that a load gets in the way of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pos_transformation.errors import ConcurrentWritersError, LostRaceError
from pos_transformation.store.maintained import SMALL_BYTES
from pos_transformation.store.portions import portions
from pos_transformation.store.retry import retry_on_conflict

if TYPE_CHECKING:
    from pos_transformation.store.maintained import MaintainedTable

# A date is compacted once it has so many files below the size that a reader likes.
SMALL_FILES = 4
# A commit names each file of its dates, and a KPI that catches up reads it.
DATES_AT_ONCE = 100


class Compacted(Struct, frozen=True):
    """Dates that were compacted, files removed and added by that, and dates left because loads kept changing them."""

    dates: int = 0
    removed: int = 0
    added: int = 0
    left: int = 0

    def plus(self, dates: int, removed: int, added: int) -> Compacted:
        """With so many more."""
        return Compacted(self.dates + dates, self.removed + removed, self.added + added, self.left)


def compact(table: MaintainedTable, name: str) -> Compacted:
    """Put the small files of the table `name` together, some dates in one commit.

    When a load replaced one of their files meanwhile, the dates are tried one by one, since one busy date must not undo
    the work on all; a date that loads change all the time is left for the next time.
    """
    total = Compacted()
    crowded = table.small_files(smaller_than=SMALL_BYTES, at_least=SMALL_FILES)
    for group in portions(crowded, weigh=lambda date: date[1], weight=table.bytes_at_once, count=DATES_AT_ONCE):
        dates = [date for date, _ in group]
        try:
            removed, added = table.compact(dates)
            total = total.plus(len(dates), removed, added)
        except LostRaceError:
            for date in dates:
                total = _alone(table, name, date, total)
    return total


def _alone(table: MaintainedTable, name: str, date: str, total: Compacted) -> Compacted:
    try:
        removed, added = retry_on_conflict(name, lambda: table.compact([date]))
    except ConcurrentWritersError:
        return replace(total, left=total.left + 1)
    return total.plus(1, removed, added)
