"""How long a table keeps what its newest version no longer needs.

Delta forgets in a checkpoint that a file was removed once the table's own retention is over, whatever a vacuum is told:
then the file counts by the age of its last modification, and one that was removed yesterday but written last year is
gone. So the retention is a property of the table, which both engines' vacuums and checkpoints follow.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES = "delta.deletedFileRetentionDuration"
LOG = "delta.logRetentionDuration"
# What Delta takes when a table says nothing.
FILES_UNSET = timedelta(days=7)
LOG_UNSET = timedelta(days=30)
INTERVAL = re.compile(r"(?:interval\s+)?(\d+)\s+(hour|day|week)s?", re.IGNORECASE)


def properties_to_set(configuration: Mapping[str, str], retention: timedelta) -> dict[str, str]:
    """What must be changed in a table's properties so that it keeps removed files for `retention`, whole days.

    Its log is kept as long at least, since Delta would not find the versions without it; a log that the table's owner
    keeps longer stays.
    """
    interval = f"interval {retention.days} days"
    wanted = {}
    if _duration(configuration.get(FILES), unset=FILES_UNSET) != retention:
        wanted[FILES] = interval
    log = _duration(configuration.get(LOG), unset=LOG_UNSET)
    if log is not None and log < retention:
        wanted[LOG] = interval
    return wanted


def _duration(text: str | None, *, unset: timedelta) -> timedelta | None:
    """`None` for an interval that is written in another way."""
    if text is None:
        return unset
    found = INTERVAL.fullmatch(text.strip())
    return None if found is None else timedelta(**{f"{found[2].lower()}s": int(found[1])})
