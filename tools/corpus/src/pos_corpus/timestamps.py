"""Moments: their bounds, and what is finer than a microsecond."""

from __future__ import annotations

from pos_corpus.case import Case, H, error, lines, rejected, row, sale, valid

# Two days after the event time, 2025-06-01T00:00:00Z, are the latest moment.
LATEST = 1_748_908_800


def lands(name: str, cell: str, us: int) -> Case:
    """The cell lands as that moment, in microseconds."""
    return valid(f"moment-{name}.csv", lines(H, sale(1, timestamp=cell)), row(us=us))


def refused(name: str, cell: str, code: str) -> Case:
    """The cell is wrong."""
    return rejected(f"moment-{name}.csv", lines(H, sale(1, timestamp=cell)), error(code, "timestamp", 2),
        total=1, invalid=1)  # fmt: skip


CASES = [
    lands("plain", "1748650000", 1748650000_000000),
    lands("first", "946684800", 946684800_000000),
    lands("first-with-zeros", "946684800.000", 946684800_000000),
    refused("before-the-first", "946684799", "timestamp_too_early"),
    refused("just-before-the-first", "946684799.999999", "timestamp_too_early"),
    lands("latest", str(LATEST), LATEST * 1_000_000),
    refused("after-the-latest", str(LATEST + 1), "timestamp_too_late"),
    refused("just-after-the-latest", f"{LATEST}.000001", "timestamp_too_late"),
    refused("zero", "0", "timestamp_too_early"),
    refused("minus-one", "-1", "timestamp_too_early"),
    refused("far-before", "-99999999999", "timestamp_too_early"),
    refused("end-of-32-bits", "2147483647", "timestamp_too_late"),
    refused("last-seconds", "99999999999", "timestamp_too_late"),
    refused("first-milliseconds", "100000000000", "timestamp_in_milliseconds"),
    refused("in-milliseconds", "1748650000000", "timestamp_in_milliseconds"),
    refused("in-microseconds", "1748650000000000", "timestamp_in_milliseconds"),
    refused("in-nanoseconds", "1748650000000000000", "timestamp_in_milliseconds"),
    refused("of-many-digits", "9" * 60, "timestamp_in_milliseconds"),
    # Fractions of a second.
    lands("milliseconds-as-fraction", "1748650000.123", 1748650000_123000),
    lands("microseconds", "1748650000.123456", 1748650000_123456),
    lands("half-a-microsecond-below", "1748650000.0000004", 1748650000_000000),
    lands("just-below-half", "1748650000.0000004999", 1748650000_000000),
    lands("half-a-microsecond", "1748650000.0000005", 1748650000_000001),
    lands("just-above-half", "1748650000.0000005001", 1748650000_000001),
    lands("nearly-a-second", "1748649999.9999996", 1748650000_000000),
    lands("nearly-midnight", "1748735999.9999996", 1748736000_000000),
    lands("last-of-the-day", "1748735999.999999", 1748735999_999999),
    lands("first-of-the-day", "1748736000", 1748736000_000000),
    lands("leap-day", "1709164800", 1709164800_000000),
    lands("start-of-a-year", "1735689600", 1735689600_000000),
    # Spellings.
    lands("exponent", "1.74865e9", 1748650000_000000),
    lands("plus", "+1748650000", 1748650000_000000),
    lands("point-last", "1748650000.", 1748650000_000000),
    refused("iso", "2025-05-31T00:06:40Z", "not_a_number"),
    refused("iso-with-offset", "2025-05-31T02:06:40+02:00", "not_a_number"),
    refused("date", "2025-05-31", "not_a_number"),
    refused("german-date", "31.05.2025", "not_a_number"),
    refused("american-date", "5/31/2025 0:06", "not_a_number"),
    refused("workbook-day", "45808.0046", "timestamp_too_early"),
    refused("time", "00:06:40", "not_a_number"),
    refused("word", "now", "not_a_number"),
    refused("nan", "nan", "not_finite"),
    refused("infinity", "inf", "not_finite"),
    refused("exponent-far", "1e400", "not_finite"),
    refused("empty", "", "missing_value"),
]  # fmt: skip
