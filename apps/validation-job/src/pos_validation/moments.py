"""Moments in ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from pos_job_runtime.errors import UsageError

# What Python 3.9's own reader lacks: the Z, and fractions that are not 3 or 6 digits long.
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:\d{2})?")


def epoch_seconds(text: str) -> float:
    """The moment that `text` names, in epoch seconds; UTC unless it says otherwise. Raises `UsageError`."""
    match = MOMENT.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        moment = datetime.fromisoformat(match.group(1) + _offset(match.group(3)))
    except ValueError:
        raise UsageError(f"{text!r} is not a moment in ISO 8601, such as 2025-01-31T06:00:00Z.") from None
    whole = moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()
    return whole + float(f"0.{match.group(2) or 0}")


def _offset(zone: str | None) -> str:
    return "" if zone is None else "+00:00" if zone in ("Z", "z") else zone
