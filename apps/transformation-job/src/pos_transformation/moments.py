"""Moments in ISO 8601, exact to the microsecond."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

# What Python 3.9's own reader lacks: the Z, and fractions that are not 3 or 6 digits long.
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)(?:\.(\d+))?(Z|z|[+-]\d{2}:\d{2})?")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def epoch_micros(text: str) -> int:
    """The moment that `text` names, in microseconds since the epoch; finer fractions are cut off.

    A moment without an offset is in UTC. Raises `ValueError`.
    """
    match = MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a moment in ISO 8601")
    whole, fraction, zone = match.groups(default="")
    moment = datetime.fromisoformat(whole + ("+00:00" if zone in ("Z", "z") else zone))
    since = moment.replace(tzinfo=moment.tzinfo or timezone.utc) - EPOCH
    return since // timedelta(microseconds=1) + int(fraction[:6].ljust(6, "0"))
