"""Timestamps in ISO 8601. One without an offset is in UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from pos_job_runtime.errors import UsageError

# What Python 3.9's own reader lacks: the Z, and fractions that are not 3 or 6 digits long.
TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)(?:\.(\d+))?(Z|z|[+-]\d{2}:\d{2})?")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NANOSECONDS = 9


def epoch_micros(text: str) -> int:
    """The time that `text` names, in microseconds since the epoch; finer fractions are cut off.

    Raises `ValueError`.
    """
    whole, fraction = _parsed(text)
    return (whole - EPOCH) // timedelta(microseconds=1) + int(fraction[:6].ljust(6, "0"))


def epoch_seconds(text: str) -> float:
    """The time that `text` names, in epoch seconds, to the nanosecond. Raises `UsageError`."""
    try:
        whole, fraction = _parsed(text)
        if len(fraction) > NANOSECONDS:
            raise ValueError(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a time in ISO 8601, such as 2025-01-31T06:00:00Z.") from None
    return whole.timestamp() + float(f"0.{fraction or 0}")


def _parsed(text: str) -> tuple[datetime, str]:
    """The whole second, and the digits of its fraction."""
    match = TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time in ISO 8601")
    whole, fraction, zone = match.groups(default="")
    time = datetime.fromisoformat(whole + ("+00:00" if zone in ("Z", "z") else zone))
    return time.replace(tzinfo=time.tzinfo or timezone.utc), fraction
